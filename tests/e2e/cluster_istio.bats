# What weft cluster check says of Istio: releases with faults, and workloads of ztunnel that no other cluster can reach.
load lib
load inventory
setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_clusters; }

# checks CLUSTER CHECK: "RESULT TEXT" of each line of this check.
checks() {
    { "$WEFT" cluster check -c weft.yaml -o json 2>/dev/null || true; } | python3 -c '
import json, sys
for c in json.load(sys.stdin)["checks"]:
    if c["cluster"] == sys.argv[1] and c["check"] == sys.argv[2]: print(c["result"], c["text"])' "$@"
}
# version CLUSTER TAG: istiod runs this release.
version() {
    edit "$1" deployments 'for i in items:
    for c in i["spec"]["template"]["spec"]["containers"]:
        if c["name"] == "discovery": c["image"] = "docker.io/istio/pilot:'"$2"'"'
}

@test "faults of a release are named with their issue: what has to be done, and what weft does itself" {
    version cluster-1 1.28.3
    same "$(checks cluster-1 "istio fault" | grep -oE '^[a-z]+ istio/istio#[0-9]+ in 1.28.3')" \
        "note istio/istio#57853 in 1.28.3
warning istio/istio#59768 in 1.28.3
note istio/istio#59909 in 1.28.3"
    version cluster-1 1.31.2
    same "$(checks cluster-1 "istio fault" | grep -oE '#[0-9]+')" "#57853"
}

@test "a fault of ztunnel counts where workloads use it" {
    version cluster-1 1.25.2
    [[ $(checks cluster-1 "istio fault") != *47427* ]]
    edit cluster-1 namespaces '[i for i in items if i["metadata"]["name"] == "shop"][0]["metadata"]["labels"] = {"istio.io/dataplane-mode": "ambient"}'
    [[ $(checks cluster-1 "istio fault") == *"warning istio/istio#47427 in 1.25.2"* ]]
}

@test "ambient: what is there, what is not reached, and why" {
    same "$(checks cluster-1 ambient)" "ok no workload of ztunnel"
    edit cluster-1 namespaces '[i for i in items if i["metadata"]["name"] == "shop"][0]["metadata"]["labels"] = {"istio.io/dataplane-mode": "ambient"}'
    same "$(checks cluster-1 ambient)" \
        "warning 3 workloads without a sidecar: a gateway that routes by SNI reaches none of them; not federated: 2 Services: shop/ratings, shop/reviews"
    same "$(checks cluster-2 ambient)" "ok no workload of ztunnel"
}

@test "the right to ClusterTrustBundles is needed where istiod publishes its roots there" {
    needed() { "$WEFT" cluster add cluster-9 --kubeconfig kubeconfigs/cluster-1.yaml | grep -c '^  resources: \[clustertrustbundles\]' || true; }
    same "$(needed)" 0
    edit cluster-1 deployments 'for i in items:
    for c in i["spec"]["template"]["spec"]["containers"]:
        if c["name"] == "discovery": c.setdefault("env", []).append({"name": "ENABLE_CLUSTER_TRUST_BUNDLE_API", "value": "true"})'
    same "$(needed)" 1
}

@test "roots that istiod publishes under another name are asked for, and granted, under that name" {
    names() { "$WEFT" cluster add cluster-9 --kubeconfig kubeconfigs/cluster-1.yaml | sed -n "/^  resources: \[$1\]/{n;s/.*: //p;}" | grep -vF '["istio"]' || true; }
    set_env() { edit cluster-1 deployments 'for i in items:
    for c in i["spec"]["template"]["spec"]["containers"]:
        if c["name"] == "discovery": c.setdefault("env", []).append({"name": "'"$1"'", "value": "'"$2"'"})'; }
    same "$(names configmaps)" '[istio-ca-root-cert]'
    set_env PILOT_CA_CERT_CONFIGMAP mesh-roots
    same "$(names configmaps)" '[mesh-roots]'
    weft cluster check cluster-1 -c weft.yaml
    [[ $output != *istio-ca-root-cert* ]]
    # Into manifests that a person applies goes nothing but a name.
    set_env ENABLE_CLUSTER_TRUST_BUNDLE_API true
    same "$(names clustertrustbundles)" '["istio.io:istiod-ca:mesh-roots"]'
    edit cluster-1 deployments 'for i in items:
    for c in i["spec"]["template"]["spec"]["containers"]:
        for e in c.get("env", []):
            if e["name"] == "PILOT_CA_CERT_CONFIGMAP": e["value"] = "x\"], verbs: [\"*"'
    same "$(names clustertrustbundles)" ""
    ! "$WEFT" cluster add cluster-9 --kubeconfig kubeconfigs/cluster-1.yaml | grep -q 'x"'
}

@test "rotation plan names the faults of the release that runs" {
    pass_at 0
    expect 0
    "$WEFT" rotation plan gloo-mesh/bookinfo -c weft.yaml --now "$(at 1)" >plan
    ! grep -q 'istio fault' plan
    version cluster-1 1.28.3
    edit cluster-1 configmaps 'items.append({"metadata": {"namespace": "shop", "name": "istio-ca-root-cert"}, "data": {"root-cert.pem": "x"}})'
    "$WEFT" rotation plan gloo-mesh/bookinfo -c weft.yaml --now "$(at 1)" >plan
    grep -q 'cluster-1 *istio fault *bad *istio/istio#59768 in 1.28.3' plan
}
