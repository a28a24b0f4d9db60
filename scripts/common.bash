# scripts/common.bash - what the scripts share: where the tree is, how they speak, how they build.  Sourced, never run.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
JOBS=$(nproc 2>/dev/null || echo 2)
# The folders of the program's sources; check-names and mutate read this line as well.
# shellcheck disable=SC2034 # not every script uses it
FOLDERS=(api app base ci delivery discovery forge k8s-job oci pki report rotation state sync translate vault)

# shellcheck disable=SC2034 # not every script uses every one
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
    BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
    BOLD='' DIM='' RED='' PLAIN=''
fi

say() { printf '%s\n' "$*"; }
heading() { printf '\n%s== %s%s\n' "$BOLD" "$*" "$PLAIN"; }
complain() { printf '%s%s: %s%s\n' "$RED" "${0##*/}" "$*" "$PLAIN" >&2; }
die() {
    complain "$@"
    exit 1
}

# Runs a command quietly; what it said is shown only when it fails.
quietly() {
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || status=$?
    [[ $status == 0 ]] || cat "$log" >&2
    rm -f "$log"
    return "$status"
}

# configure PRESET [CMAKE-ARGUMENT...]: the preset's own folder below build/, with ccache where there is one.
# A folder that was configured for a tree at another path is made again.
configure() {
    local preset=$1 folder=$ROOT/build/$1
    shift
    local launcher=()
    if command -v ccache >/dev/null; then
        launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache)
    fi
    if [[ -f $folder/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$ROOT" "$folder/CMakeCache.txt"; then
        rm -rf "$folder"
    fi
    (cd "$ROOT" && quietly cmake --preset "$preset" "${launcher[@]}" "$@")
}

# build PRESET [TARGET...]
build() {
    local preset=$1
    shift
    local targets=()
    if (($#)); then
        targets=(--target "$@")
    fi
    quietly cmake --build "$ROOT/build/$preset" -j "$JOBS" "${targets[@]}" -- --quiet
}
