# scripts/git-server.bash - serves bare repositories by git daemon on the loopback, for the demo and the tests.  Sourced, never run.
# shellcheck shell=bash

# One setting for every git that we run ourselves: no configuration of the user's, a fixed identity.
git_plainly() {
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
    export GIT_AUTHOR_NAME='Mesh Team' GIT_AUTHOR_EMAIL=mesh@example.com
    export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
}

# git_server_start FOLDER: serves every bare repository below FOLDER, for reading and for pushing.
# Sets GIT_SERVER_URL and GIT_SERVER_PID.  A port that is taken makes git daemon end at once; then the next one is tried.
git_server_start() {
    local folder=$1 port attempt
    for attempt in {1..30}; do
        port=$((20000 + (RANDOM + attempt) % 12000))
        "$(git --exec-path)/git-daemon" --reuseaddr --listen=127.0.0.1 --port="$port" --base-path="$folder" --export-all \
            --enable=receive-pack --init-timeout=30 --timeout=60 "$folder" </dev/null >"$folder/git-daemon.log" 2>&1 3>&- &
        GIT_SERVER_PID=$!
        GIT_SERVER_URL=git://127.0.0.1:$port
        if git_server_answers "$folder"; then
            return 0
        fi
        git_server_stop
    done
    cat "$folder/git-daemon.log" >&2
    return 1
}

# Waits until our own daemon, and no other, answers for a repository that is there.
git_server_answers() {
    local folder=$1 attempt repository
    repository=$(basename "$(find "$folder" -maxdepth 1 -name '*.git' | head -n 1)")
    for attempt in {1..50}; do
        kill -0 "$GIT_SERVER_PID" 2>/dev/null || return 1
        if git ls-remote "$GIT_SERVER_URL/$repository" >/dev/null 2>&1; then
            sleep 0.05
            kill -0 "$GIT_SERVER_PID" 2>/dev/null
            return
        fi
        sleep 0.1
    done
    return 1
}

git_server_stop() {
    if [[ -n ${GIT_SERVER_PID:-} ]]; then
        kill "$GIT_SERVER_PID" 2>/dev/null || true
        wait "$GIT_SERVER_PID" 2>/dev/null || true
        GIT_SERVER_PID=
    fi
}
