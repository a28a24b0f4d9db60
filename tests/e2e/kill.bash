# tests/e2e/kill.bash - passes that are killed at a point of the program's own (FAULT in the sources), and what must hold after the next one.
# shellcheck shell=bash disable=SC2034,SC2154 # the tests set and read many of these

# Every point that the sources name and a pass can reach.  inventory.bats kills at those of discovery, which need clusters, and custody.bats at
# those of a state that gets another key, proposal.bats at those of pull requests, branches.bats at that of the branches of
# clusters, attestation.bats at that of notes, oci.bats at those of artifacts, csr.bats at those of agents.
points() {
    grep -rhoE --include='*.c' 'FAULT\("[a-z._-]+"\)' "$ROOT"/{base,api,sync,translate,state,pki,app} | sed 's/.*"\(.*\)".*/\1/' |
        grep -vE '^((agent|pass\.inventory|store\.rekey|pass\.pull|pass\.artifacts)\.|git\.(propose|split)$|pass\.(proposed|attest|artifact)$)' | sort -u
}

# One pass of the test, at its time; after a kill, at LATER if that is set.
timed_pass() { weft run -c weft.yaml --log-format lines ${NOW:+--now "$NOW"}; }
later_pass() { NOW=${LATER:-$NOW} timed_pass; }

# Kills a pass at a point for the first, second, ... time that it comes there, until it comes there no more; after each the next pass
# must converge to the same.  fresh puts the stage back to where it was; converged tells whether it did, given what was issued before.
survive() {
    local point=$1 number rows
    for number in $TIMES; do
        fresh
        WEFT_FAULT=$point:$number timed_pass
        [[ $status == 0 ]] && break
        same "$status" 137 || { echo "$point:$number: $output" >&2 && return 1; }
        KILLED=$((KILLED + 1))
        rows=$(issued 2>/dev/null || true)
        later_pass
        expect 0 || { echo "after $point:$number" >&2 && return 1; }
        echo "after $point:$number" >&2 # shown when the test fails; behind "||" no line of converged but the last would count
        converged "$rows"
    done
    if ((number > 1)); then
        echo "$point" >>"$BATS_FILE_TMPDIR/reached"
    fi
}

# survive_all [NUMBER...]: which times to be killed at, at most.  A program with sanitizers takes thrice as long; .ci/run has all of them
# without.
survive_all() {
    local point times="1 2 4 9 20"
    if grep -q __asan_init "$WEFT"; then times="1 2"; fi
    KILLED=0 TIMES=${*:-$times}
    for point in $(points); do
        survive "$point"
    done
    echo "# $KILLED kills" >&3
    ((KILLED > 0))
}

# settled: the branch is whole, and the next pass leaves it and the state as they are.
settled() {
    local before rows
    output_git fsck --strict --no-dangling >/dev/null
    same "$(sqlite3 state/state.db 'PRAGMA integrity_check')" ok
    before=$(tip) rows=$(issued)
    later_pass
    expect 0 "nothing changed"
    same "$(tip)" "$before"
    same "$(issued)" "$rows"
}

# The counters on the branch, oldest first: they grow by one.
counters() { output_git log --reverse --format='%(trailers:key=Weft-Counter,valueonly,separator=)' rendered | grep .; }
counted() { same "$(counters)" "$(seq "$(commits)")"; }

# remembered ROWS: what was remembered before the kill is what is used after it.
remembered() {
    local row
    while read -r row; do
        [[ -z $row ]] || grep -qxF "$row" <(issued) || { printf 'lost: %s\nis: %s\n' "$row" "$(issued)" >&2 && return 1; }
    done <<<"$1"
}
