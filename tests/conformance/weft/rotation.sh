# weft/rotation.sh - rotations by passes on a clock that is set, and the steps that come
# out of the output branch.  Sourced after stage.sh, never run.
# shellcheck shell=bash disable=SC2034,SC2154

# clock_begin HOURS: the rotation ends now, for who reads the certificates goes by the real clock.
clock_begin() {
    start=$(($(date -u +%s) - $1 * 3600))
    hours=0
}

# pass: weft, `hours` after the start.
pass() {
    "$WEFT" run -c weft.yaml --quiet --now "$(date -u -d "@$((start + hours * 3600))" +%Y-%m-%dT%H:%M:%SZ)" >pass.log 2>&1
}

# keep FOLDER: the step of both clusters, when either differs from the one kept last.
keep() {
    local fresh name steps
    out tree
    rm -rf fresh
    unsealed tree fresh >/dev/null
    fresh="$(cat fresh/*/ca-cert.pem fresh/*/root-cert.pem | sha256sum)"
    [ "$fresh" != "${kept:-}" ] || [ ! -e "$1" ] || return 0 # a folder begins with what is there
    kept="$fresh"
    mkdir -p "$1"
    steps="$(steps_of "$1")"
    name="$(printf 'step-%02d' "$steps")"
    for cluster in cluster-1 cluster-2; do
        mkdir -p "$1/$cluster/$name"
        cp fresh/"$cluster"/*.pem "$1/$cluster/$name"
    done
    note "after $hours h: $1, $name, $(grep -c BEGIN "$1/cluster-1/$name/root-cert.pem") root(s) trusted"
}

steps_of() { find "$1" -path '*/cluster-1/*' -name 'step-*' | wc -l; }

# another_root DAYS STRATEGY: the specs ask for a root that lives as long.
another_root() {
    sed -i "s/^\( *\)ttlDays: 18[0-9]*\$/\1ttlDays: $1/; s/rotationStrategy: .*/rotationStrategy: $2/" specs/specs/virtualmesh.yaml
    publish "another root"
}

# passes FOLDER HOURS [EVERY]: every six hours, or as said, and what comes out is kept.
passes() {
    local until=$((hours + $2))
    keep "$1"
    while [ "$hours" -lt "$until" ]; do
        hours=$((hours + ${3:-6}))
        pass || { tail -3 pass.log; fail "a pass after $hours h (exit status $?)"; exit 1; }
        keep "$1"
    done
}

# came FOLDER WANTED WHAT
came() {
    if [ "$(steps_of "$1")" -eq "$2" ]; then ok "$3"; else fail "$(steps_of "$1") steps came out: $3"; fi
}
