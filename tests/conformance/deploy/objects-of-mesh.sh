# deploy/objects-of-mesh.sh - a mesh as tests/discovery has it, in a real API server.  Sourced after stage.sh, never run.
# shellcheck shell=bash disable=SC2154

# made KUBECTL: the objects of a dump, as they would have been applied.  A dump lacks what discovery does not look at.
made() {
    python3 - "$root/tests/discovery/common" >made.json <<'PY'
import json, sys
items = []
for name, kind, version in (("namespaces", "Namespace", "v1"), ("services", "Service", "v1"), ("deployments", "Deployment", "apps/v1"),
                            ("daemonsets", "DaemonSet", "apps/v1"), ("statefulsets", "StatefulSet", "apps/v1"), ("configmaps", "ConfigMap", "v1"),
                            ("mutatingwebhookconfigurations", "MutatingWebhookConfiguration", "admissionregistration.k8s.io/v1")):
    for item in json.load(open(f"{sys.argv[1]}/{name}.json"))["items"]:
        if item["metadata"]["name"] in ("kubernetes", "default", "kube-system"):
            continue
        item.update(kind=kind, apiVersion=version)
        item["metadata"].pop("uid", None)
        for webhook in item.get("webhooks", []):
            webhook.update(sideEffects="None", admissionReviewVersions=["v1"])
        if "template" in item.get("spec", {}):
            for container in item["spec"]["template"]["spec"]["containers"]:
                container.setdefault("image", "auto")
            if kind == "StatefulSet":
                item["spec"].setdefault("serviceName", "")
        items.append(item)
print(json.dumps({"kind": "List", "apiVersion": "v1", "items": items}))
PY
    "$1" apply --server-side --force-conflicts -f made.json
    # The status of objects is not applied with them.
    python3 -c '
import json
for item in json.load(open("made.json"))["items"]:
    if item["kind"] in ("Service", "Deployment", "StatefulSet") and item.get("status"):
        print(item["kind"], item["metadata"]["namespace"], item["metadata"]["name"], json.dumps({"status": item["status"]}))' |
        while read -r kind namespace name status; do
            "$1" -n "$namespace" patch "$kind" "$name" --subresource status --type merge -p "$status" || return 1
        done
}

# exits WHAT STATUS COMMAND...
exits() {
    local what="$1" want="$2" status=0
    shift 2
    "$@" >"$dir/command.log" 2>&1 || status=$?
    if [ "$status" = "$want" ]; then ok "$what"; else
        fail "$what: exit status $status, not $want"
        tail -n 12 "$dir/command.log" | cut -c1-500 | sed 's/^/     /'
    fi
}

# finalized KUBECTL NAMESPACE: no controller runs that would empty a namespace which is being deleted.
finalized() {
    "$1" get namespace "$2" -o json 2>/dev/null | sed 's/"kubernetes"//' | "$1" replace --raw "/api/v1/namespaces/$2/finalize" -f - >/dev/null 2>&1 || true
}
# unmade: both clusters without that mesh.
unmade() {
    local each
    for each in kubectl workload; do
        "$each" delete mutatingwebhookconfigurations istio-sidecar-injector >/dev/null
        "$each" -n istio-system delete configmap/istio service/istiod service/istio-eastwestgateway >/dev/null
        "$each" -n shop delete statefulset ratings >/dev/null
        "$each" delete clusterrole weft-remote-discover >/dev/null
        "$each" delete namespace plain shop --wait=false >/dev/null
        finalized "$each" plain
        finalized "$each" shop
    done
}
