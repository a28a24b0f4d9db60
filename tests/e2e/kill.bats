# A pass that is killed at any point is followed by one that converges: one root, one commit, no serial twice.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# Every point that the sources name.
points() {
    grep -rhoE --include='*.c' 'FAULT\("[a-z._-]+"\)' "$ROOT"/{base,sync,state,pki,app} | sed 's/.*"\(.*\)".*/\1/' | sort -u
}

# Kills a pass at a point for the first, second, ... time that it comes there, until it comes there no more; after each the next pass
# must converge to the same.  fresh puts the stage back to where it was.
survive() {
    local point=$1 number
    for number in 1 2 4 9 20; do
        fresh
        WEFT_FAULT=$point:$number run "$WEFT" run -c weft.yaml --log-format lines
        [[ $status == 0 ]] && break
        same "$status" 137 || { echo "$point:$number: $output" >&2 && return 1; }
        KILLED=$((KILLED + 1))
        local rows
        rows=$(issued 2>/dev/null || true)
        pass
        expect 0 || { echo "after $point:$number" >&2 && return 1; }
        converged "$rows" || { echo "after $point:$number" >&2 && return 1; }
    done
    ((number > 1)) || NEVER+=("$point")
}

converged() {
    same "$(commits)" "$COMMITS"
    same "$(state_rows 'SELECT count(*) FROM roots')" 1
    same "$(state_rows 'SELECT count(*), count(DISTINCT serial) FROM intermediates')" '2|2'
    # What was remembered before the kill is what is used after it.
    [[ -z $1 || $1 == "$(issued)" ]] || { printf 'was %s\nis  %s\n' "$1" "$(issued)" >&2 && return 1; }
    output_git fsck --strict --no-dangling >/dev/null
    same "$(sqlite3 state/state.db 'PRAGMA integrity_check')" ok
    local before
    before=$(tip)
    pass
    expect 0 "nothing changed"
    same "$(tip)" "$before"
}

survive_all() {
    local point count=0
    KILLED=0 NEVER=()
    for point in $(points); do
        survive "$point"
        count=$((count + 1))
    done
    echo "# $KILLED kills at $count points; never reached: ${NEVER[*]:-none}" >&3
    ((count > 0 && KILLED >= count - ${#NEVER[@]}))
}

@test "this build has the fault hook" {
    WEFT_FAULT=$(points | head -n 1) run "$WEFT" run -c weft.yaml
    [[ -n $(points) ]]
    same "$status" 137
}

@test "killed in the first pass" {
    COMMITS=1
    fresh() {
        rm -rf state "$OUTPUT_GIT"
        git init -q --bare -b rendered "$OUTPUT_GIT"
    }
    survive_all
}

@test "killed in a later pass" {
    pass
    expect 0
    cp -a "$OUTPUT_GIT" saved.git
    cp -a state saved.state
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "another node port"
    COMMITS=2
    fresh() {
        rm -rf state "$OUTPUT_GIT"
        cp -a saved.git "$OUTPUT_GIT"
        cp -a saved.state state
    }
    survive_all
    rendered_file clusters/cluster-2/imports/cluster-1/bookinfo.yaml | grep -q 'http: 32017'
}

@test "killed from outside at odd moments" {
    local delay pid
    for delay in 0.01 0.03 0.05 0.08 0.12 0.17 0.23 0.3 0.4; do
        "$WEFT" run -c weft.yaml --quiet 3>&- &
        pid=$!
        sleep "$delay"
        kill -9 "$pid" 2>/dev/null || true
        wait "$pid" || true
    done
    pass
    expect 0
    COMMITS=1
    converged ""
}
