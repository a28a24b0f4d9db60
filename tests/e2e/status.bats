# weft status: what the state knows, without asking anybody.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

@test "before the first pass there is nothing to tell, and no state is made" {
    weft status -c weft.yaml
    expect 0 "No virtual mesh yet"
    [[ ! -e state/state.db ]]
}

@test "the table shows state, rotation, root, intermediates and the last commit" {
    pass
    weft status -c weft.yaml
    expect 0 "gloo-mesh/bookinfo" ACCEPTED NOT_ROTATING "2, first in" "$(tip | cut -c1-12)"
}

@test "expiry is counted from --now" {
    pass --now 2026-11-23T11:00:00Z
    weft status -c weft.yaml --now 2026-11-24T11:00:00Z
    expect 0 "89d" "1824d"
    weft status -c weft.yaml --now 2033-01-01T00:00:00Z
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

@test "status works without the network, without the key, and while a pass holds the state" {
    pass
    git_server_stop
    rm state.key
    weft status -c weft.yaml
    expect 0 ACCEPTED
    git_server_start "$BATS_FILE_TMPDIR/srv"
}

@test "what is wrong with a mesh is told with its status" {
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -days 1 -keyout /dev/null -out certs/cluster-2.pem 2>/dev/null
    pass --now 2027-11-23T11:00:00Z
    expect 3
    weft status -c weft.yaml
    expect 0 FAILED "istiod-istio-system-cluster-2"
}
