# tests/e2e/inventory.bats - discovery in a pass: clusters in, a commit on the inventory branch, and manifests of both commits out.
load lib
load inventory
setup_file() { stage_file; }
teardown_file() { unstage_file; }

setup() { stage_clusters; }

@test "the first pass commits the inventory, then the manifests, and each names what it is made of" {
    pass_at 0
    expect 0 "2 of 2 clusters read"
    inventory_file clusters/cluster-2/namespaces/shop.yaml | grep -q 'name: reviews-shop-cluster-2'
    same "$(trailer rendered Weft-Inventory-Commit)" "$(inventory_tip)"
    same "$(trailer weft/inventory Weft-Source-Commit)" "$(git -C specs rev-parse HEAD)"
    trailer weft/inventory Weft-Cluster | grep -q "^cluster-1 read at $(at 0), Istio 1.31.2\$"
    rendered_file clusters/cluster-1/imports/cluster-2/shop.yaml | grep -q 'address: "203.0.113.20"'
}

@test "a pass in which no cluster changed makes no commit, whatever the order of the lists" {
    pass_at 0
    local inventory rendered
    inventory=$(inventory_tip) rendered=$(tip)
    edit cluster-1 services 'items.reverse()'
    pass_at 1
    expect 0 "nothing changed"
    same "$(inventory_tip)" "$inventory"
    same "$(tip)" "$rendered"
    pass_at 2 --inventory "$inventory"
    expect 0 "nothing changed"
    same "$(tip)" "$rendered"
}

@test "a Service that was added is one file of the inventory, and other clusters import it; an older commit renders without it" {
    pass_at 0
    local before
    before=$(inventory_tip)
    add_service cluster-2 shipping
    weft plan -c weft.yaml --now "$(at 1)"
    expect 4 "weft/inventory" "clusters/cluster-2/namespaces/shop.yaml"
    same "$(inventory_tip)" "$before"
    pass_at 1
    expect 0
    same "$(output_git diff --name-only "$before" weft/inventory)" clusters/cluster-2/namespaces/shop.yaml
    rendered_file clusters/cluster-1/imports/cluster-2/shop.yaml | grep -q shipping
    pass_at 2 --inventory "$before" --allow-deletions
    expect 0
    ! rendered_file clusters/cluster-1/imports/cluster-2/shop.yaml | grep -q shipping
    same "$(trailer rendered Weft-Inventory-Commit)" "$before"
}

@test "--inventory asks no cluster for its lists" {
    pass_at 0
    rm -f dump/*/requests
    pass_at 1 --inventory weft/inventory
    expect 0
    ! grep -qs 'services\|mutatingwebhook' dump/*/requests
}

@test "a cluster that is down keeps what it had, and the others go on" {
    pass_at 0
    touch dump/cluster-2/down
    add_service cluster-1 shipping
    pass_at 1
    expect 0 "I1" "1 of 2 clusters read"
    same "$(output_git diff --name-only weft/inventory~1 weft/inventory)" clusters/cluster-1/namespaces/shop.yaml
    trailer weft/inventory Weft-Cluster | grep -q '^cluster-2 kept: '
    rendered_file clusters/cluster-2/imports/cluster-1/shop.yaml | grep -q shipping
    inventory_file clusters/cluster-2/left-out.tsv >/dev/null || true
}

@test "another cluster under the same name is refused until a person says that it was replaced" {
    pass_at 0
    local before
    before=$(inventory_tip)
    sed -i 's/22222222-/33333333-/' dump/cluster-2/namespaces.json
    pass_at 1
    expect 3 "(I1)" "--replace-cluster cluster-2"
    same "$(inventory_tip)" "$before"
    pass_at 2 --replace-cluster cluster-2
    expect 0
    inventory_file clusters/cluster-2/cluster.yaml | grep -q 33333333-
}

