# tests/e2e/inventory_use.bats - the commands beside a pass that take an inventory, and passes without one.
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
    expect 0 "inventory ${first:0:12}" "2 meshes"
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

@test "discover --diff shows what a pass would change in the inventory, and what a grace keeps is no change" {
    pass_at 0
    weft discover -c weft.yaml --diff --now "$(at 1)"
    expect 0 "inventory $(inventory_tip | cut -c1-12)" "equal"
    add_service cluster-2 shipping
    edit cluster-1 services 'items = [i for i in items if i["metadata"]["name"] != "reviews"]'
    edit cluster-2 services 'items[[i["metadata"]["name"] for i in items].index("reviews")]["spec"]["ports"][0]["port"] = 9999'
    weft discover -c weft.yaml --diff --now "$(at 1)"
    expect 4 "+ cluster cluster-2: Destination gloo-mesh/shipping-shop-cluster-2, Service shop/shipping" \
        "~ cluster cluster-2: Destination gloo-mesh/reviews-shop-cluster-2" 9999 I21 "1 different, 1 found"
    pass_at 2
    expect 0
    weft discover -c weft.yaml --diff --now "$(at 3)"
    expect 0 I21
    weft discover -c weft.yaml --diff --now "$(at 30)" -o json
    expect 4
    same "$(value '[o["written"]["name"] for o in d["objects"] if o["outcome"] == "written"]')" "['reviews-shop-cluster-1']"
    touch dump/cluster-2/down
    weft discover -c weft.yaml --diff --now "$(at 3)"
    expect 3 "? cluster cluster-2: not known"
}

@test "discover --diff tells which written objects may be deleted: by a folder, and while discovery is off by the specs" {
    "$WEFT" discover --from dump --output found >/dev/null
    sed -s '$a ---' found/clusters/*/cluster.yaml found/clusters/*/namespaces/*.yaml >specs/specs/written.yaml
    sed -i '0,/name: reviews-shop-cluster-1/s//name: by-hand/; s/serviceAccountName: .*/serviceAccountName: other/' specs/specs/written.yaml
    weft discover --from dump --diff --specs specs/specs -o json
    expect 4
    same "$(value '[o["kind"] for o in d["objects"] if o["outcome"] != "equal"].count("Workload")')" "$(value 'd["totals"]["different"]')"
    same "$(value 'd["totals"]["found"], d["totals"]["written"]')" "(0, 0)"
    same "$(value '[o["outcome"] for o in d["objects"] if o["written"]["name"] == "by-hand"]')" "['equal']"
    same "$(value '[(f["path"], f["written"]) for o in d["objects"] for f in o["fields"]][0]')" "('spec.kubernetes.serviceAccountName', '\"other\"')"
    push_specs "all by hand"
    sed -i 's/  enabled: true/  enabled: false/' weft.yaml
    weft discover -c weft.yaml --diff
    expect 4 "specs/written.yaml:" "main of $SPECS_URL"
    cp found/clusters/cluster-1/namespaces/shop.yaml specs/specs/written.yaml
    weft discover --from dump --diff --specs specs/specs cluster-1
    expect 4 "+ cluster cluster-1: Mesh gloo-mesh/istiod-istio-system-cluster-1"
    [[ $output != *cluster-2* ]]
    weft discover --from dump --diff --specs found
    expect 0 "what is equal (=) may be deleted"
}

@test "discover --diff without anything to compare with, or a base without --diff, is an error" {
    weft discover --from dump --diff
    expect 1 "--specs DIR"
    weft discover --from dump --specs specs/specs
    expect 2 "--diff"
    weft discover --from dump --diff --specs specs/specs --inventory found
    expect 2
}

@test "hand-written objects that are equal are deleted one by one, and the manifests stay byte for byte" {
    "$WEFT" discover --from dump --output found >/dev/null
    mkdir specs/specs/written
    cp -r found/clusters specs/specs/written/
    sed -i 's/name: ratings-shop-cluster-2$/name: by-hand/' specs/specs/written/clusters/cluster-2/namespaces/shop.yaml
    push_specs "all by hand"
    sed -i 's/  enabled: true/  enabled: false/' weft.yaml
    pass_at 0
    expect 0
    local before
    before=$(output_git rev-parse rendered:clusters)
    sed -i 's/  enabled: false/  enabled: true/' weft.yaml
    pass_at 1
    expect 0
    weft discover -c weft.yaml --from dump --diff --specs specs/specs
    expect 0
    rm -r specs/specs/written
    push_specs "the wishes alone"
    pass_at 2
    expect 0
    same "$(output_git rev-parse rendered:clusters)" "$before"
}

@test "without discovery.enabled a pass asks no cluster for lists, makes no inventory, and writes what it wrote before" {
    "$WEFT" discover --from dump --output found >/dev/null
    cp -r found/clusters specs/specs/
    push_specs "all by hand"
    sed -i '/^discovery:/,/enabled/d' weft.yaml
    rm -f dump/*/requests
    pass_at 0 --report report.json
    expect 0
    ! grep -qs 'services\|mutatingwebhook' dump/*/requests
    same "$(inventory_tip)" none
    same "$(output_git log -1 --format='%(trailers:keyonly)' rendered | sort -u | xargs)" \
        "Weft-Certificate-Log Weft-Chain Weft-Counter Weft-Instance Weft-Plan-Digest Weft-Previous-Commit Weft-Source Weft-Source-Commit Weft-State Weft-Version Weft-Virtual-Meshes"
    ! grep -q -i inventory report.json
    ! output_git ls-tree -r --name-only rendered | grep -i inventory
    pass_at 1
    expect 0 "nothing changed"
}
