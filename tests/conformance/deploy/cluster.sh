# deploy/cluster.sh - weft cluster on two real API servers: add applies exactly the rights of the table, check finds each right that is
# taken away, and what is granted beyond them.
# shellcheck shell=bash disable=SC2154

# shellcheck source=SCRIPTDIR/objects-of-mesh.sh
source "$CONFORMANCE/deploy/objects-of-mesh.sh"

# checked CLUSTER [OPTION...]: what check says of it, as lines "check result text".
checked() {
    { "$WEFT" cluster check -c fleet.yaml -o json "$@" 2>/dev/null || true; } |
        python3 -c 'import json, sys
for one in json.load(sys.stdin)["checks"]: print(one["check"] + "|" + one["result"] + "|" + one["text"] + "|" + one.get("rule", ""))'
}
# results_of CHECK [OPTION...]: the results of one check.
results_of() { local kind="$1"; shift; checked "$@" | sed -n "s/^$kind|\([a-z]*\)|.*/\1/p" | paste -sd' '; }

clusters_anew
for each in kubectl workload; do
    "$each" delete clusterrolebinding,clusterrole -l app.kubernetes.io/part-of=weft >/dev/null 2>&1
    "$each" delete rolebinding,role -A -l app.kubernetes.io/part-of=weft >/dev/null 2>&1
    "$each" delete namespace weft-system --wait=false >/dev/null 2>&1 || true
done
check "cluster-1 gets the objects of a mesh" made kubectl
check "cluster-2, too" made workload
for each in kubectl workload; do
    for _ in $(seq 60); do "$each" get namespace weft-system >/dev/null 2>&1 || break; finalized "$each" weft-system; sleep 0.5; done
done

# Without --apply nothing is changed.
exits "add prints manifests" 0 "$WEFT" cluster add cluster-1 --kubeconfig "$admin"
"$WEFT" cluster add cluster-1 --kubeconfig "$admin" >added.yaml 2>/dev/null
says "and what it found" 'Kubernetes +v1.*Istio +1\.31\.2 \(default\) in istio-system.*gateway +istio-system/istio-eastwestgateway' cat added.yaml
is "and applied none of them" "" kubectl get clusterrole weft-remote-discover --ignore-not-found -o name
check "kubectl takes what it printed" kubectl apply --server-side --dry-run=server -f <(grep -v '^  namespace: weft-system' added.yaml | sed 's/namespace: weft-system/namespace: default/')

# With --apply the account exists, and its kubeconfig works.
exits "add --apply adds cluster-1" 0 "$WEFT" cluster add cluster-1 --kubeconfig "$admin" --apply --output fleet
exits "and cluster-2" 0 "$WEFT" cluster add cluster-2 --kubeconfig "$workload_admin" --apply --output fleet
is "the kubeconfig is for its owner alone" 600 stat -c %a fleet/cluster-1.kubeconfig
exits "what is there is not overwritten" 1 "$WEFT" cluster add cluster-1 --kubeconfig "$admin" --apply --output fleet
config fleet.yaml fleet "clusters:" "- {name: cluster-1, kubeconfig: fleet/cluster-1.kubeconfig}" "- {name: cluster-2, kubeconfig: fleet/cluster-2.kubeconfig}"
exits "check is content" 0 "$WEFT" cluster check -c fleet.yaml
is "with the rights of both" "ok ok" results_of rights
is "and finds nothing that is too much" "ok ok" results_of 'excess rights'
says "the gateway" 'cluster-1 +gateway +ok +istio-system/istio-eastwestgateway' "$WEFT" cluster check -c fleet.yaml
exits "discover reads both" 0 "$WEFT" discover -c fleet.yaml --output fleet-inventory
says "list names the credential" 'cluster-1 +sealed-secret|cluster-1 +- +discovery,evidence +token' "$WEFT" cluster list -c fleet.yaml
token="$(sed -n 's/.*token: "\(.*\)".*/\1/p' fleet/cluster-1.kubeconfig)"
for words in "cluster list" "cluster check" "cluster list -o json"; do
    # shellcheck disable=SC2086 # words
    if "$WEFT" $words -c fleet.yaml 2>&1 | grep -qF -- "$token"; then fail "$words shows the token"; else ok "$words shows no token"; fi
done

