# shellcheck shell=bash disable=SC2034,SC2154
# oci/peer.sh - builds the registry and Flux's client.  Sourced after lib.sh.

OCI="$CONFORMANCE/oci"

# oci_build: sets OCI_BIN to the program.
oci_build() {
    need_go "$OCI/go.mod"
    OCI_BIN="$PEER_CACHE/oci-$(folder_key "$OCI/go.mod" "$OCI/go.sum" "$OCI/main.go")"
    build_go oci "$OCI" "$OCI_BIN" . || return 1
    OCI_BIN="$OCI_BIN/oci"
}
