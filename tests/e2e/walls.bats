# tests/e2e/walls.bats - what a running pass may still do, seen from outside; test_confinement.c climbs the same walls from inside.

load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

teardown() {
    if [[ ${PASS_PID:-} ]]; then kill "$PASS_PID" 2>/dev/null || true; fi
    if [[ ${SILENT_PID:-} ]]; then kill "$SILENT_PID" 2>/dev/null || true; fi
}

# A server that accepts and never answers; its port is in the file "port".
silent_server() {
    python3 -c '
import os, socket, time
server = socket.create_server(("127.0.0.1", 0))
open("port.new", "w").write(str(server.getsockname()[1]))
os.rename("port.new", "port")
kept = []
while True:
    kept.append(server.accept())
    open("accepted", "w").close()' 3>&- &
    SILENT_PID=$!
    until [[ -e port ]]; do sleep 0.05; done
}

# A pass that waits for the silent server.
waiting_pass() {
    sed -i "s|^specs: {url: [^,]*|specs: {url: $1|" weft.yaml
    "$WEFT" run -c weft.yaml 2>log 3>&- &
    PASS_PID=$!
    until [[ -e accepted ]]; do
        kill -0 "$PASS_PID" || { cat log >&2 && return 1; }
        sleep 0.05
    done
}

status_of_pass() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$PASS_PID/status"; }

@test "a pass has no capabilities, gains none, and only listed system calls are left to it" {
    silent_server
    waiting_pass "git://127.0.0.1:$(<port)/specs.git"
    [[ $(status_of_pass NoNewPrivs) == 1 ]]
    [[ $(status_of_pass CapEff) =~ ^0+$ && $(status_of_pass CapPrm) =~ ^0+$ ]]
    if [[ $(basename "$(dirname "$(dirname "$WEFT")")") != asan ]]; then [[ $(status_of_pass Seccomp) == 2 ]]; fi
}

@test "a pass leaves no core and cannot be attached to" {
    silent_server
    waiting_pass "git://127.0.0.1:$(<port)/specs.git"
    [[ $(awk '/Max core file size/ {print $5}' "/proc/$PASS_PID/limits") == 0 ]]
}

@test "a report may go to a folder that the pass has to make" {
    pass # so that the folder of the state is there, and the one above it closed
    mkdir deep
    pass --report deep/new/report.json
    expect 0
    [[ -s deep/new/report.json ]]
}
