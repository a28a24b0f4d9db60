# tests/e2e/inventory_use.bats - the commands beside a pass that take an inventory: validate and render.
load lib
load inventory
setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_clusters; }

# value EXPRESSION: of d, the JSON that was printed.
value() { python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1" <<<"$output"; }

@test "validate takes the last inventory: that of the state, and without one the tip of the branch" {
    weft validate -c weft.yaml
    expect 3 "no inventory yet"
    pass_at 0
    local first
    first=$(inventory_tip)
    weft validate -c weft.yaml
    expect 0 "inventory ${first:0:12} of the state" "2 meshes"
    git clone -q -b weft/inventory "$OUTPUT_URL" other
    sed -i 's/reviews/intruder/g' other/clusters/cluster-2/namespaces/shop.yaml
    git -C other commit -qam "by hand"
    git -C other push -q origin HEAD:weft/inventory
    weft validate -c weft.yaml -o json
    expect 0
    same "$(value 'd["inventory"]')" "{'from': 'state', 'commit': '$first'}"
    mv state elsewhere
    weft validate -c weft.yaml -o json
    expect 0
    same "$(value 'd["inventory"]')" "{'from': 'branch', 'commit': '$(inventory_tip)'}"
    weft validate -c weft.yaml --inventory "$first" -o json
    same "$(value 'd["inventory"]')" "{'from': 'ref', 'commit': '$first'}"
    [[ ! -e state ]]
}

@test "validate asks no cluster, and its messages name the object of the specs, or of the cluster" {
    pass_at 0
    rm -f dump/*/requests
    cat >specs/specs/objects.yaml <<'END'
apiVersion: discovery.mesh.gloo.solo.io/v1
kind: Destination
metadata: {name: my-reviews, namespace: gloo-mesh}
spec:
  kubeService:
    ref: {name: reviews, namespace: shop, clusterName: cluster-2}
    workloadSelectorLabels: {app: other}
    ports: [{port: 9080, name: http, protocol: TCP}]
  mesh: {name: istiod-istio-system-cluster-2, namespace: gloo-mesh}
---
apiVersion: discovery.mesh.gloo.solo.io/v1
kind: Destination
metadata: {name: reviews-shop-cluster-1, namespace: gloo-mesh}
spec:
  kubeService:
    ref: {name: mine, namespace: shop, clusterName: cluster-1}
    workloadSelectorLabels: {app: mine}
    ports: [{port: 80, name: http, protocol: TCP}]
  mesh: {name: istiod-istio-system-cluster-1, namespace: gloo-mesh}
END
    push_specs "objects by hand"
    weft validate -c weft.yaml -o json
    expect 0
    same "$(value 'sorted((f["id"], f.get("file") or f.get("object")) for f in d["findings"] if f.get("id", "")[:1] == "I")')" \
        "[('I27', 'specs/objects.yaml'), ('I30', 'cluster cluster-1: Service shop/reviews')]"
    ! grep -qs mutatingwebhook dump/*/requests
}

@test "validate and render take a folder, what discover writes or a checkout of the branch, and render the bytes of a pass" {
    pass_at 0
    "$WEFT" discover --from dump --output found >/dev/null
    git clone -q -b weft/inventory "$OUTPUT_URL" checkout
    local folder
    for folder in found checkout; do
        weft validate --specs specs/specs --inventory $folder
        expect 0 "inventory $folder"
        weft render --specs specs/specs --inventory $folder --output out-$folder
        expect 0
    done
    diff -r out-found out-checkout
    rendered_files | grep -vE '^(weft|clusters/[^/]*/trust)/' >files
    grep -q imports files
    while read -r file; do
        rendered_file "$file" | cmp - "out-found/$file"
    done <files
    weft render -c weft.yaml --specs specs/specs --inventory weft/inventory --output out-branch
    expect 0
    diff -r out-found out-branch
}

@test "an inventory that cannot be read is an error that names what to do" {
    weft render --specs specs/specs --inventory weft/inventory --output out
    expect 1 "no folder weft/inventory" "-c weft.yaml"
    weft validate -c weft.yaml --inventory no-such-branch
    expect 1 no-such-branch
    mkdir -p bad/clusters
    printf 'kind: [' >bad/clusters/x.yaml
    weft validate --specs specs/specs --inventory bad
    expect 1 bad/clusters/x.yaml
    [[ ! -e out ]]
}
