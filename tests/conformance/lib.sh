# shellcheck shell=bash disable=SC2034,SC2154
# tests/conformance/lib.sh - what the peers' scripts share: result lines, the
# cache outside the tree, building a Go peer once.  Sourced, never run.
#
# A result is one line: "ok   PEER: what was seen", "FAIL PEER: what is wrong"
# or "SKIP PEER: what is missing".  Lines that start otherwise are only told.

set -Eeuo pipefail

CONFORMANCE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
PEER_CACHE="${WEFT_CACHE:-$HOME/.cache/weft}/conformance"
PEER="${PEER:-conformance}"
PEER_JOBS="${WEFT_PEER_JOBS:-$(nproc 2>/dev/null || echo 2)}"

ok()   { printf 'ok   %s: %s\n' "$PEER" "$*"; }
fail() { printf 'FAIL %s: %s\n' "$PEER" "$*"; peer_failed=1; }
skip() { printf 'SKIP %s: %s\n' "$PEER" "$*"; exit "${SKIP_STATUS:-0}"; }
note() { printf '     %s\n' "$*"; }
peer_failed=0

# A script names the command that failed unexpectedly, and stops.
trap 'echo "FAIL $PEER: ${BASH_SOURCE[0]} stopped at line $LINENO: $BASH_COMMAND"' ERR

# verdict: the status that the result lines above ask for; the last line of a script.
verdict() { trap - ERR; [ "$peer_failed" = 0 ]; }

# version_at_least WANT HAVE: dotted numbers, compared number by number.
version_at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -1)" = "$1" ]
}

# need_go GOMOD: skips the peer unless a Go of at least the file's version is here.
need_go() {
    local want have
    command -v go >/dev/null || skip "no Go toolchain; install Go to run this peer"
    want="$(awk '$1 == "go" { print $2; exit }' "$1")"
    have="$(go env GOVERSION | sed 's/^go//; s/[^0-9.].*//')"
    version_at_least "$want" "$have" || skip "needs Go $want, this machine has $have"
}

need_command() {
    command -v "$1" >/dev/null || skip "no $1 here${2:+; $2}"
}

# folder_key FILE...: a short name for exactly these contents and this compiler.
folder_key() {
    { go env GOVERSION GOARCH 2>/dev/null; cat "$@"; } | sha256sum | cut -c1-16
}

# make_once NAME OUT COMMAND...: runs the command to fill OUT, which must be
# $PEER_CACHE/NAME-<key>, unless that was done.  What an older key left is removed;
# two runs at the same time wait for each other.  WEFT_PEER_BUILD=no: nothing is built, and 1 returned.
make_once() {
    local name="$1" out="$2" lock status=0
    shift 2
    [ -e "$out/.built" ] && return 0
    [ "${WEFT_PEER_BUILD:-}" != no ] || return 1
    mkdir -p "$PEER_CACHE"
    exec {lock}>"$PEER_CACHE/$name.lock"
    flock "$lock"
    if [ ! -e "$out/.built" ]; then
        rm -rf "$PEER_CACHE/$name"-*
        mkdir -p "$out"
        "$@" || status=1
        [ "$status" -ne 0 ] || touch "$out/.built"
    fi
    exec {lock}>&-
    return "$status"
}

# build_go NAME FOLDER OUT PACKAGE...: leaves the built programs of the module in
# FOLDER in OUT, as make_once does.  LDFLAGS are added to the linker's.
build_go() {
    make_once "$1" "$3" build_go_now "$@"
}

build_go_now() {
    local name="$1" folder="$2" out="$3" began=$SECONDS
    shift 3
    note "building $name (once; kept in $out)"
    if ! (cd "$folder" && GOFLAGS=-mod=readonly GOTOOLCHAIN=local go build -p "$PEER_JOBS" \
            -trimpath -ldflags "-s -w ${LDFLAGS:-}" -o "$out/" "$@") >"$out/build.log" 2>&1; then
        tail -20 "$out/build.log" | sed 's/^/     /'
        fail "$name does not build; the whole log: $out/build.log"
        return 1
    fi
    note "built $name in $((SECONDS - began)) s"
}
