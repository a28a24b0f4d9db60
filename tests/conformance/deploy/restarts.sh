# deploy/restarts.sh - autoRestartPods: the order in which weft restarts what is in two clusters, observed on Deployments
# whose status a test plays (no controller runs here).  With the rights of k8s-job/deploy/cluster and nothing else.
# shellcheck shell=bash disable=SC2154

# deployments CLUSTER: istiod, the gateway and the workloads of the example.
deployments() {
    python3 - "$1" <<'PY'
import json, sys
names = [("istio-system", "istiod", {"app": "istiod", "istio": "pilot"}), ("istio-system", "istio-eastwestgateway", {"istio": "eastwestgateway"})]
names += [("bookinfo", name, {"app": name}) for name in {"cluster-1": ["productpage-v1", "details-v1", "reviews-v1", "reviews-v2"],
                                                         "cluster-2": ["reviews-v3", "ratings-v1"]}[sys.argv[1]]]
names += [("bookinfo", "stranger", {"app": "stranger"})]
for namespace, name, labels in names:
    print(json.dumps({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace, "labels": labels},
                      "spec": {"replicas": 2, "selector": {"matchLabels": labels},
                               "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "docker.io/istio/pilot:1.27.1"}]}}}}))
    print("---")
PY
}

# roll KUBECTL [NAME...]: every Deployment, or those, is rolled out: what the Deployment controller says then.
roll() {
    local kubectl="$1"
    shift
    "$kubectl" get deployments -A -o json | python3 -c '
import json, sys
for item in json.load(sys.stdin)["items"]:
    meta, replicas = item["metadata"], item["spec"]["replicas"]
    if not sys.argv[1:] or meta["name"] in sys.argv[1:]:
        status = {"observedGeneration": meta["generation"], "replicas": replicas, "updatedReplicas": replicas, "readyReplicas": replicas, "availableReplicas": replicas}
        print(json.dumps({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": meta["name"], "namespace": meta["namespace"]}, "status": status}))
        print("---")' "$@" | "$kubectl" apply --server-side --force-conflicts --field-manager=controller --subresource=status -f - >/dev/null
}

# spread KUBECTL: istiod writes the roots that it loaded into every namespace.
spread() {
    "$1" -n istio-system get secret cacerts -o 'jsonpath={.data.root-cert\.pem}' | base64 -d >roots.pem
    for namespace in istio-system bookinfo; do
        "$1" -n "$namespace" create configmap istio-ca-root-cert --from-file=root-cert.pem=roots.pem --dry-run=client -o yaml |
            "$1" apply --server-side --force-conflicts -f - >/dev/null
    done
}

# restarted KUBECTL: the Deployments that carry an epoch, in one line.
restarted() {
    "$1" get deployments -A -o json | python3 -c '
import json, sys
print(*sorted(i["metadata"]["name"] for i in json.load(sys.stdin)["items"] if "weft.dev/trust-epoch" in i["spec"]["template"]["metadata"].get("annotations", {})))'
}
# marked KUBECTL: the Deployments with the mark that istiod has, in one line.
marked() {
    "$1" get deployments -A -o json | python3 -c '
import json, sys
marks = {i["metadata"]["name"]: i["spec"]["template"]["metadata"].get("annotations", {}).get("weft.dev/trust-epoch") for i in json.load(sys.stdin)["items"]}
print(*sorted(name for name in marks if marks[name] == marks["istiod"]))'
}
generations() { for each in kubectl workload; do "$each" get deployments -A -o 'jsonpath={range .items[*]}{.metadata.name}={.metadata.generation} {end}'; done; }
near() { is "$1" "$2" restarted kubectl; }
far_off() { is "$1" "$2" restarted workload; }

# restart_specs: the example asks for restarts, and its Workloads are named as discovery names them.
restart_specs() {
    sed -i 's/^  mtlsConfig:$/  mtlsConfig:\n    autoRestartPods: true/' specs/specs/virtualmesh.yaml
    sed -i 's/^  name: \(.*-v[0-9]-bookinfo-cluster-[12]\)$/  name: \1-deployment/; s/^  name: \(istio-eastwestgateway-istio-system-cluster-[12]\)$/  name: \1-deployment/' \
        specs/specs/cluster-?/workloads.yaml
    for cluster in cluster-1 cluster-2; do
        cat >>"specs/specs/$cluster/workloads.yaml" <<YAML
---
apiVersion: discovery.mesh.gloo.solo.io/v1
kind: Workload
metadata: {name: istio-eastwestgateway-istio-system-$cluster-deployment, namespace: gloo-mesh}
spec:
  kubernetes:
    controller: {name: istio-eastwestgateway, namespace: istio-system, clusterName: $cluster}
    podLabels: {istio: eastwestgateway}
    serviceAccountName: istio-eastwestgateway-service-account
  mesh: {name: istiod-istio-system-$cluster, namespace: gloo-mesh}
YAML
    done
    push "restart for me"
}

# silences: how often the status says that cluster-2 is silent.
silences() { status_of warnings | grep -c 'cluster cluster-2 does not answer' || true; }

# Sealed certificates arrive once they are applied and decrypted; weft has no evidence of that here, so evidence.syncAllowance has to pass.
sealed_part() {
    repository sealed rendered
    output=sealed config sealed.yaml sealed "management: {kubeconfig: $admin, lease: false}" "evidence: {syncAllowance: 1h}" "clusters:" \
        "- {name: cluster-1, kubeconfig: near.kubeconfig, sealingCertificate: certs/cluster-1.pem}" \
        "- {name: cluster-2, kubeconfig: far.kubeconfig, sealingCertificate: certs/cluster-2.pem}"
    passes "a pass that seals certificates" 0 sealed.yaml
    near "restarts no istiod before they can have arrived" ""
    says "and says so" 'waits until the new cacerts is in the cluster' status_of warnings
    passes "an hour later" 0 sealed.yaml --now "$(date -u -d '61 minutes' +%Y-%m-%dT%H:%M:%SZ)"
    near "it restarts them" istiod
    far_off "in both clusters" istiod
    clusters_anew
}

restarts_part() {
    local all_near="details-v1 istio-eastwestgateway istiod productpage-v1 reviews-v1 reviews-v2" all_far="istio-eastwestgateway istiod ratings-v1 reviews-v3"
    [ -e far.kubeconfig ] || { enrol near.kubeconfig kubectl "$admin" && enrol far.kubeconfig workload "$workload_admin"; }
    clusters_anew
    restart_specs
    kubectl apply --server-side -f specs/specs/virtualmesh.yaml >/dev/null
    deployments cluster-1 | kubectl apply --server-side -f - >/dev/null
    deployments cluster-2 | workload apply --server-side -f - >/dev/null
    roll kubectl
    roll workload
    sealed_part
    deployments cluster-1 | kubectl apply --server-side -f - >/dev/null
    deployments cluster-2 | workload apply --server-side -f - >/dev/null
    roll kubectl
    roll workload
    repository restarts rendered
    output=restarts config restarts.yaml restarts "delivery: {mode: direct}" "management: {kubeconfig: $admin, lease: false}" \
        "clusters:" "- {name: cluster-1, kubeconfig: near.kubeconfig}" "- {name: cluster-2, kubeconfig: far.kubeconfig}"

    passes "the first pass writes cacerts" 0 restarts.yaml
    near "and restarts the istiod of cluster-1, nothing else" istiod
    far_off "and that of cluster-2" istiod
    passes "a pass while istiod rolls out" 0 restarts.yaml
    near "waits for it" istiod
    says "and says so" 'istiod' status_of warnings
    roll kubectl
    roll workload
    passes "a pass before the roots have spread" 0 restarts.yaml
    near "waits for istio-ca-root-cert" istiod
    spread kubectl
    spread workload
    passes "a pass when they have" 0 restarts.yaml
    near "restarts the gateway of cluster-1" "istio-eastwestgateway istiod"
    far_off "that of cluster-2 waits for it" istiod
    cp near.kubeconfig near.keep
    sed -i 's/127\.0\.0\.1:[0-9]*/127.0.0.1:1/' near.kubeconfig
    pass restarts.yaml
    cp near.keep near.kubeconfig
    far_off "also while cluster-1 does not answer" istiod
    says "and says so" 'waits for the gateways of cluster cluster-1 .*progress is not known' status_of warnings
    kubectl -n bookinfo delete configmap istio-ca-root-cert >/dev/null
    pass restarts.yaml
    far_off "also while a namespace of cluster-1 lost its roots" istiod
    spread kubectl
    # It answers and refuses: that is no silence.
    workload delete clusterrolebinding weft-remote-evidence >/dev/null
    pass restarts.yaml
    says "a cluster that refuses a look is said to answer, with the right that it lacks" \
        'cluster cluster-2 answers, but denies weft access: grant list of the ConfigMaps istio-ca-root-cert' status_of warnings
    is "and nobody calls it silent" 0 silences
    enrol far.kubeconfig workload "$workload_admin"
    roll kubectl
    passes "a pass when that gateway is rolled out" 0 restarts.yaml
    far_off "restarts the gateway of cluster-2" "istio-eastwestgateway istiod"
    for _ in $(seq 8); do
        roll kubectl
        roll workload
        pass restarts.yaml
        [ "$(restarted kubectl) $(restarted workload)" = "$all_near $all_far" ] && break
    done
    near "in the end all of the mesh is restarted, and no stranger" "$all_near"
    far_off "in both clusters" "$all_far"
    roll kubectl
    roll workload
    pass restarts.yaml
    before="$(generations)"
    passes "the next pass converges" 0 restarts.yaml
    is "and restarts nothing twice" "$before" generations
    workload -n bookinfo patch deployment reviews-v3 --type json \
        -p '[{"op": "remove", "path": "/spec/template/metadata/annotations/weft.dev~1trust-epoch"}]' >/dev/null
    roll workload
    pass restarts.yaml
    far_off "not even what somebody took the mark from" "istio-eastwestgateway istiod ratings-v1"
    says "kubectl sees a whole rollout" 'successfully rolled out' workload -n bookinfo rollout status deployment/ratings-v1 --timeout=5s

    # Another intermediate: paused Deployments are left to people.
    kubectl -n bookinfo patch deployment details-v1 --type merge -p '{"spec": {"paused": true}}' >/dev/null
    roll kubectl
    sed -i 's/ttlDays: 90/ttlDays: 91/' specs/specs/virtualmesh.yaml
    push "another lifetime"
    for _ in $(seq 8); do
        pass restarts.yaml
        [ "$(marked kubectl)" = "${all_near#details-v1 }" ] && grep -q '2 of 2 clusters done' pass.log && break
        for each in kubectl workload; do roll "$each"; spread "$each"; done
    done
    is "all others are restarted once more, a paused one is left alone" "${all_near#details-v1 }" marked kubectl
    says "and named" 'details-v1' status_of warnings
}
restarts_part
unit test_k8s-job_restart_real WEFT_TEST_KUBECONFIG="$workload_admin" || true
