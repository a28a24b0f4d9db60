# shellcheck shell=bash disable=SC2034,SC2154
# flux/peer.sh - builds Flux's source-controller and kustomize-controller.
# Sourced after lib.sh by controllers and run.

FLUX="$CONFORMANCE/flux"

# flux_build: sets FLUX_BIN to the folder of both programs and of their CRDs.
flux_build() {
    local module folder
    need_go "$FLUX/go.mod"
    FLUX_BIN="$PEER_CACHE/flux-$(folder_key "$FLUX/go.mod" "$FLUX/go.sum")"
    build_go flux "$FLUX" "$FLUX_BIN" \
        github.com/fluxcd/source-controller github.com/fluxcd/kustomize-controller || return 1
    [ -d "$FLUX_BIN/crds" ] && return 0
    mkdir -p "$FLUX_BIN/crds"
    for module in source-controller kustomize-controller; do
        folder="$(cd "$FLUX" && GOFLAGS=-mod=readonly go list -m -f '{{.Dir}}' "github.com/fluxcd/$module")"
        install -m 0644 "$folder"/config/crd/bases/*.yaml "$FLUX_BIN/crds"
    done
}
