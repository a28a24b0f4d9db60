# deploy/direct.sh - Secrets written straight into clusters, with the rights of k8s-job/deploy/cluster and a kubeconfig of its
# own script.  Leaves near.kubeconfig (management) and far.kubeconfig (workload cluster), and direct.yaml.
# shellcheck shell=bash disable=SC2154

direct_config() {
    output=direct config direct.yaml direct "delivery: {mode: direct}" "management: {kubeconfig: $admin, lease: false}" \
        "clusters:" "- {name: cluster-1, kubeconfig: near.kubeconfig}" "- {name: cluster-2, kubeconfig: far.kubeconfig${1:-}}"
}
secret_field() { "$1" -n istio-system get secret cacerts -o "jsonpath={$2}"; }
keys_of() { "$1" -n istio-system get secret cacerts -o json | python3 -c 'import json, sys; print(*sorted(json.load(sys.stdin)["data"]))'; }
branch_files() { git -C "$dir/srv/direct.git" grep -lE "$1" rendered -- . || true; }

# strict KUBECTL: what is in the Secret is a chain up to its root.
strict() {
    local file
    for file in ca-cert cert-chain root-cert; do secret_field "$1" ".data.$file\\.pem" | base64 -d >"direct.$file.pem"; done
    openssl verify -x509_strict -CAfile direct.root-cert.pem -untrusted direct.cert-chain.pem direct.ca-cert.pem
}

clusters_anew
repository direct rendered
check "cluster-1 is enrolled" enrol near.kubeconfig kubectl "$admin"
check "cluster-2 is enrolled" enrol far.kubeconfig workload "$workload_admin"
kubectl apply --server-side -f specs/specs/virtualmesh.yaml >/dev/null
far() { "$KUBECTL_BIN/kubectl" --kubeconfig far.kubeconfig auth can-i "$@" 2>/dev/null; }
is "its account may write cacerts" yes far patch secrets/cacerts -n istio-system
is "it may write no other Secret" no far patch secrets/another -n istio-system
is "nor make one there by another way" no far create secrets -n istio-system
is "nor read Secrets elsewhere" no far get secrets/cacerts -n bookinfo
is "it may not delete" no far delete secrets/cacerts -n istio-system
is "it may restart, where it was asked for" yes far patch deployments.apps -n bookinfo
is "and nowhere else" no far patch deployments.apps -n kube-system

direct_config
passes "a pass writes both Secrets" 0 direct.yaml
for cluster in kubectl workload; do
    is "$cluster: it has the files of istiod" "ca-cert.pem ca-key.pem cert-chain.pem root-cert.pem" keys_of "$cluster"
    is "$cluster: and its type" Opaque secret_field "$cluster" .type
    check "$cluster: they are a strict chain" strict "$cluster"
done
is "the output branch has a receipt for each" 2 sh -c "git -C '$dir/srv/direct.git' ls-tree -r --name-only rendered | grep -c '^receipts/'"
is "and no byte of a key" "" branch_files 'PRIVATE KEY|ca-key|kind: Secret|SealedSecret'
before="$(secret_field kubectl .metadata.resourceVersion) $(secret_field workload .metadata.resourceVersion) $(tip direct)"
passes "the next pass converges" 0 direct.yaml
is "and writes nothing" "$before" \
    echo "$(secret_field kubectl .metadata.resourceVersion) $(secret_field workload .metadata.resourceVersion) $(tip direct)"

# received CLUSTER: the mark of the material that its receipt names; "" without a receipt that counts.
received() { python3 -c 'import sqlite3, sys; print(*(row[0] for row in sqlite3.connect(sys.argv[1]).execute("select mark from deliveries where path like ?", ("receipts/" + sys.argv[2] + "/%",))))' direct/state.db "$1"; }
says "what was written is remembered" '^[0-9a-f]{16}' received cluster-2

# A Secret that is gone and may not be made again: nothing counts on it any more.
workload -n istio-system get role weft-remote-cacerts -o json >role.json
python3 -c '
import json
role = json.load(open("role.json"))
for rule in role["rules"]:
    if "create" in rule["verbs"]: rule["verbs"].remove("create")
print(json.dumps({k: role[k] for k in ("apiVersion", "kind", "rules")} | {"metadata": {"name": role["metadata"]["name"], "namespace": "istio-system"}}))' |
    workload replace -f - >/dev/null
workload -n istio-system delete secret cacerts >/dev/null
passes "a Secret that may not be made is a failure" 3 direct.yaml
says "with the right that is missing" 'create' status_of meshes
is "its receipt does not count any more" "" received cluster-2
says "that of the other cluster does" '^[0-9a-f]{16}' received cluster-1
workload apply --server-side --force-conflicts -f "$deploy/cluster/direct.yaml" >/dev/null
passes "the next pass with all rights mends it" 0 direct.yaml
says "and remembers it" '^[0-9a-f]{16}' received cluster-2

# weft must not replace the cacerts of another owner.
workload -n istio-system delete secret cacerts >/dev/null
workload -n istio-system create secret generic cacerts --from-literal=ca-cert.pem=theirs --field-manager=somebody >/dev/null
# A pass looks at a cluster again when what it has to write changed.
sed -i 's/ttlDays: 90/ttlDays: 91/' specs/specs/virtualmesh.yaml
push "another lifetime"
foreign() { secret_field workload '.data.ca-cert\.pem' | base64 -d; }
passes "a Secret of somebody else is a refusal" 3 direct.yaml
says "that names the owner" 'somebody' status_of meshes
is "nothing counts on what it was given before" "" received cluster-2
is "and leaves it alone" theirs foreign
direct_config ', takeOver: true'
passes "taken over on purpose" 0 direct.yaml
check "it is a strict chain again" strict workload
direct_config
passes "and it is ours from now on" 0 direct.yaml

workload -n istio-system delete secret cacerts >/dev/null
passes "a pass after the Secret was deleted converges" 0 direct.yaml
check "it is there again" strict workload
