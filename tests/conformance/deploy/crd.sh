# deploy/crd.sh - the CRDs: they install, serve, refuse by their rules, and take what is good.
# shellcheck shell=bash disable=SC2154

# virtual_mesh NAME SPEC: the object as JSON.
virtual_mesh() {
    printf '{"apiVersion": "networking.mesh.gloo.solo.io/v1", "kind": "VirtualMesh", "metadata": {"name": "%s", "namespace": "default"}, %s}' "$1" "$2"
}

# refused WHAT MESSAGE MEMBERS: the server says exactly that rule's words.
refused() {
    says "refused: $1" "$2" kubectl apply --server-side --dry-run=server -f - < <(virtual_mesh bad "$3")
}
accepted() {
    check "accepted: $1" kubectl apply --server-side --dry-run=server -f - < <(virtual_mesh good "$2")
}

check "the CRDs install" kubectl apply --server-side -k "$deploy/kustomize/crd"
# A rule that the server cannot afford, or a schema that is not structural, shows here.
for crd in $(kubectl create --dry-run=client -k "$deploy/kustomize/crd" -o name); do
    check "${crd#*/} is served" kubectl wait --for=condition=Established --timeout=30s "$crd"
    is "${crd#*/} is structural" "" kubectl get "$crd" -o 'jsonpath={.status.conditions[?(@.type=="NonStructuralSchema")].message}'
done

while IFS='|' read -r what message members <&3; do
    refused "$what" "$message" "$members"
done 3< <(sed -e '/^#/d' -e 's/ *| */|/g' "$CONFORMANCE/deploy/testdata/refused.txt")
while IFS='|' read -r what members <&3; do
    accepted "$what" "$members"
done 3< <(sed -e '/^#/d' -e 's/ *| */|/g' "$CONFORMANCE/deploy/testdata/accepted.txt")

# The status has a rule, too, and only a stored object has a status.
kubectl apply --server-side -f - < <(virtual_mesh shop '"spec": {}') >/dev/null
says "refused: a condition that is neither a condition nor a rotation step" \
    'a condition has type and status, a step of a rotation has state' \
    kubectl -n default patch "$VM" shop --subresource status --type merge -p '{"status": {"conditions": [{"message": "m"}]}}'
says "refused: a state that nobody knows" 'Unsupported value: "FINE"' \
    kubectl -n default patch "$VM" shop --subresource status --type merge -p '{"status": {"state": "FINE"}}'
check "accepted: conditions and rotation steps in one list" \
    kubectl -n default patch "$VM" shop --subresource status --type merge \
    -p '{"status": {"conditions": [{"type": "Ready", "status": "True"}, {"state": "ADDING_NEW_ROOT", "timestamp": "t"}]}}'
for file in "$root"/examples/specs/*.yaml "$root"/examples/specs/*/*.yaml; do
    check "accepted: ${file#"$root"/}" kubectl apply --server-side --dry-run=server --validate=strict -f "$file"
done
says "refused: a typo in a Destination" '.spec.kubeService.refs: field not declared in schema' kubectl apply --server-side --dry-run=server --validate=strict -f - <<'END'
{"apiVersion": "discovery.mesh.gloo.solo.io/v1", "kind": "Destination", "metadata": {"name": "a", "namespace": "default"},
 "spec": {"kubeService": {"ref": {"name": "a", "namespace": "b", "clusterName": "c"}, "refs": {}}}}
END
kubectl -n default delete "$VM" shop >/dev/null
