# weft explain: who can call what by the specs, and which object decides it.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

PRODUCTPAGE=cluster-1/bookinfo/bookinfo-productpage

# Link, state and place of each link of the first call in JSON.
links() { jq -r '.calls[0].links[] | "\(.link) \(.holds) \(.kind) \(.name) \(.file):\(.line)"' <<<"$output"; }

@test "each link with the object and the line that decides it, from a folder and from the repository" {
    local from
    for from in "--specs specs/specs" "-c weft.yaml"; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr "$WEFT" explain $from -o json $PRODUCTPAGE cluster-2/bookinfo/reviews
        expect 3
        links | sed 's|specs/specs/|specs/|' >"links.${from%% *}"
        [[ $(jq -r '.calls[0].verdict' <<<"$output") == unknown ]]
    done
    diff links.--specs links.-c
    diff - links.-c <<'END'
caller yes Workload productpage-v1-bookinfo-cluster-1 specs/cluster-1/workloads.yaml:3
service yes Destination reviews-bookinfo-cluster-2 specs/cluster-2/services.yaml:3
virtualMesh yes VirtualMesh bookinfo specs/virtualmesh.yaml:10
federation yes VirtualMesh bookinfo specs/virtualmesh.yaml:33
dns yes Mesh istiod-istio-system-cluster-1 specs/cluster-1/mesh.yaml:3
gateway yes Destination istio-eastwestgateway-istio-system-cluster-2 specs/cluster-2/gateway.yaml:3
trust unknown VirtualMesh bookinfo specs/virtualmesh.yaml:3
policy limited AccessPolicy productpage-reads specs/policies.yaml:10
END
}

@test "exit status 0: it can, at least for some requests; 3: it cannot" {
    weft explain --specs specs/specs $PRODUCTPAGE cluster-1/bookinfo/reviews
    expect 0 "limited" "productpage-reads"
    weft explain --specs specs/specs cluster-1/bookinfo/other cluster-1/bookinfo/reviews
    expect 3 "AccessPolicy gloo-mesh/productpage-reads"
}

@test "a Service of several clusters: one answer for each" {
    run --separate-stderr "$WEFT" explain --specs specs/specs -o json productpage-v1-bookinfo-cluster-1 bookinfo/reviews
    [[ $(jq -r '.calls[].service.cluster' <<<"$output" | xargs) == "cluster-1 cluster-2" ]]
}

@test "names that the specs do not have" {
    weft explain --specs specs/specs nothing bookinfo/reviews
    expect 1 "nothing"
    weft explain --specs specs/specs $PRODUCTPAGE bookinfo/nothing
    expect 1 "bookinfo/nothing"
    weft explain --specs specs/specs $PRODUCTPAGE
    expect 2
}

@test "mistakes in the specs are said, and what they hide is unknown" {
    sed -i 's/^  sourceSelector:/  sourceSelektor:/' specs/specs/policies.yaml
    weft explain --specs specs/specs $PRODUCTPAGE cluster-1/bookinfo/reviews
    expect 3 "mistake" "unknown"
}
