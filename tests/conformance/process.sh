# shellcheck shell=bash disable=SC2034,SC2154
# process.sh - the processes that a script leaves running for its caller: each has
# its number and its log in the folder $dir, and is known again by that folder in its
# command line.  Sourced after lib.sh, never run.

# free_port: a port of loopback that nothing listens on; another program may
# still take it first, so starting is tried again by the caller.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# process_start NAME COMMAND...: the command line must name $dir somewhere.
process_start() {
    local name="$1"
    shift
    setsid "$@" >"$dir/$name.log" 2>&1 </dev/null &
    echo $! >"$dir/$name.pid"
}

# process_alive NAME: the process that this folder remembers is still the one it started.
process_alive() {
    local pid
    pid="$(cat "$dir/$1.pid" 2>/dev/null)" || return 1
    tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$dir"
}

# process_stop NAME...: in this order, each until it is gone.
process_stop() {
    local name pid
    if [ -e "$dir/watch.pid" ]; then kill "$(cat "$dir/watch.pid")" 2>/dev/null || true; fi
    for name in "$@"; do
        process_alive "$name" || continue
        pid="$(cat "$dir/$name.pid")"
        kill "$pid" 2>/dev/null || true
        for _ in $(seq 100); do process_alive "$name" || break; sleep 0.1; done
        if process_alive "$name"; then kill -9 "$pid" 2>/dev/null || true; fi
    done
    rm -f "$dir"/*.pid
}

# process_follow PID NAME...: the processes end with the one that asked for them.
process_follow() {
    local owner="$1"
    shift
    (
        while kill -0 "$owner" 2>/dev/null && process_alive "$1"; do sleep 1; done
        rm -f "$dir/watch.pid"
        process_stop "$@"
    ) >/dev/null 2>&1 </dev/null &
    echo $! >"$dir/watch.pid"
    disown
}
