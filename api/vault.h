/* api/vault.h - Vault as the intermediate authority.  Private to api/. VirtualMesh API
 */
#ifndef WEFT_API_VAULT_H
#define WEFT_API_VAULT_H

#include "api/certificate.h"

/* NULL when absent or no map. */
const struct vault_ca *decode_vault(struct at at);
struct node *encode_vault(const struct vault_ca *vault, struct arena *arena);

#endif
