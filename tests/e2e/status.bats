# weft status: what the state knows, without asking any server.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

@test "a state that is not there: its name is shown, nothing is made, and no word is lost in it" {
    local words
    while read -ra words; do
        weft "${words[@]}" -c weft.yaml
        expect 1 "the state state/state.db (state.path) is not there" weft.yaml
        [[ ! -e state ]]
    done <<'END'
status
status -o json
trust inspect
trust root gloo-mesh/bookinfo
rotation hold gloo-mesh/bookinfo --reason later
rotation approve gloo-mesh/bookinfo
END
}

@test "who only looks makes no folder, and leaves none behind" {
    local words
    mkdir look
    while read -ra words; do
        TMPDIR=$PWD/look weft "${words[@]}" -c weft.yaml
        [[ $status == 0 || $status == 4 ]]
        [[ ! -e state ]]
        same "$(ls look)" ""
    done <<'END'
plan
evidence
rotation plan gloo-mesh/bookinfo
run --dry-run
validate
END
}

@test "the table shows state, rotation, root, intermediates and the last commit" {
    pass
    weft status -c weft.yaml
    expect 0 "gloo-mesh/bookinfo" ACCEPTED NOT_ROTATING "2, first in" "$(tip | cut -c1-12)"
}

# in_days N: that time, for --now
in_days() { date -u -d "+$1 days" +%Y-%m-%dT%H:%M:%SZ; }

@test "expiry is counted from --now" {
    pass --now "$(in_days 1)"
    weft status -c weft.yaml --now "$(date -u -d '+49 hours' +%Y-%m-%dT%H:%M:%SZ)"
    expect 0 "88d 2" "1823d 2"
    weft status -c weft.yaml --now "$(in_days 3000)"
    expect 0 expired
}

@test "json and yaml hold the same: roots, intermediates with serials and expiry, last commit, last run" {
    pass
    weft_apart status -c weft.yaml -o json
    expect 0
    same "$(json - 'd["output"]["commit"], d["lastRun"]["result"]' <<<"$output")" "('$(tip)', 'converged')"
    same "$(json - 'len(d["virtualMeshes"][0]["roots"]), sorted(i["cluster"] for i in d["virtualMeshes"][0]["intermediates"])' <<<"$output")" \
        "(1, ['cluster-1', 'cluster-2'])"
    same "$(json - 'sorted(i["serial"] for i in d["virtualMeshes"][0]["intermediates"])' <<<"$output")" \
        "$(state_rows "SELECT serial FROM intermediates ORDER BY serial" | python3 -c 'import sys; print(sys.stdin.read().split())')"
    same "$(json - 'd["virtualMeshes"][0]["status"]["state"]' <<<"$output")" ACCEPTED
    weft_apart status -c weft.yaml -o yaml
    expect 0 "virtualMesh: gloo-mesh/bookinfo"
}

@test "status works without the network and without the key" {
    pass
    # No server listens on port 1; what the state knows of an output is found by its address, so only that of the specs moves.
    sed -i "s|^specs: {url: [^,]*|specs: {url: git://127.0.0.1:1/specs.git|" weft.yaml
    rm state.key
    weft status -c weft.yaml
    expect 0 ACCEPTED "$(tip | cut -c1-12)"
}

@test "what is wrong with a mesh is shown with its status" {
    make_certificate certs/cluster-2.pem -newkey rsa:2048 -days 1
    pass --now "$(in_days 3)"
    expect 3
    weft status -c weft.yaml
    expect 0 FAILED "istiod-istio-system-cluster-2"
}

@test "a rotation under way: whom it waits for, or who holds it and why" {
    pass
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    pass --now "$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)"
    weft status -c weft.yaml
    expect 0 "ADDING_NEW_ROOT (step 1)" "waits in step 1: no evidence yet that cluster cluster-1 has loaded this step (and 1 more)"
    weft_apart status -c weft.yaml -o json
    json - 'd["virtualMeshes"][0]["rotation"]["waitsFor"]' <<<"$output" | grep -q cluster-1
    local eve="the night before Christmas"
    weft rotation hold gloo-mesh/bookinfo -c weft.yaml --reason "$eve"
    expect 0
    pass --now "$(date -u -d '+2 hours' +%Y-%m-%dT%H:%M:%SZ)"
    weft status -c weft.yaml
    expect 0 "(step 1, held)" "$eve"
    weft_apart status -c weft.yaml -o json
    same "$(json - 'd["virtualMeshes"][0]["rotation"]["held"]' <<<"$output")" "$eve"
}

@test "trust root is PEM for istiod, and JSON for scripts" {
    pass
    weft_apart trust root gloo-mesh/bookinfo -c weft.yaml
    expect 0 "BEGIN CERTIFICATE"
    local pem=$output
    weft_apart trust root gloo-mesh/bookinfo -c weft.yaml -o json
    expect 0
    same "$(json - 'd["kind"], d["virtualMesh"]' <<<"$output")" "('TrustBundle', 'gloo-mesh/bookinfo')"
    same "$(json - 'd["bundle"].rstrip()' <<<"$output")" "$pem"
}
