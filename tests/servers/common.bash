# tests/servers/common.bash - what the server scripts share.  Sourced, never run.
# shellcheck shell=bash
#
# Each script starts one real server on the loopback, prints lines "name value" for the test, then "ready", and serves until its standard input
# ends: when the test dies, the server goes, too.  Missing programs: one line "SKIP reason", status 77.  Nothing is installed.

# need PROGRAM PACKAGE
need() {
    if ! command -v "$1" >/dev/null 2>&1 && ! [[ -e $1 ]]; then
        printf 'SKIP %s is not installed (Debian package %s)\n' "${1##*/}" "$2"
        exit 77
    fi
}

# No configuration of the user's may change what the servers do.
plain_git() {
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 LC_ALL=C
}

any_port() { printf '%d' $((20000 + (RANDOM * 32768 + RANDOM) % 12000)); }

# answers PORT: a program listens there.
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# serve_until_eof PID: waits for the end of standard input, then ends the server and all that it started.
serve_until_eof() {
    local pid=$1
    printf 'pid %s\nready\n' "$pid"
    while read -r _; do :; done
    kill "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    [[ -z ${WORK:-} ]] || rm -rf "$WORK"
    exit 0
}

# start_on_free_port COMMAND...: runs the command with PORT set until one comes up; sets PORT and SERVER.
start_on_free_port() {
    for _ in {1..20}; do
        PORT=$(any_port)
        answers "$PORT" && continue
        "$@" &
        SERVER=$!
        for _ in {1..100}; do
            kill -0 "$SERVER" 2>/dev/null || break
            answers "$PORT" && return 0
            sleep 0.03
        done
        kill "$SERVER" 2>/dev/null
        wait "$SERVER" 2>/dev/null
    done
    printf 'SKIP no server came up in 20 tries: %s\n' "$1"
    exit 77
}
