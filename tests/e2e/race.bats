# Two wefts with a state and a root each write to one output branch: the second leaves the winner's trust alone, and reports that.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    mkdir twin
    sed -e 's|path: state/state.db|path: twin/state.db|' weft.yaml >twin.yaml
}

VM=gloo-mesh/bookinfo
CACERTS=clusters/cluster-1/trust/istio-system.cacerts.yaml
RECORD=weft/gloo-mesh.bookinfo.json

twin_rows() { sqlite3 'file:twin/state.db?mode=ro' "$1"; }
twin_pass() { weft run -c twin.yaml --log-format lines; }

# The next push to the output repository is late: before it counts, the commands of standard input run to their end, in the folder of
# this test.
before_next_push() {
    {
        printf '#!/bin/bash\nset -e\n[[ ! -e %q ]] || exit 0\ntouch %q\n' "$PWD/raced" "$PWD/raced"
        # shellcheck disable=SC2016 # for the hook
        printf 'unset ${!GIT_*}\nexport GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1\nexec >%q 2>&1\ncd %q\n' "$PWD/raced" "$PWD"
        cat
    } >"$OUTPUT_GIT/hooks/pre-receive"
    chmod +x "$OUTPUT_GIT/hooks/pre-receive"
}

# trust_of COMMIT: all that the clusters and the next weft learn of trust from a commit; of the record only what names certificates.
trust_of() {
    output_git ls-tree -r "$1" | grep '/trust/'
    output_git show "$1:$RECORD" | json - 'd["trust"]'
}

# stays_away WINNER ROOT: the pass that just ended gave way to what WINNER had committed under ROOT.
stays_away() {
    expect 3 "root ${2:0:16}" "(T1)"
    same "$(trust_of rendered)" "$(trust_of "$1")"
    rendered_file $RECORD | grep -q "\"fingerprint\": \"$2\""
    output_git fsck --strict --no-dangling
}

@test "both are new: the one that pushes second finds another root on the new tip, and changes nothing of it" {
    before_next_push <<<"$WEFT run -c twin.yaml --quiet"
    pass -v --report report.json
    [[ -e raced ]] || false
    local winner ours theirs
    winner=$(output_git rev-list --max-parents=0 rendered)
    ours=$(state_rows 'SELECT id FROM roots') theirs=$(twin_rows 'SELECT id FROM roots')
    [[ -n $ours && -n $theirs && $ours != "$theirs" ]]
    stays_away "$winner" "$theirs"
    expect 3 "another writer pushed to rendered meanwhile"

    # The status says what is the matter, and nothing of a trust that no cluster has.
    same "$(json report.json 'd["result"], d["virtualMeshes"][0]["status"]["state"]')" "('refused', 'FAILED')"
    json report.json 'str(d["virtualMeshes"][0]["status"]["meshes"])' | grep -q "${theirs:0:16}"
    weft status -c weft.yaml
    expect 0 FAILED
    weft_apart status -c weft.yaml -o json
    same "$(json - '"deployedSharedTrust" in d["virtualMeshes"][0]["status"]' <<<"$output")" False

    # It stays so, pass after pass; and the winner continues as if nothing had happened.
    winner=$(tip)
    pass
    stays_away "$winner" "$theirs"
    same "$(tip)" "$winner"
    twin_pass
    expect 0
    same "$(trust_of rendered)" "$(trust_of "$winner")"
    same "$(state_rows 'SELECT id FROM roots')" "$ours"
}

@test "the other way round: the first weft is quicker, and the new one gives way to it" {
    before_next_push <<<"$WEFT run -c weft.yaml --quiet"
    twin_pass
    [[ -e raced ]] || false
    local winner
    winner=$(output_git rev-list --max-parents=0 rendered)
    stays_away "$winner" "$(state_rows 'SELECT id FROM roots')"
    pass
    expect 0
    same "$(trust_of rendered)" "$(trust_of "$winner")"
}

@test "a root is given up for another between fetch and push: the weft that knew the former one changes nothing any more" {
    pass
    expect 0
    local ours theirs winner
    ours=$(state_rows 'SELECT id FROM roots')
    sed -i "s|^  name: bookinfo|  name: bookinfo\n  annotations: {weft.dev/replace-lost-root: $ours}|" specs/specs/virtualmesh.yaml
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "the root is lost, somebody thinks"
    before_next_push <<<"$WEFT run -c twin.yaml --quiet"
    pass
    [[ -e raced ]] || false
    theirs=$(twin_rows 'SELECT id FROM roots')
    winner=$(output_git log --format=%H --diff-filter=AM rendered -- $CACERTS | head -n 1)
    # This one knew the branch before, so it is another weft that lives, and not a state that was lost: it stops.
    expect 1 "another weft" "root ${theirs:0:16}"
    same "$(trust_of rendered)" "$(trust_of "$winner")"
    # What is no trust was translated by both alike.
    rendered_file clusters/cluster-2/imports/cluster-1/bookinfo.yaml | grep -q 'http: 32017'
    weft trust root $VM -c twin.yaml
    expect 0 "BEGIN CERTIFICATE"
}

@test "two copies of one state begin the same rotation with a root each: the second gives way, and goes on with the copy of the first" {
    pass
    expect 0
    cp -a state/. twin/
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    before_next_push <<<"$WEFT run -c twin.yaml --quiet"
    pass
    [[ -e raced ]] || false
    local winner theirs
    winner=$(output_git rev-list --reverse rendered | sed -n 2p)
    theirs=$(twin_rows "SELECT id FROM roots ORDER BY generation DESC LIMIT 1")
    same "$(twin_rows 'SELECT step FROM rotations')" 1
    stays_away "$winner" "$theirs"
    cp twin/state.db state/state.db
    pass
    expect 0
    same "$(trust_of rendered)" "$(trust_of "$winner")"
    rendered_file $RECORD | grep -q '"state": "ADDING_NEW_ROOT"'
}

@test "two passes over one state cannot race: the second reports that the first is at work" {
    before_next_push <<<"$WEFT run -c weft.yaml --quiet && exit 1 || true"
    pass
    expect 0
    [[ -e raced ]] || false
    grep -q "another" raced
    same "$(commits)" 1
}
