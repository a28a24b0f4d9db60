# deploy/status.sh - whole passes of weft with the chart's account: the VirtualMesh's status as people and tools see it.
# shellcheck shell=bash disable=SC2154

MANAGEMENT="management: {kubeconfig: $account}"
# The shape of what kubectl prints; an age is any age.
shown() { kubectl -n gloo-mesh get "$@" | sed -E 's/ +$//; s/[0-9]+(s|m|m[0-9]+s)$/AGE/'; }
version() { kubectl -n gloo-mesh get "$VM" bookinfo -o 'jsonpath={.metadata.resourceVersion}'; }

config weft.yaml status "$CLUSTERS" "$MANAGEMENT"
passes "a pass without the object converges" 0 weft.yaml
told "and says that the object is not there yet" 'not on the cluster \(yet\)'
check "GitOps applies the object" kubectl apply --server-side -f specs/specs/virtualmesh.yaml
passes "the next pass converges" 0 weft.yaml
is "the printer columns" $'NAME       STATE      READY   AGE\nbookinfo   ACCEPTED   True    AGE' shown virtualmesh
says "the wide columns" 'NAME +STATE +READY +REASON +ROTATION +COMMIT +AGE
bookinfo +ACCEPTED +True +Reconciled +[A-Za-z]* +[0-9a-f]{40} +AGE' shown virtualmesh -o wide
is "the short name" "$(shown virtualmesh)" shown vmesh
check "kubectl wait --for=condition=Ready returns" \
    kubectl -n gloo-mesh wait --for=condition=Ready --timeout=5s virtualmesh/bookinfo
is "the commit is that of the specs" "$(git -C specs rev-parse HEAD)" status_of observedCommit
is "it is the generation that was processed" 1 status_of observedGeneration
before="$(version)"
passes "a pass that changes nothing converges" 0 weft.yaml
is "and writes nothing" "$before" version

# ready: what kubectl wait says of it; at_rest: what kstatus does, by its published order.
ready() { kubectl -n gloo-mesh wait --for=condition=Ready --timeout=1s virtualmesh/bookinfo >/dev/null 2>&1 && echo ready || echo waits; }
at_rest() {
    kubectl -n gloo-mesh get "$VM" bookinfo -o json | python3 -c '
import json, sys
item = json.load(sys.stdin)
conditions = {c["type"]: c["status"] for c in item["status"]["conditions"] if "type" in c}
lags = item["status"].get("observedGeneration", item["metadata"]["generation"]) != item["metadata"]["generation"]
print("InProgress" if lags or conditions["Reconciling"] == "True" else "Failed" if conditions["Stalled"] == "True"
      else "Current" if conditions["Ready"] == "True" else "InProgress")'
}
# health: what Argo CD says of it, by the script that is shipped.
health() {
    kubectl -n gloo-mesh get "$VM" bookinfo -o json | python3 -c '
import json, sys
def lua(v):
    if isinstance(v, dict): return "{" + ",".join("[%s]=%s" % (json.dumps(k), lua(x)) for k, x in v.items()) + "}"
    if isinstance(v, list): return "{" + ",".join(map(lua, v)) + "}"
    return json.dumps(v)
print("obj = %s\nprint(dofile(arg[1]).status)" % lua(json.load(sys.stdin)))' >object.lua
    "$lua" object.lua "$deploy/argocd/health.lua"
}
judged() { echo "$(ready) $(at_rest) $([ -z "$lua" ] || health)"; }
lua="$(command -v lua5.4 || command -v lua5.3 || command -v lua || true)"
[ -n "$lua" ] || note "no lua: Argo CD's health script is not tried here"
is "tools see it done" "ready Current ${lua:+Healthy}" judged

# What Git does not have yet: generation moves, observedGeneration does not.
kubectl -n gloo-mesh patch "$VM" bookinfo --type merge -p '{"spec": {"globalAccessPolicy": "DISABLED"}}' >/dev/null
passes "a pass after an edit on the cluster converges" 0 weft.yaml
is "the edit is not taken for what was processed" 1 status_of observedGeneration
is "no tool sees it done" "waits InProgress ${lua:+Progressing}" judged
is "people see why" Unknown:ClusterAhead status_of 'conditions[?(@.type=="Ready")].status}:{.status.conditions[?(@.type=="Ready")].reason'
kubectl -n gloo-mesh patch "$VM" bookinfo --type merge -p '{"spec": {"globalAccessPolicy": "ENABLED"}}' >/dev/null

