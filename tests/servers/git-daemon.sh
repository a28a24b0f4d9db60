#!/bin/bash
# tests/servers/git-daemon.sh FOLDER - serves the repositories below FOLDER by git daemon, for fetching and pushing.
# See common.bash for how a test uses it.  Prints: url git://127.0.0.1:PORT
# shellcheck disable=SC2317 # start_on_free_port calls the functions
set -u
. "$(dirname "$0")/common.bash"
FOLDER=$(cd "$1" && pwd) || exit 1
DAEMON=$(git --exec-path 2>/dev/null)/git-daemon
need git git
need "$DAEMON" git
plain_git

run_daemon() {
    exec "$DAEMON" --reuseaddr --listen=127.0.0.1 --port="$PORT" --base-path="$FOLDER" --export-all \
        --enable=receive-pack "$FOLDER" </dev/null >/dev/null 2>&1
}

start_on_free_port run_daemon
echo "url git://127.0.0.1:$PORT"
serve_until_eof "$SERVER"
