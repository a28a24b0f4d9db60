# What clusters may answer that cannot be used: the line names what is wrong and what to do, the other cluster is read as usual, and nothing
# that is published is lost.
load lib
load inventory
setup_file() { stage_file; }
teardown_file() { unstage_file; }

setup() {
    stage_clusters
    pass_at 0
    expect 0 "2 of 2 clusters read"
    published=$(output_git ls-tree -r --name-only rendered)
    inventory=$(output_git ls-tree -r weft/inventory clusters/cluster-2)
    add_service cluster-1 shipping
}

refuse() { echo '{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "'"$3"'", "code": '"$2"', "message": "no"}' >"dump/cluster-2/$1.json"; }

# spoiled STATUS TEXT...: a pass over a cluster-2 that was spoiled.
spoiled() {
    pass_at "${minute:-1}"
    expect "$@"
    inventory_file clusters/cluster-1/namespaces/shop.yaml | grep -q shipping
    rendered_file clusters/cluster-2/imports/cluster-1/shop.yaml | grep -q shipping
    same "$(output_git ls-tree -r weft/inventory clusters/cluster-2)" "$inventory"
    diff <(echo "$published") <(output_git ls-tree -r --name-only rendered) | { ! grep '^<'; }
}

@test "a context that the kubeconfig does not have" {
    sed -i '/cluster-2/s/kubeconfig: [^,]*/&, context: elsewhere/' weft.yaml
    spoiled 0 I1 cluster-2 'services, deployments, daemonsets, statefulsets, mutatingwebhookconfigurations: kubeconfig' 'has no context \"elsewhere\" (there are: c)'
}

@test "a context that leads to another cluster" {
    cp kubeconfigs/cluster-1.yaml kubeconfigs/cluster-2.yaml
    spoiled 3 I1 "cluster-2 and cluster-1 are one cluster"
}

@test "a credential that expired" {
    for list in namespaces services deployments daemonsets statefulsets mutatingwebhookconfigurations configmaps; do refuse $list 401 Unauthorized; done
    spoiled 3 I1 cluster-2 "does not accept the credential" "renew it"
}

@test "a right that is missing" {
    refuse services 403 Forbidden
    spoiled 3 I1 cluster-2 "add the rule {apiGroups: [''], resources: [services], verbs: [list]}"
}

@test "a Kubernetes without EndpointSlices of v1" {
    edit cluster-2 services 'p = [i for i in items if i["metadata"]["name"] == "reviews"][0]["spec"]["ports"][0]; p["targetPort"] = "http"'
    echo '{"kind": "Absent"}' >dump/cluster-2/endpointslices.json
    pass_at 1
    expect 0 I23 "discovery.k8s.io/v1: upgrade it to Kubernetes 1.21"
    inventory_file clusters/cluster-1/namespaces/shop.yaml | grep -q shipping
    inventory_file clusters/cluster-2/namespaces/shop.yaml | grep -q 'name: reviews-shop-cluster-2'
}

@test "100,000 Services" {
    edit cluster-2 services 'items[:] += [{"metadata": {"name": f"s{n}", "namespace": "shop"}, "spec": {"type": "ClusterIP"}} for n in range(100000)]'
    spoiled 0 I1 cluster-2 "Services are more than the 10000 that weft reads" "limit clusters[].namespaces"
}

@test "two istiods that disagree" {
    edit cluster-2 deployments 'import copy
x = copy.deepcopy([i for i in items if i["metadata"]["name"] == "istiod"][0]); x["metadata"]["name"] = "istiod-canary"
x["metadata"]["labels"]["istio.io/rev"] = "canary"; x["spec"]["template"]["metadata"]["labels"]["istio.io/rev"] = "canary"; items.append(x)'
    edit cluster-2 mutatingwebhookconfigurations 'import copy
w = copy.deepcopy(items[0]); w["metadata"]["name"] += "-canary"; w["metadata"]["labels"]["istio.io/rev"] = "canary"
for h in w["webhooks"]: h["clientConfig"]["service"]["name"] = "istiod-canary"
items.append(w)'
    edit cluster-2 configmaps 'import copy
c = copy.deepcopy([i for i in items if i["metadata"]["name"] == "istio"][0]); c["metadata"]["name"] = "istio-canary"; c["data"]["mesh"] = "trustDomain: other.example.com\n"; items.append(c)'
    # A revision counts in the second read alone.
    pass_at 1
    expect 0
    minute=12 spoiled 3 I1 cluster-2 other.example.com "revisions"
}

@test "a MeshConfig that is no YAML" {
    edit cluster-2 configmaps '[i for i in items if i["metadata"]["name"] == "istio"][0]["data"]["mesh"] = "trustDomain: [\n"'
    spoiled 0 I1 cluster-2 "ConfigMap istio-system/istio"
}

@test "names and annotations that no API server lets in" {
    edit cluster-2 services 'import copy
s = copy.deepcopy([i for i in items if i["metadata"]["name"] == "reviews"][0])
for name in ("../../../evil", "a\x1b[31mb", "x" * 300, ""): 
    t = copy.deepcopy(s); t["metadata"]["name"] = name; items.append(t)
a = [i for i in items if i["metadata"]["name"] == "reviews"][0]["metadata"].setdefault("annotations", {})
a["discovery.mesh.gloo.solo.io/enabled"] = "true\x1b[2J"; a["networking.istio.io/exportTo"] = "\n- ../"; a["evil"] = "secret-of-the-cluster"'
    pass_at 1
    inventory_file clusters/cluster-1/namespaces/shop.yaml | grep -q shipping
    [[ $output != *$'\x1b'* ]]
    ! output_git grep -qE 'evil|secret-of-the-cluster' weft/inventory
    ! output_git grep -qE 'evil|secret-of-the-cluster' rendered
    same "$(output_git ls-tree -r --name-only weft/inventory | grep -vE '^clusters/cluster-[12]/(cluster.yaml|left-out.tsv|namespaces/[a-z-]+.yaml)$')" ""
    diff <(echo "$published") <(output_git ls-tree -r --name-only rendered) | { ! grep '^<'; }
}