# An object that never had the spec of Git: nothing of it was processed.
kubectl -n gloo-mesh delete "$VM" bookinfo >/dev/null
sed 's/^  globalAccessPolicy: .*/  globalAccessPolicy: DISABLED/' specs/specs/virtualmesh.yaml | kubectl apply --server-side -f - >/dev/null
passes "a pass that meets another spec first converges" 0 weft.yaml
is "nothing of it counts as processed" 0 status_of observedGeneration
is "no tool sees it done, either" "waits InProgress ${lua:+Progressing}" judged
before="$(version)"
passes "the next pass converges" 0 weft.yaml
is "and says the same" "$before" version
check "GitOps applies the spec of Git" kubectl apply --server-side --force-conflicts -f specs/specs/virtualmesh.yaml
passes "a pass when it is there converges" 0 weft.yaml
is "now tools see it done" "ready Current ${lua:+Healthy}" judged

# A spec that is wrong: the condition that kstatus calls failed.
sed -i 's/istiod-istio-system-cluster-2$/no-such-mesh/' specs/specs/virtualmesh.yaml
push "a mesh that is not there"
passes "a pass with a refused spec says so by its status" 3 weft.yaml
is "the refused spec shows" $'NAME       STATE     READY   AGE\nbookinfo   INVALID   False   AGE' shown virtualmesh
says "with its mistake" 'no-such-mesh' status_of errors
is "and as stalled" True status_of 'conditions[?(@.type=="Stalled")].status'
git -C specs revert --no-edit HEAD >/dev/null
push "as it was"
passes "the next pass makes it good" 0 weft.yaml

# A spec that cannot even be read, of what is deployed: one status, written once.
sed -i 's/^  globalAccessPolicy: .*/  globalAccessPolicy: NONSENSE/' specs/specs/virtualmesh.yaml
push "nonsense"
passes "a pass with an unreadable spec says so by its status" 3 weft.yaml
says "with its mistake" NONSENSE status_of errors
written() { echo "$(version) $(kubectl -n gloo-mesh get events.events.k8s.io -o 'jsonpath={.items[*].metadata.resourceVersion}')"; }
before="$(written)"
for _ in 1 2; do pass weft.yaml; done
is "and further passes write nothing more" "$before" written
told "for nothing changed" '0 written, 1 unchanged'
git -C specs revert --no-edit HEAD >/dev/null
push "as it was"
passes "it is good again" 0 weft.yaml
is "and Ready again" True status_of 'conditions[?(@.type=="Ready")].status'

# 1,000 meshes in one VirtualMesh: generated, applied, reported.
mkdir -p many/specs
for i in $(seq 1000); do printf '  - {name: istiod-%d, namespace: gloo-mesh}\n' "$i"; done >many/meshes
{
    printf 'apiVersion: networking.mesh.gloo.solo.io/v1\nkind: VirtualMesh\nmetadata: {name: many, namespace: gloo-mesh}\nspec:\n  meshes:\n'
    cat many/meshes
} >many/specs/virtualmesh.yaml
for i in $(seq 1000); do
    cat <<YAML
---
apiVersion: discovery.mesh.gloo.solo.io/v1
kind: Mesh
metadata: {name: istiod-$i, namespace: gloo-mesh}
spec: {istio: {installation: {namespace: istio-system, cluster: many-$i}, trustDomain: cluster.local}}
YAML
done >many/specs/meshes.yaml
git init -q -b main many
git -C many add specs
git -C many commit -qm "a thousand meshes"
repository many-specs main
repository many rendered
git -C many push -q "$dir/srv/many-specs.git" HEAD:main
output=many config many.yaml many "$MANAGEMENT"
sed -i 's|/specs.git|/many-specs.git|' many.yaml
check "a VirtualMesh of 1,000 meshes is applied" kubectl apply --server-side -f many/specs/virtualmesh.yaml
passes "its pass serves meshes that only call others" 0 many.yaml
is "the status names 1,000 meshes" 1000 \
    python3 -c 'import json, subprocess, sys; print(len(json.loads(subprocess.check_output(sys.argv[1:]))["status"]["meshes"]))' \
    "$KUBECTL_BIN/kubectl" --kubeconfig "$admin" -n gloo-mesh get "$VM" many -o json
