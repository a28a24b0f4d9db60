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

# What Git does not have yet: generation moves, observedGeneration does not.
kubectl -n gloo-mesh patch "$VM" bookinfo --type merge -p '{"spec": {"globalAccessPolicy": "DISABLED"}}' >/dev/null
passes "a pass after an edit on the cluster converges" 0 weft.yaml
is "the edit is not taken for what was processed" 1 status_of observedGeneration
kubectl -n gloo-mesh patch "$VM" bookinfo --type merge -p '{"spec": {"globalAccessPolicy": "ENABLED"}}' >/dev/null

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
passes "its pass tells that none of them has a gateway" 3 many.yaml
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
# held BY SINCE: somebody has it since then, for 20 minutes.
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
held gone-pod/1234 now
passes "so is that of a pod that does not exist" 0 weft.yaml
is "which is given back, too" "" lease holderIdentity
