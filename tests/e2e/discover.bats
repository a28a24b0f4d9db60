# tests/e2e/discover.bats - weft discover: lists of API servers in, an inventory that the other commands take out.
LEAKS=yes
load lib

setup() {
    cd "$BATS_TEST_TMPDIR"
    cluster_lists cluster-1
}

# A second cluster like the first: another identity.
second() {
    cp -r dump/cluster-1 dump/cluster-2
    sed -i 's/11111111-/22222222-/' dump/cluster-2/namespaces.json
}

@test "the inventory is a folder of specs that validate takes" {
    second
    weft discover --from dump --output inventory
    expect 0 cluster-1 cluster-2 "1.31.2 (default)" istio-system/istio-eastwestgateway "3 of 6"
    [[ -f inventory/clusters/cluster-2/namespaces/shop.yaml && -f inventory/clusters/cluster-1/cluster.yaml ]]
    weft validate --specs inventory
    expect 0 "2 meshes, 6 destinations"
}

@test "render makes one mesh of two inventories: the gateways that were found are dialled, and not offered" {
    second
    sed -i 's/203.0.113.10/203.0.113.20/' dump/cluster-2/services.json
    weft discover --from dump --output specs
    cp "$ROOT/tests/golden/discovered-inventory/in/virtual-mesh.yaml" specs/
    weft render --specs specs --output out
    expect 0
    grep -q 'address: "203.0.113.20"' out/clusters/cluster-1/imports/cluster-2/shop.yaml
    run grep -r istio-eastwestgateway.istio-system.svc out
    same "$output" ""
}

@test "the same lists give the same bytes, and a folder that is not empty is refused" {
    weft discover --from dump --output one
    weft discover --from dump --output two
    diff -r one two
    weft discover --from dump --output two
    expect 1 "two is not empty"
}

@test "explain tells why a Service is taken or left out" {
    weft discover --from dump --explain shop/reviews
    expect 0 "cluster-1: taken" "name: reviews-shop-cluster-1"
    weft discover --from dump --explain plain/web
    expect 0 "left out (not-in-mesh)"
    weft discover --from dump --explain shop/nothing
    expect 1 "shop/nothing"
    weft discover --from dump --explain nothing
    expect 2 "NAMESPACE/NAME"
}

@test "json and yaml hold the meshes, gateways and reasons" {
    weft discover --from dump -o json
    expect 0 '"kind": "Discovery"' '"trustDomain": "cluster.local"' '"mark": "port=15443 network=network1 class=a"' '"reason": "not-in-mesh"'
    weft discover --from dump -o yaml
    expect 0 'trustDomain: cluster.local' 'reason: not-in-mesh'
}

@test "a cluster that refuses a list is named with what it lacks, and the others are served" {
    second
    echo '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"services is forbidden","reason":"Forbidden","code":403}' \
        >dump/cluster-2/services.json
    weft discover --from dump --output inventory
    expect 3 refused
    [[ $output == *"cluster cluster-2: "*" services: "*"(I1)"* && $output != *"last inventory"* ]]
    [[ -d inventory/clusters/cluster-1 && ! -e inventory/clusters/cluster-2 ]]
    rm -r dump/cluster-1
    weft discover --from dump
    expect 1 refused
}

@test "a cluster whose lists are missing is named with all of them, and the exit status says so" {
    second
    rm dump/cluster-2/services.json dump/cluster-2/deployments.json
    weft discover --from dump --output inventory
    expect 3 "cluster cluster-2: " "services, deployments: " "(I1)"
    weft discover --from nowhere
    expect 1 "--from nowhere: No such file"
}

@test "one cluster under two names, a folder without clusters, a file that is no list" {
    cp -r dump/cluster-1 dump/cluster-2
    weft discover --from dump
    expect 1 "cluster-1 and cluster-2 are one cluster"
    rm -r dump/cluster-2
    echo '{}' >dump/cluster-1/servics.json
    weft discover --from dump
    expect 1 "did you mean services.json?"
    mkdir empty
    weft discover --from empty
    expect 1 "no folder of a cluster"
    weft discover
    expect 2 "no configuration weft.yaml"
}

@test "names limit what is read, and a name that is nowhere is refused" {
    second
    weft discover --from dump cluster-2
    expect 0 cluster-2
    [[ $output != *cluster-1* ]]
    weft discover --from dump cluster-2 cluster-3
    expect 1 "cluster-3"
}

@test "servers: which clusters are read, and a server that cannot be reached differs from one that refuses" {
    cat >weft.yaml <<YAML
apiVersion: weft.dev/v1alpha1
kind: Config
specs: {url: "https://git.example.com/specs.git", ref: main}
output: {url: "https://git.example.com/output.git", branch: rendered}
state: {path: $PWD/state/state.db, keyFile: $PWD/state.key}
clusters:
- {name: cluster-1, kubeconfig: gone.kubeconfig}
- {name: cluster-2, kubeconfig: gone.kubeconfig, discover: false}
- {name: cluster-3}
YAML
    weft discover -c weft.yaml
    expect 1 cluster-1 unreachable gone.kubeconfig
    [[ $output != *cluster-2* && $output != *cluster-3* ]]
    weft discover -c weft.yaml cluster-2
    expect 1 "discover: false"
    weft discover -c weft.yaml cluster-3
    expect 1 "neither kubeconfig nor inCluster"
    weft discover -c weft.yaml cluster-9
    expect 1 "no cluster cluster-9"
    weft discover -c weft.yaml -o json
    expect 1 '"read": "unreachable"'
}
