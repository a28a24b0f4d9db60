# Requests of operators while a pass has the state: none is lost, none is taken twice, and none is taken that an operator did not make.
load lib
setup_file() { stage_file; }
teardown_file() { unstage_file; }

VM=gloo-mesh/bookinfo
pass_at() { weft run -c weft.yaml --now "$(at "$1")" --log-format lines; }
rotation() { weft rotation "$1" $VM -c weft.yaml --now "$(at 1)" "${@:2}"; }
waiting() { find state -name '*.request' | wc -l; }
# The reason of the hold; empty when the rotation runs.
held() { "$WEFT" status -c weft.yaml --now "$(at 3)" -o json | json - 'd["virtualMeshes"][0]["rotation"].get("held", "")'; }

# A rotation in its first step.
setup() {
    stage_test
    write_config "evidence: {trustClock: true}"
    pass_at 0
    expect 0
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    pass_at 1
    expect 0
}

teardown() {
    [[ -z ${HOLDER:-} ]] || kill "$HOLDER" 2>/dev/null || true
    [[ -z ${DOOR:-} ]] || kill "$DOOR" 2>/dev/null || true
    [[ -z ${RUN:-} ]] || kill -9 "$RUN" 2>/dev/null || true
}

# lock_state MODE: another process uses the state; IMMEDIATE lets others read, EXCLUSIVE does not.
lock_state() {
    cat >lock.py <<'END_OF_PROGRAM'
import sqlite3, sys
db = sqlite3.connect("state/state.db", isolation_level=None)
db.execute("BEGIN " + sys.argv[1])
print("locked", flush=True)
sys.stdin.read()
END_OF_PROGRAM
    coproc LOCK { exec python3 lock.py "$1" 3>&-; }
    HOLDER=$LOCK_PID
    read -r -u "${LOCK[0]}"
}

unlock_state() {
    kill "$HOLDER"
    wait "$HOLDER" || true
    HOLDER=
}

# A Git server that sends nothing until the file "open" is there.
start_door() {
    cat >door.py <<'END_OF_PROGRAM'
import os, socket, sys, threading, time
target = int(sys.argv[1])
def copy(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass # the other side was faster
def serve(client):
    open("came", "w").close()
    while not os.path.exists("open"):
        time.sleep(0.02)
    server = socket.create_connection(("127.0.0.1", target))
    threading.Thread(target=copy, args=(client, server), daemon=True).start()
    copy(server, client)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
END_OF_PROGRAM
    local port=${GIT_SERVER_URL##*:}
    coproc SERVER { exec python3 door.py "${port%%/*}" 3>&-; }
    DOOR=$SERVER_PID
    read -r -u "${SERVER[0]}" DOOR_PORT
}

# A pass that waits for its Git server, as $RUN.
start_waiting_pass() {
    start_door
    sed "s|^\(specs: {url: git://[^:/]*\):[0-9]*|\1:$DOOR_PORT|" weft.yaml >waiting.yaml
    "$WEFT" run -c waiting.yaml --now "$(at 2)" --log-format lines >waiting.log 2>&1 3>&- &
    RUN=$!
    until [[ -e came ]]; do sleep 0.05; done
}

@test "a pass waits for a Git server that sends nothing: hold is accepted, and that pass obeys" {
    start_waiting_pass
    rotation hold --reason "release freeze"
    expect 0 "state/state.db.requests"
    same "$(waiting)" 1
    touch open
    wait "$RUN"
    RUN=
    same "$(waiting)" 0
    same "$(held)" "release freeze"
}

@test "that pass is killed before its server answers: the next one obeys" {
    start_waiting_pass
    rotation hold --reason "release freeze"
    expect 0
    kill -9 "$RUN"
    wait "$RUN" || true
    RUN=
    same "$(held)" ""
    pass_at 2
    expect 0
    same "$(waiting)" 0
    same "$(held)" "release freeze"
}

@test "a kill at any point: the request is taken once, or not yet" {
    grep -q inbox.add.before "$WEFT" || skip "this build has no fault points"
    local point
    for point in inbox.add.before inbox.add.after; do
        lock_state IMMEDIATE
        WEFT_FAULT=$point rotation hold --reason "$point"
        expect 137
        unlock_state
        same "$(waiting)" "$([[ $point == *before ]] && echo 0 || echo 1)"
    done
    for point in inbox.taken store.commit.before inbox.saved inbox.removed; do
        WEFT_FAULT=$point pass_at 2
        expect 137
    done
    same "$(waiting)" 0
    pass_at 2
    expect 0
    same "$(held)" inbox.add.after
    same "$(conditions R73)" 1
    rotation resume
    expect 0
    pass_at 2
    expect 0
    same "$(held)" ""
}

@test "forged, copied and replayed requests are refused by name" {
    lock_state IMMEDIATE
    rotation hold --reason first
    expect 0
    unlock_state
    local file
    file=$(find state -name '*.request')
    cp "$file" genuine
    sed 's/first/forged/' genuine >"$file"
    cp genuine "${file%/*}/00000000000000000000000000000000.request"
    pass_at 2
    expect 0 "$file is ignored: it is not authentic" "00000000000000000000000000000000.request is ignored: it has another name"
    same "$(held)" ""
    same "$(waiting)" 2

    rm "${file%/*}"/*
    cp genuine "$file"
    pass_at 2
    expect 0
    same "$(held)" first
    rotation resume
    expect 0
    cp genuine "$file"
    pass_at 2
    expect 0
    same "$(held)" ""
    same "$(waiting)" 0
}

@test "requests are taken in their order, also by a later command that has the state" {
    lock_state IMMEDIATE
    rotation resume
    expect 1 "it is not held"
    rotation hold --reason one
    rotation resume
    expect 0
    rotation hold --reason two
    expect 0
    unlock_state
    same "$(waiting)" 3
    rotation resume
    expect 0 "resume of $VM requested"
    same "$(waiting)" 0
    pass_at 2
    expect 0
    same "$(held)" ""
}

@test "a state that cannot even be read: a hold waits all the same, an approval needs its step" {
    lock_state EXCLUSIVE
    rotation approve
    expect 1 --step
    rotation approve --step 3
    expect 0
    rotation hold --reason blind
    expect 0
    unlock_state
    pass_at 2
    expect 0 "approve of $VM, requested at $(at 1), is refused"
    same "$(held)" blind
    same "$(waiting)" 0
}

@test "a plan names the requests that it does not consider" {
    lock_state IMMEDIATE
    rotation hold --reason later
    expect 0
    weft plan -c weft.yaml --now "$(at 2)"
    expect 0 "1 request of operators in state/state.db.requests"
    unlock_state
    same "$(waiting)" 1
}
