# shellcheck shell=bash disable=SC2034,SC2154
# vault/peer.sh - builds Vault.  Sourced after lib.sh.

VAULT="$CONFORMANCE/vault"

# vault_build: sets VAULT_BIN to the program.
vault_build() {
    need_go "$VAULT/go.mod"
    VAULT_BIN="$PEER_CACHE/vault-$(folder_key "$VAULT/go.mod" "$VAULT/go.sum" "$VAULT/main.go")"
    build_go vault "$VAULT" "$VAULT_BIN" .
    VAULT_BIN="$VAULT_BIN/vault"
}
