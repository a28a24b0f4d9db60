# shellcheck shell=bash disable=SC2034,SC2154
# helm/peer.sh - builds Helm 3 as its Makefile does; Helm 4 comes with kubectl.  Sourced after lib.sh.

HELM_PEER="$CONFORMANCE/helm"
HELM_VERSION="$(awk '$2 == "helm.sh/helm/v3" { print $3; exit }' "$HELM_PEER/go.mod")"

# helm_build: sets HELM_BIN to the folder of the program.
helm_build() {
    local minor package flags
    need_go "$HELM_PEER/go.mod"
    minor="$(awk '$1 == "k8s.io/client-go" { split($2, part, "."); print part[2]; exit }' "$HELM_PEER/go.mod")"
    flags="-X helm.sh/helm/v3/internal/version.version=$HELM_VERSION"
    for package in lint/rules chartutil; do
        flags+=" -X helm.sh/helm/v3/pkg/$package.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/$package.k8sVersionMinor=$minor"
    done
    HELM_BIN="$PEER_CACHE/helm-$(folder_key "$HELM_PEER/go.mod" "$HELM_PEER/go.sum")"
    LDFLAGS="$flags" build_go helm "$HELM_PEER" "$HELM_BIN" helm.sh/helm/v3/cmd/helm
}
