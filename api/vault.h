/* api/vault.h - Vault as the intermediate authority.  Private to api/. VirtualMesh API
 */
#ifndef WEFT_API_VAULT_H
#define WEFT_API_VAULT_H

#include "api/certificate.h"

/* NULL when absent or no map. */
const struct vault_ca *vault_decode(struct at at);
struct node *vault_encode(const struct vault_ca *vault, struct arena *arena);

#endif
