# A pass that is killed at any point is followed by one that converges: one root, one commit, no serial twice.
load lib
load kill

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

converged() {
    same "$(commits)" "$COMMITS"
    counted
    same "$(state_rows 'SELECT count(*) FROM roots')" 1
    same "$(state_rows 'SELECT count(*), count(DISTINCT serial) FROM intermediates')" '2|2'
    remembered "$1"
    settled
}

@test "this build has the fault hook" {
    [[ -n $(points) ]]
    WEFT_FAULT=$(points | head -n 1) run "$WEFT" run -c weft.yaml
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

# A fleet whose keys take longer than a Job may: each pass makes some of them.
@test "killed while keys are made: the next pass makes only the rest" {
    local made before
    sed -i 's/keyType: ec-p256/keyType: rsa/' weft.yaml
    sed -i 's/^\( *\)ttlDays: .*/&\n\1rsaKeySizeBytes: 2048/' specs/specs/virtualmesh.yaml
    grep -q 'rsaKeySizeBytes: 2048' specs/specs/virtualmesh.yaml
    push_specs "keys that take a while"
    for made in 1 2 3; do
        WEFT_FAULT=pki.key:1 timed_pass
        same "$status" 137
        before=$(issued)
        same "$(wc -l <<<"$before")" $made
        same "$(commits)" 0
    done
    timed_pass
    expect 0
    same "$(issued)" "$before"
    same "$(state_rows "SELECT count(*) FROM intermediates WHERE state <> 'active'")" 0
    same "$(commits)" 1
    settled
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

# Points of writing to clusters need clusters: tests/conformance/weft/killed has some.  Those of adding a request are of a command, and
# tests/e2e/requests.bats kills it there.
@test "no point was left out: each was reached by one of these passes" {
    same "$(sort -u "$BATS_FILE_TMPDIR/reached")" "$(points | grep -vE '^(pass\.direct|inbox\.add)\.')"
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