@test "two names for one cluster: the one that was there first stays" {
    pass_at 0
    local before
    before=$(inventory_tip)
    cp dump/cluster-1/*.json dump/cluster-2/
    pass_at 1
    expect 3 "(I1)" "cluster-2 and cluster-1"
    same "$(inventory_tip)" "$before"
}

@test "a Service goes after two reads and the grace, not with the first one" {
    pass_at 0
    edit cluster-1 services 'items = [i for i in items if i["metadata"]["name"] != "reviews"]'
    pass_at 1
    expect 0 I21
    same "$(inventory_commits)" 1
    pass_at 5
    expect 0 I21
    pass_at 12
    expect 0
    same "$(inventory_commits)" 2
    ! inventory_file clusters/cluster-1/namespaces/shop.yaml | grep -q 'name: reviews-shop-cluster-1$'
}

@test "the last gateway stays until removals are allowed" {
    pass_at 0
    edit cluster-1 services 'items = [i for i in items if "eastwest" not in i["metadata"]["name"]]'
    pass_at 1
    pass_at 20
    expect 3 I22 "--allow-removals cluster-1"
    inventory_file clusters/cluster-1/namespaces/istio-system.yaml | grep -q 203.0.113.10
    pass_at 40 --allow-removals cluster-1 --allow-deletions
    ! inventory_file clusters/cluster-1/namespaces/istio-system.yaml | grep -q 203.0.113.10
}

@test "a cluster that left the configuration stays until removals are allowed" {
    pass_at 0
    sed -i '/^- {name: cluster-2/d' weft.yaml
    pass_at 1
    expect 3 "(I22)"
    inventory_file clusters/cluster-2/cluster.yaml >/dev/null
    pass_at 2 --allow-removals cluster-2 --allow-deletions --accept-refused
    [[ $(output_git ls-tree -r --name-only weft/inventory) != *cluster-2* ]]
}

@test "what others write on the branch stops the pass, and never counts as the last inventory" {
    pass_at 0
    touch dump/cluster-2/down
    rm -rf other
    git clone -q -b weft/inventory "$OUTPUT_URL" other
    sed -i 's/reviews/intruder/g' other/clusters/cluster-2/namespaces/shop.yaml
    git -C other commit -qam "by hand"
    git -C other push -q origin HEAD:weft/inventory
    pass_at 1
    expect 1 "changed files that weft owns" clusters/cluster-2/namespaces/shop.yaml
    pass_at 2 --overwrite-drift
    expect 0
    ! inventory_file clusters/cluster-2/namespaces/shop.yaml | grep -q intruder
}

@test "an object of the specs takes the place of what was found, excludes it, or completes it" {
    cat >specs/specs/objects.yaml <<'END'
apiVersion: discovery.mesh.gloo.solo.io/v1
kind: Destination
metadata: {name: my-reviews, namespace: gloo-mesh}
spec:
  kubeService:
    ref: {name: reviews, namespace: shop, clusterName: cluster-2}
    workloadSelectorLabels: {app: other}
    ports: [{port: 1234, name: http, protocol: TCP}]
  mesh: {name: istiod-istio-system-cluster-2, namespace: gloo-mesh}
END
    push_specs "reviews by hand"
    pass_at 0
    expect 0 "specs/objects.yaml:1:1: Destination gloo-mesh/my-reviews" I26 I27 "app=other"
    rendered_file clusters/cluster-1/imports/cluster-2/shop.yaml | grep -q 1234
    sed -i 's/namespace: gloo-mesh}$/namespace: gloo-mesh, annotations: {discovery.weft.dev\/exclude: "true"}}/;t' specs/specs/objects.yaml
    sed -i '0,/metadata:.*/s//metadata: {name: my-reviews, namespace: gloo-mesh, annotations: {discovery.weft.dev\/exclude: "true"}}/' specs/specs/objects.yaml
    sed -i 's/  mesh: {.*/  mesh: {name: istiod-istio-system-cluster-2, namespace: gloo-mesh}/' specs/specs/objects.yaml
    push_specs "no reviews"
    pass_at 1 --allow-deletions
    expect 0
    ! rendered_file clusters/cluster-1/imports/cluster-2/shop.yaml | grep -q 'reviews.shop'
}

@test "while a file of the specs cannot be read, nothing that was found is added" {
    pass_at 0
    printf 'kind: [' >specs/specs/broken.yaml
    push_specs "a broken file"
    add_service cluster-2 shipping
    pass_at 1
    expect 3 I31
    inventory_file clusters/cluster-2/namespaces/shop.yaml | grep -q shipping
    rendered_file clusters/cluster-1/imports/cluster-2/shop.yaml >imports
    grep -q reviews imports
    ! grep -q shipping imports
}

@test "a pass that is killed around the push of the inventory, or of the manifests, is repeated to the same" {
    "$WEFT" run -c weft.yaml --now "$(at 0)" -q || true
    local point count=1
    for point in pass.inventory.pushed:1 pass.inventory.saved:1 git.push.before:1 git.push.after:1 git.push.before:2 git.push.after:2 \
        pass.published:1; do
        add_service cluster-1 "svc-$count"
        WEFT_FAULT=$point pass_at $count
        same "$status" 137
        pass_at $count
        expect 0
        count=$((count + 1))
        same "$(inventory_commits)" $count
        same "$(trailer rendered Weft-Inventory-Commit)" "$(inventory_tip)"
        pass_at $count
        expect 0 "nothing changed"
        same "$(inventory_commits)" $count
    done
}

@test "evidence uses the last inventory, and a branch of the manifests or the specs is refused" {
    pass_at 0
    rm -f dump/*/requests
    weft evidence -c weft.yaml --now "$(at 1)"
    expect 0
    ! grep -qs mutatingwebhook dump/*/requests
    discovering "  branch: rendered"
    weft run -c weft.yaml
    expect 2 discovery.branch
    write_config "discovery: {enabled: true}"
    weft run -c weft.yaml
    expect 2 discovery.enabled "no cluster to read"
}