kubectl -n gloo-mesh delete "$VM" many >/dev/null

# Events tell transitions, and a repeat counts up instead of piling up.
# shellcheck disable=SC2016 # of JSONPath
events() { kubectl -n gloo-mesh get events.events.k8s.io -o 'jsonpath={range .items[?(@.regarding.name=="bookinfo")]}{.reason}={.type}:{.series.count}{"\n"}{end}' | sort; }
toggle() { # to another state and back: two transitions
    sed -i 's/istiod-istio-system-cluster-2$/no-such-mesh/' specs/specs/virtualmesh.yaml
    push "a mesh that is not there"
    pass weft.yaml
    git -C specs revert --no-edit HEAD >/dev/null
    push "as it was"
    pass weft.yaml
}
kubectl -n gloo-mesh delete events.events.k8s.io --all >/dev/null
# counted N: each reason and type, with a count of N.
counted() { awk -F: -v n="$1" '{ print $1 ":" n }' <<<"$first"; }
toggle
first="$(events)"
says "each transition is an Event: a warning, and that it is over" '=Normal:.*=Warning:|=Warning:.*=Normal:' echo "$first"
toggle
is "the same again counts up" "$(counted 2)" events
pass weft.yaml
is "a pass without a transition adds nothing" "$(counted 2)" events
says "kubectl describe shows them" 'Events:.*Warning +' kubectl -n gloo-mesh describe "$VM" bookinfo

# One pass at a time: a Lease for the output branch.
lease() { kubectl -n weft-system get lease "$lease_name" -o "jsonpath={.spec.$1}"; }
micro() { date -u -d "$1" +%Y-%m-%dT%H:%M:%S.000000Z; }
# held BY SINCE: BY has held the Lease since then, for 20 minutes.
held() {
    kubectl -n weft-system patch lease "$lease_name" --type merge -p '{"spec": {"holderIdentity": "'"$1"'", "leaseDurationSeconds": 1200,
        "acquireTime": "'"$(micro "$2")"'", "renewTime": "'"$(micro "$2")"'"}}' >/dev/null
}
kubectl -n weft-system delete leases --all >/dev/null
pass weft.yaml
lease_name="$(kubectl -n weft-system get leases -o 'jsonpath={.items[*].metadata.name}')"
is "the pass gave the lease back" "" lease holderIdentity
turns="$(lease leaseTransitions)"
held another-host-77 now
push "something to do"
before="$(tip)"
passes "a pass while another holds the lease is no failure" 0 weft.yaml
told "it says who holds it" 'another-host-77'
is "it does no work" "$before" tip
is "and leaves the lease alone" another-host-77 lease holderIdentity
held another-host-77 '1 hour ago'
passes "an expired lease is taken over" 0 weft.yaml
is "and given back" "" lease holderIdentity
is "the takeover is counted" "$((turns + 1))" lease leaseTransitions
# Who a pass is: a pod's name with a slash is looked up in that cluster, so only a pod of that cluster may have one.
# named [VARIABLE=VALUE...]: every holder of the Lease during a pass of a pod with these variables.
named() {
    : >holders
    "$KUBECTL_BIN/kubectl" --kubeconfig "$admin" -n weft-system get lease "$lease_name" --watch \
        -o 'jsonpath={.spec.holderIdentity}{"\n"}' >holders 2>/dev/null &
    until [ -s holders ]; do sleep 0.1; done
    env "$@" "$WEFT" run -c weft.yaml >/dev/null 2>&1 || true
    sleep 0.5
    kill $!
    wait $! 2>/dev/null || true
    grep . holders
}
is "a pod outside of the cluster has a name that nobody looks up there" weft-29-1234 named POD_NAME=weft-29 POD_UID=1234
says "outside of pods it is a name that no other process has" \
    "^$(hostname)-$(cut -d- -f1 /proc/sys/kernel/random/boot_id)-$(stat -L -c %i /proc/self/ns/pid)-[0-9]+" named
held gone-pod/1234 now
passes "so is that of a pod that does not exist" 0 weft.yaml
is "which is given back, too" "" lease holderIdentity
