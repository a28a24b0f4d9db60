# deploy/inventory.sh - passes with discovery on two real API servers: lists that are spoiled on the way, and an upgrade of istiod by revision.
# shellcheck shell=bash disable=SC2154

# shellcheck source=SCRIPTDIR/objects-of-mesh.sh
source "$CONFORMANCE/deploy/objects-of-mesh.sh"

clusters_anew
check "cluster-1 gets the objects of a mesh" made kubectl
check "cluster-2, too" made workload
start_proxy
rules '[]'
for each in 1 2; do
    if [ "$each" = 1 ]; then from="$admin"; else from="$workload_admin"; fi
    exits "cluster-$each has an account" 0 "$WEFT" cluster add "cluster-$each" --kubeconfig "$from" --apply --output inventory-accounts
done
(umask 077 && sed "s|127.0.0.1:[0-9]*|127.0.0.1:$proxy_port|" inventory-accounts/cluster-1.kubeconfig >inventory-1.kubeconfig)
# shellcheck disable=SC2034 # the configuration of stage.sh names it
output="inventory-upgrade"
repository inventory-upgrade rendered
rm -rf specs/specs/*
cp "$root/tests/golden/discovered-inventory/in/virtual-mesh.yaml" specs/specs/
push "the wishes alone"
config found.yaml found "discovery: {enabled: true, graceDeleted: 1s, graceAddress: 1s}" \
    "clusters: [{name: cluster-1, sealingCertificate: certs/cluster-1.pem, kubeconfig: inventory-1.kubeconfig}, {name: cluster-2, sealingCertificate: certs/cluster-2.pem, kubeconfig: inventory-accounts/cluster-2.kubeconfig}]"
passes "the first pass commits an inventory" 0 found.yaml
branch() { git -C "$dir/srv/inventory-upgrade.git" rev-parse "$1"; }
names() { git -C "$dir/srv/inventory-upgrade.git" ls-tree -r --name-only "$1" clusters; }
inventory="$(branch weft/inventory)"
manifests="$(branch rendered:clusters)"

# survives WHAT LOG RULES: the inventory is the same, although the proxy spoiled a list; LOG is what it must have done.
survives() {
    rules "$3"
    passes "$1: the pass converges" 0 found.yaml
    says "$1: it was there" "$2" cat "$proxy/proxy.log"
    told "$1: both clusters are read" '2 of 2 clusters read, nothing changed'
    is "$1: the inventory stays" "$inventory" branch weft/inventory
}
# keeps WHAT SAID RULES: a list stays spoiled; the cluster keeps what it had, and the other one is read.
keeps() {
    rules "$3"
    pass found.yaml
    told "$1: it is said" "$2"
    told "$1: the other cluster is read" '1 of 2 clusters read'
    is "$1: the inventory stays" "$inventory" branch weft/inventory
    is "$1: the manifests, too" "$manifests" branch rendered:clusters
}
services='"path": "/api/v1/services[?]"'
small='{"path": "limit=500", "fault": "page", "limit": 2, "times": 0}'
survives "pages of two items" 'services[^ ]*continue=' "[$small]"
survives "a page that expired" 'answer 410.*services[^ ]* page 200' \
    '[{"path": "/services[?].*continue=", "fault": "answer", "code": 410, "reason": "Expired", "message": "The provided continue parameter is too old"}, '"$small]"
survives "every list is reset once" 'deployments[^ ]* reset 0' '[{"path": "deployments", "fault": "reset"}, {"path": "/services", "fault": "reset"}, {"path": "statefulsets", "fault": "reset"}]'
survives "slow bodies" 'slow 200' '[{'"$services"', "fault": "slow", "seconds": 3}, {"path": "deployments", "fault": "slow", "seconds": 3}]'
survives "a body that ends in the middle" 'cut 200' '[{'"$services"', "fault": "cut"}]'
survives "429" 'answer 429' '[{'"$services"', "fault": "answer", "code": 429, "reason": "TooManyRequests", "message": "slowly", "headers": {"Retry-After": "1"}}]'
survives "503 of a load balancer, twice" 'answer 503' '[{'"$services"', "times": 2, "fault": "answer", "code": 503, "body": "<html>no server is available</html>"}]'
keeps "bodies that always end in the middle" 'cluster-1.*I1' '[{'"$services"', "times": 0, "fault": "cut"}]'
keeps "500 without end" 'cluster-1.*leader changed.*I1' '[{'"$services"', "times": 0, "fault": "answer", "code": 500, "reason": "InternalError", "message": "etcdserver: leader changed"}]'
keeps "410 without end" 'cluster-1.*I1' '[{"path": "/api/v1/services([?]|$)", "times": 0, "fault": "answer", "code": 410, "reason": "Expired", "message": "too old"}]'
keeps "a login page for a list" 'cluster-1.*services: .*not a ServiceList.*I1' '[{'"$services"', "times": 0, "fault": "answer", "code": 200, "body": "<html>please log in</html>"}]'
keeps "an empty list of another kind" 'cluster-1.*I1' '[{'"$services"', "times": 0, "fault": "answer", "code": 200, "body": "{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": []}", "type": "application/json"}]'
keeps "a right that is missing" 'cluster-1.*resources: \[services\].*I1' '[{'"$services"', "times": 0, "fault": "answer", "code": 403, "reason": "Forbidden", "message": "cannot list"}]'
rules '[]'
passes "after all of that" 0 found.yaml
is "nothing was committed" "$inventory $manifests" sh -c "git -C '$dir/srv/inventory-upgrade.git' rev-parse weft/inventory rendered:clusters | paste -sd' '"

# An upgrade by revision: a canary is added, workloads move to it, the old revision goes.
meshes() { git -C "$dir/srv/inventory-upgrade.git" show weft/inventory:clusters/cluster-1/cluster.yaml | awk '/^kind: Mesh/ { mesh = 1 } mesh && /^  name:/ { print $2; mesh = 0 }' | paste -sd' '; }
found() { git -C "$dir/srv/inventory-upgrade.git" grep -hE -A2 '^kind: Destination' weft/inventory -- clusters | sed -n 's/^ *name: //p' | sort | paste -sd' '; }
issued() { sqlite3 "file:found/state.db?mode=ro" "SELECT id FROM intermediates ORDER BY id" | paste -sd' '; }
account() { git -C "$dir/srv/inventory-upgrade.git" show weft/inventory:clusters/cluster-1/cluster.yaml | sed -n 's/^ *istiodServiceAccount: //p'; }
revisions() { git -C "$dir/srv/inventory-upgrade.git" show weft/inventory:clusters/cluster-1/cluster.yaml | sed -n 's/^ *discovery.weft.dev\/revisions: //p'; }
stands() { echo "$(meshes) $(found) $(issued) $(account)"; }
before="$(stands)"
files="$(names rendered)"
is "there is one revision" default revisions
# as_canary KIND NAME: an object of istiod again, for revision canary.
as_canary() {
    kubectl get "$@" -o json | python3 -c '
import json, sys
item = json.load(sys.stdin)
meta = item["metadata"]
item["metadata"] = {"name": meta["name"] + "-canary", "labels": {**meta.get("labels", {}), "istio.io/rev": "canary"}}
if "namespace" in meta: item["metadata"]["namespace"] = meta["namespace"]
if "template" in item.get("spec", {}):
    item["spec"]["template"]["metadata"].setdefault("labels", {})["istio.io/rev"] = "canary"
    item["spec"]["template"]["spec"]["serviceAccountName"] = "istiod-canary"
    item["spec"]["selector"]["matchLabels"]["istio.io/rev"] = "canary"
    for container in item["spec"]["template"]["spec"]["containers"]:
        container["image"] = container["image"].split(":")[0] + ":1.99.0"
if "webhooks" in item: item["webhooks"] = [webhook for webhook in item["webhooks"] if webhook["name"].startswith("rev.")]
for webhook in item.get("webhooks", []):
    webhook["clientConfig"]["service"]["name"] = "istiod-canary"
    for selector in ("namespaceSelector", "objectSelector"):
        for rule in webhook.get(selector, {}).get("matchExpressions", []):
            if rule["key"] == "istio.io/rev" and rule.get("values"): rule["values"] = ["canary"]
status = item.pop("status", None)
json.dump(item, sys.stdout)' >canary.json
    kubectl apply --server-side --force-conflicts -f canary.json >/dev/null
}
as_canary -n istio-system configmap istio
as_canary -n istio-system deployment istiod
as_canary mutatingwebhookconfiguration istio-sidecar-injector
kubectl -n istio-system patch deployment istiod-canary --subresource status --type merge -p '{"status": {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "updatedReplicas": 1}}' >/dev/null
# The account may read the MeshConfig of the new revision, as the comment in discover.yaml asks for.
kubectl -n istio-system get role weft-remote-discover weft-remote-evidence -o json | sed 's/"istio"$/"istio", "istio-canary"/' | kubectl apply --server-side --force-conflicts -f - >/dev/null
passes "a canary is there" 0 found.yaml
sleep 1.5
passes "and counts in the second read" 0 found.yaml
is "beside the old revision" "canary default" revisions
is "nothing is renamed, re-issued or lost" "$before" stands
kubectl label namespace shop istio-injection- istio.io/rev=canary --overwrite >/dev/null
passes "workloads move to it" 0 found.yaml
is "they stay what they are" "$before" stands
kubectl -n istio-system delete deployment/istiod configmap/istio >/dev/null
kubectl delete mutatingwebhookconfiguration istio-sidecar-injector >/dev/null
pass found.yaml
sleep 1.5
passes "the old revision goes" 0 found.yaml
sleep 1.5
passes "and is absent in two reads" 0 found.yaml
is "the new one is left" canary revisions
is "under the same name, intermediate and account, with the same Destinations" "$before" stands
is "no manifest is lost" "" comm -23 <(echo "$files") <(names rendered)
unset output

# The rendered tree is valid for Istio.
mkdir -p inventory-tree
git -C "$dir/srv/inventory-upgrade.git" archive rendered | tar -x -C inventory-tree
if "$CONFORMANCE/istio/run" "$dir/inventory-tree" >istio.log 2>&1 && grep -q "^ok" istio.log; then ok "the istio peer takes the tree of found objects"; else
    fail "the istio peer does not take the tree: $(grep -E '^(FAIL|SKIP)' istio.log | head -3)"
fi
kubectl delete mutatingwebhookconfiguration istio-sidecar-injector-canary >/dev/null
kubectl -n istio-system delete deployment/istiod-canary configmap/istio-canary >/dev/null
made kubectl >/dev/null # for what unmade deletes
unmade
