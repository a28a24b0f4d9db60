# shellcheck shell=bash disable=SC2034,SC2154
# sops/peer.sh - builds sops and age.  Sourced after lib.sh.

SOPS="$CONFORMANCE/sops"

# sops_build: sets SOPS_BIN to the folder of sops, age and age-keygen.
sops_build() {
    need_go "$SOPS/go.mod"
    SOPS_BIN="$PEER_CACHE/sops-$(folder_key "$SOPS/go.mod" "$SOPS/go.sum")"
    build_go sops "$SOPS" "$SOPS_BIN" \
        github.com/getsops/sops/v3/cmd/sops filippo.io/age/cmd/age filippo.io/age/cmd/age-keygen
}