@test "metrics tell the age of each inventory, also when a cluster cannot be read" {
    sample() { awk -v name="$1" 'index($0, name " ") == 1 { print $NF }' weft.prom; }
    pass_at 0 --metrics-file weft.prom
    same "$(sample 'weft_inventory_timestamp_seconds{cluster="cluster-1"}')" $START
    same "$(sample 'weft_inventory_complete{cluster="cluster-2"}')" 1
    same "$(sample 'weft_inventory_objects{cluster="cluster-1",kind="Mesh"}')" 1
    [[ $(sample 'weft_discovery_seconds{cluster="cluster-1"}') =~ ^0\.[0-9]*[1-9] ]]
    pass_at 20 --metrics-file weft.prom
    same "$(sample 'weft_inventory_timestamp_seconds{cluster="cluster-2"}')" $((START + 1200))
    touch dump/cluster-2/down
    pass_at 25 # without metrics the time is remembered, too
    pass_at 30 --metrics-file weft.prom
    expect 0 I1 "$(at 20)"
    same "$(sample 'weft_inventory_timestamp_seconds{cluster="cluster-1"}')" $((START + 1800))
    same "$(sample 'weft_inventory_timestamp_seconds{cluster="cluster-2"}')" $((START + 1200))
    same "$(sample 'weft_inventory_complete{cluster="cluster-2"}')" 0
    same "$(sample 'weft_inventory_objects{cluster="cluster-2",kind="Mesh"}')" 1
}

@test "an inventory that is kept for longer than staleAfter is said to be stale, and served" {
    stale() { awk -v cluster="{cluster=\"$1\"}" '$1 == "weft_inventory_stale" cluster { print $NF }' weft.prom; }
    discovering "  staleAfter: 1h"
    pass_at 0
    local published inventory
    published=$(tip) inventory=$(inventory_tip)
    touch dump/cluster-2/down
    pass_at 60 --metrics-file weft.prom
    expect 0 I1
    [[ $output != *I33* ]]
    same "$(stale cluster-2)" 0
    pass_at 61 --metrics-file weft.prom
    expect 0 I1 I33 "$(at 0)"
    same "$(stale cluster-1) $(stale cluster-2)" "0 1"
    weft status -c weft.yaml
    [[ $output == *I33* ]]
    pass_at 62 --report report.json
    same "$(json report.json '[(c["cluster"], c["stale"]) for c in d["inventory"]["clusters"]]')" "[('cluster-1', False), ('cluster-2', True)]"
    same "$(tip) $(inventory_tip)" "$published $inventory"
    rm dump/cluster-2/down
    pass_at 63 --metrics-file weft.prom
    [[ $output != *I33* ]]
    same "$(stale cluster-2)" 0
}

# once CLUSTER: what was asked of it twice.
once() {
    local twice
    twice=$(sort "dump/$1/requests" | uniq -d)
    [[ ! $twice ]] || { echo "$1 was asked twice for: $twice"; return 1; }
}

@test "discovery, evidence and restarts share what they read: a cluster is asked for nothing twice in a pass" {
    sed -i 's/mtlsConfig:/&\n    autoRestartPods: true/' specs/specs/virtual-mesh.yaml
    push_specs "restarts"
    pass_at 0
    expect 0
    local cluster kind minute
    "$WEFT" trust root gloo-mesh/bookinfo -c weft.yaml >root.pem
    for cluster in cluster-1 cluster-2; do
        edit $cluster configmaps 'pem = open("root.pem").read()
items += [{"metadata": {"name": "istio-ca-root-cert", "namespace": n}, "data": {"root-cert.pem": pem}} for n in ("shop", "istio-system")]'
        for kind in deployments statefulsets daemonsets; do
            edit $cluster $kind 'for i in items:
    i["metadata"].update(generation=1, resourceVersion="7")
    i["spec"]["replicas"] = 1
    i["status"] = {"observedGeneration": 1, "desiredNumberScheduled": 1, "updatedNumberScheduled": 1, "numberAvailable": 1, "replicas": 1,
                   "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1}'
        done
    done
    # istiod, then the gateway, then what is left.
    for minute in 1 2 3 4; do
        rm -f dump/*/requests
        pass_at $minute
        expect 0
        once cluster-1
        once cluster-2
        grep -q 'configmaps?fieldSelector=metadata.name%3Distio-ca-root-cert' dump/cluster-1/requests
        ! grep 'configmaps/istio' dump/cluster-1/requests
        cp dump/cluster-1/requests requests-$minute
    done
    grep -q 'PATCH .*/istio-system/deployments/istiod' requests-1
    ! grep '^/apis/apps/v1/namespaces/istio-system/deployments' requests-1
    grep -q 'PATCH .*/namespaces/shop/deployments' requests-*
    rm -f dump/*/requests
    pass_at 5 --inventory weft/inventory
    expect 0
    once cluster-1
    grep -q '^/apis/apps/v1/namespaces/istio-system/deployments?limit=500' dump/cluster-1/requests
    ! grep '^/apis/apps/v1/deployments' dump/cluster-1/requests
}
