# deploy/objects.sh - chart, kustomize base and examples are taken by an API server, and the chart's account can do what
# weft asks for, and nothing else.  Leaves $account: a kubeconfig of that account.
# shellcheck shell=bash disable=SC2154

# The lines of k8s-job/deploy/check are ours.
deploy_check() {
    local line
    while read -r line; do
        case "$line" in
        "ok "*) ok "${line#ok }" ;;
        "FAIL "*) fail "${line#FAIL }" ;;
        "SKIP "*) printf 'SKIP %s: %s\n' "$PEER" "${line#SKIP }" ;;
        *) note "$line" ;;
        esac
    done < <(KUBECONFIG="$admin" HELM="$KUBECTL_BIN/helm" KUBECTL="$KUBECTL_BIN/kubectl" PROMTOOL="${tool:-promtool}" \
        HELM_CACHE_HOME="$dir/helm" "$deploy/check" || true)
}

# may VERB RESOURCE [NAMESPACE [NAME]]: what the server answers to the account's question about itself.
may() {
    local resource="${2%%/*}" below="${2#"${2%%/*}"}"
    "$KUBECTL_BIN/kubectl" --kubeconfig "$account" auth can-i "$1" "$resource${4:+/$4}" ${below:+--subresource="${below#/}"} \
        -n "${3:-default}" 2>/dev/null
}
can() { is "the account may $1 $2${4:+ $4} in ${3:-default}" yes may "$@"; }
cannot() { is "the account may not $1 $2${4:+ $4} in ${3:-default}" no may "$@"; }

# client: test_real against this server, with the chart's account.
client() {
    unit test_k8s-job_client_real WEFT_TEST_KUBECONFIG="$admin" WEFT_TEST_ACCOUNT="$account" || return 0
    kubectl -n gloo-mesh delete "$VM" vm >/dev/null
    clusters_anew # its namespaces have roots that weft did not issue
}

debian_tool prometheus promtool || true
kubectl apply --server-side -k "$deploy/kustomize/crd" >/dev/null
deploy_check
helm template weft "$deploy/chart/weft" -n weft-system -f "$deploy/examples/values-tokens.yaml" >objects.yaml 2>helm.log
check "the chart's objects are stored" kubectl apply --server-side -f objects.yaml
account="$("$KUBERNETES/server" account "$dir/management" weft-system weft)"
client
can get "$VM" gloo-mesh
can patch "$VM/status" gloo-mesh
can create events.events.k8s.io gloo-mesh
can update leases.coordination.k8s.io weft-system
cannot patch "$VM" gloo-mesh
cannot list "$VM" gloo-mesh
cannot get "$VM" default
cannot get secrets weft-system
cannot get secrets weft-system weft-state-key
cannot get configmaps weft-system
cannot patch leases.coordination.k8s.io kube-system
cannot list pods weft-system
cannot create pods weft-system
cannot impersonate users
