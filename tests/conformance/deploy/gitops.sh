# deploy/gitops.sh - Flux's own controllers apply what weft rendered, by k8s-job/deploy/examples/flux.yaml; weft sees it, and
# a rotation goes on because of it, and does not go on without it.
# shellcheck shell=bash disable=SC2154

# shellcheck source=SCRIPTDIR/../flux/peer.sh
source "$CONFORMANCE/flux/peer.sh"

# layers CLUSTER: the example for that cluster, in haste, with our repository; cluster-2 is another API server.
layers() {
    sed -e "s|https://git.example.com/platform/mesh-manifests.git|$git_url/gitops.git|" -e '/secretRef: {name: mesh-git}/d' \
        -e 's/interval: 1m/interval: 2s/' -e "s/cluster-1/$1/" -e "s/name: mesh\\([-}]\\|\$\\)/name: $1\\1/" "$deploy/examples/flux.yaml" |
        if [ "$1" = cluster-1 ]; then cat; else sed '/^  path:/a\  kubeConfig: {secretRef: {name: cluster-2}}'; fi
}
kustomizations() { kubectl -n flux-system get kustomizations -o "jsonpath={range .items[*]}{$1}{\"\\n\"}{end}" | sort -u; }
suspend() { for name in $(kubectl -n flux-system get kustomizations -o name); do kubectl -n flux-system patch "$name" --type merge -p '{"spec": {"suspend": '"$1"'}}' >/dev/null; done; }
applied_everywhere() { kustomizations '.status.conditions[?(@.type=="Ready")].status}@{.status.lastAppliedRevision'; }

# seen COLUMN: what weft evidence shows of both clusters.
seen() {
    "$WEFT" evidence -c gitops.yaml -q -o json 2>"$dir/seen.log" |
        python3 -c 'import json, sys; print(*[c["cluster"] + "=" + c[sys.argv[1]]["seen"] for c in json.load(sys.stdin)["clusters"]])' "$1"
}
rotation() { sqlite3 "file:gitops/state.db?mode=ro" "SELECT state || ' ' || step FROM rotations"; }

# moves WHAT WANT: passes, until the rotation is there.
moves() {
    for _ in $(seq 80); do
        pass gitops.yaml
        grep -qE "^($2)\$" <<<"$(rotation)" && break
        sleep 0.5
    done
    says "$1" "^($2)" rotation
}

gitops_part() {
    local file peer
    need_command sqlite3 "install sqlite3"
    flux_build || return 0
    repository gitops rendered
    for peer in istio pki; do
        file="$("$CONFORMANCE/$peer/run" schemas)"
        kubectl apply --server-side -f "$file" >/dev/null
        workload apply --server-side -f "$file" >/dev/null
    done
    for cluster in kubectl workload; do "$cluster" create namespace bookinfo >/dev/null 2>&1 || true; done
    "$FLUX/controllers" up "$dir/flux" "$admin" $$
    kubectl -n flux-system create secret generic cluster-2 --from-file=value="$workload_admin" >/dev/null
    sed -i 's/^  mtlsConfig:$/  mtlsConfig:\n    rotationVerificationMethod: {none: {}}/' specs/specs/virtualmesh.yaml
    push "rotations go on by themselves"
    kubectl apply --server-side -f specs/specs/virtualmesh.yaml >/dev/null
    output=gitops config gitops.yaml gitops "$CLUSTERS" "management: {kubeconfig: ${account:-$admin}, gitops: true}" \
        "evidence: {leafTTL: 1s, skew: 1s, syncAllowance: 1s, failAfter: 1h}"

    passes "a pass before Flux is told of the branch" 0 gitops.yaml
    is "nobody applies it" "cluster-1=unknown cluster-2=unknown" seen applied
    check "the example's layers are taken for cluster-1" kubectl apply --server-side -f - < <(layers cluster-1)
    check "and for cluster-2" kubectl apply --server-side -f - < <(layers cluster-2)
    reaches "Flux applies every layer of both, as weft rendered it" "True@rendered@sha1:$(tip gitops)" applied_everywhere
    check "with its SealedSecret" kubectl -n istio-system get sealedsecret.bitnami.com cacerts
    check "in the other cluster, too" workload -n istio-system get sealedsecret.bitnami.com cacerts
    is "weft sees it" "cluster-1=yes cluster-2=yes" seen applied

    suspend true
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push "another root, please"
    moves "another root is asked for" "ADDING_NEW_ROOT 1"
    is "weft sees that no cluster has it" "cluster-1=waiting cluster-2=waiting" seen applied
    for _ in 1 2 3 4 5; do sleep 1; pass gitops.yaml; done
    is "so the rotation stays where it is, however long that takes" "ADDING_NEW_ROOT 1" rotation
    suspend false
    reaches "Flux goes on, and applies it" "True@rendered@sha1:$(tip gitops)" applied_everywhere
    is "weft sees that, too" "cluster-1=yes cluster-2=yes" seen applied
    # What Flux has of a cluster is what weft wrote there last, and that is not what is wanted when the next step cannot be sealed.
    mv certs/cluster-1.pem kept.pem
    moves "the gate opens because of it" "PROPAGATING_NEW_INTERMEDIATE 2"
    reaches "Flux applies the step of the cluster that it could be sealed for" "True@rendered@sha1:$(tip gitops)" applied_everywhere
    is "what could not be sealed is nowhere" "cluster-1=waiting cluster-2=yes" seen applied
    for _ in 1 2 3 4 5; do sleep 1; pass gitops.yaml; done
    is "so the rotation waits for it" "PROPAGATING_NEW_INTERMEDIATE 2" rotation
    mv kept.pem certs/cluster-1.pem
    moves "and every other one" "(FINISHED|NOT_ROTATING) 0"
    reaches "Flux has the last commit" "True@rendered@sha1:$(tip gitops)" applied_everywhere

    # The lists that weft reads, in pages of two, the second of which expires once.
    start_proxy
    through proxied.kubeconfig "${account:-$(everything)}"
    sed -i 's|kubeconfig: [^,}]*|kubeconfig: proxied.kubeconfig|' gitops.yaml
    rules '[{"method": "GET", "path": "/kustomizations[?].*continue=", "fault": "answer", "code": 410, "reason": "Expired", "message": "too old"},
        {"method": "GET", "path": "/kustomizations[?]", "times": 0, "fault": "page", "limit": 2}]'
    is "a list that expires in the middle is read anew" "cluster-1=yes cluster-2=yes" seen applied
    says "it did expire, and began anew" 'answer 410.*kustomizations[?]limit=500 page 200.*continue=[^ ]* page 200' cat "$proxy/proxy.log"
    "$FLUX/controllers" down "$dir/flux"
}
gitops_part
