# shellcheck shell=bash disable=SC2034,SC2154
# argocd/peer.sh - builds Argo CD's application controller and repo-server.
# Sourced after lib.sh by controllers and run.

ARGOCD="$CONFORMANCE/argocd"

# argocd_build: sets ARGOCD_BIN to the folder of the program, and of its CRDs and configuration as Argo CD installs them.
argocd_build() {
    local module
    need_go "$ARGOCD/go.mod"
    ARGOCD_BIN="$PEER_CACHE/argocd-$(folder_key "$ARGOCD/go.mod" "$ARGOCD/go.sum" "$ARGOCD/main.go")"
    build_go argocd "$ARGOCD" "$ARGOCD_BIN" . || return 1
    [ -d "$ARGOCD_BIN/install" ] && return 0
    module="$(cd "$ARGOCD" && GOFLAGS=-mod=readonly go list -m -f '{{.Dir}}' github.com/argoproj/argo-cd/v3)"
    mkdir -p "$ARGOCD_BIN/install.new/crds"
    install -m 0644 "$module"/manifests/crds/{application,applicationset,appproject}-crd.yaml "$ARGOCD_BIN/install.new/crds"
    install -m 0644 "$module"/manifests/base/config/argocd-{cm,secret}.yaml "$ARGOCD_BIN/install.new"
    mv "$ARGOCD_BIN/install.new" "$ARGOCD_BIN/install"
}