# Each right of the table, taken away once.
checked cluster-1 --for discovery,evidence,direct,restart,workloads | sed -n 's/^rights|missing|\([^|]*\)|.*/\1/p' | sort -u >missing.wanted
check "features that were not asked for are missing" grep -q 'patch secrets cacerts' missing.wanted
# each_rule FEATURE KIND NAME [NAMESPACE]: every rule of a role, removed and put back.
each_rule() {
    local feature="$1" kind="$2" name="$3" scope=() count i told
    shift
    [ -z "${3:-}" ] || scope=(-n "$3")
    count="$(kubectl ${scope[@]+"${scope[@]}"} get "$kind" "$name" -o json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["rules"]))')"
    kubectl ${scope[@]+"${scope[@]}"} get "$kind" "$name" -o json >role.json
    for ((i = 0; i < count; i++)); do
        python3 -c "
import json
role = json.load(open('role.json')); rule = role['rules'].pop($i)
json.dump([{'op': 'replace', 'path': '/rules', 'value': role['rules']}], open('patch.json', 'w'))
names = rule.get('resourceNames') or ['']
print('\n'.join(sorted((verb + ' ' + resource + ' ' + name).strip() for verb in rule['verbs'] for resource in rule['resources'] for name in names)))" | grep -E "${only:-.}" >taken
        kubectl ${scope[@]+"${scope[@]}"} patch "$kind" "$name" --type json --patch-file patch.json >/dev/null
        told="$(checked cluster-1 --for "$feature" | sed -n 's/^rights|missing|\([^|]*\)|.*/\1/p' | sort)"
        if [ "$told" = "$(cat taken)" ]; then ok "without rule $i of $kind $name: $(paste -sd, taken)"; else fail "without $(paste -sd, taken) of $name check says: $told"; fi
        python3 -c "import json; json.dump([{'op': 'replace', 'path': '/rules', 'value': json.load(open('role.json'))['rules']}], open('patch.json', 'w'))"
        kubectl ${scope[@]+"${scope[@]}"} patch "$kind" "$name" --type json --patch-file patch.json >/dev/null
    done
}
each_rule discovery clusterrole weft-remote-discover
each_rule discovery role weft-remote-discover istio-system
kubectl delete clusterrolebinding weft-remote-discover >/dev/null # it grants a list that evidence needs, too
each_rule evidence clusterrole weft-remote-evidence
each_rule evidence role weft-remote-evidence istio-system
exits "direct delivery and restarts are added" 0 "$WEFT" cluster add cluster-1 --kubeconfig "$admin" --for discovery,direct,restart --apply
each_rule direct role weft-remote-cacerts istio-system
only=^patch each_rule restart role weft-remote-restart shop
exits "the right to list pods is added when it is asked for" 0 "$WEFT" cluster add cluster-1 --kubeconfig "$admin" --for workloads --apply
each_rule workloads clusterrole weft-remote-workloads
says "pods are more than the configuration needs" 'but granted in every namespace: .*list pods' "$WEFT" cluster check -c fleet.yaml cluster-1
kubectl delete clusterrolebinding,clusterrole weft-remote-workloads >/dev/null
says "and are not needed for what the configuration uses" 'not needed for evidence, discovery|not needed for discovery, evidence, but granted in istio-system: create secrets cacerts' "$WEFT" cluster check -c fleet.yaml cluster-1
kubectl delete rolebinding,role -A -l app.kubernetes.io/part-of=weft --field-selector metadata.name=weft-remote-cacerts >/dev/null
kubectl delete rolebinding,role -A -l app.kubernetes.io/part-of=weft --field-selector metadata.name=weft-remote-restart >/dev/null
kubectl delete clusterrolebinding weft-remote-discover >/dev/null
exits "a missing right is a refusal" 3 "$WEFT" cluster check -c fleet.yaml
says "and the rule to add is said" "add to ClusterRole weft-remote-discover: - \{apiGroups: \[''\], resources: \[services\], verbs: \[list\]\}" "$WEFT" cluster check -c fleet.yaml
exits "add again gives the right back" 0 "$WEFT" cluster add cluster-1 --kubeconfig "$admin" --apply
is "to the last one" "ok ok" results_of rights

# More than is needed.
kubectl create clusterrolebinding weft-too-much --clusterrole=view --serviceaccount=weft-system:weft-remote >/dev/null 2>&1
kubectl create clusterrole weft-reader --verb=get --resource=secrets >/dev/null 2>&1
kubectl create clusterrolebinding weft-reader --clusterrole=weft-reader --serviceaccount=weft-system:weft-remote >/dev/null
is "rights beyond the features are a warning" "warning ok" results_of 'excess rights'
says "with their names" 'granted in every namespace: .*get secrets' "$WEFT" cluster check -c fleet.yaml cluster-1
exits "which is no refusal" 0 "$WEFT" cluster check -c fleet.yaml
kubectl delete clusterrolebinding weft-too-much weft-reader >/dev/null 2>&1 || true
kubectl delete clusterrole weft-reader >/dev/null

# One cluster under two names, and one that does not answer.
config two.yaml fleet "clusters:" "- {name: cluster-1, kubeconfig: fleet/cluster-1.kubeconfig}" "- {name: cluster-2, kubeconfig: fleet/cluster-1.kubeconfig}"
exits "one cluster under two names is refused" 3 "$WEFT" cluster check -c two.yaml
says "and said" 'is the same cluster as cluster-1' "$WEFT" cluster check -c two.yaml
sed 's/127.0.0.1:[0-9]*/127.0.0.1:1/' fleet/cluster-1.kubeconfig >fleet/nowhere.kubeconfig
config nowhere.yaml fleet "clusters:" "- {name: cluster-1, kubeconfig: fleet/nowhere.kubeconfig}"
exits "no answer is a failure" 1 "$WEFT" cluster check -c nowhere.yaml
unmade
rm -rf fleet
