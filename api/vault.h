/* api/vault.h - Vault as the CA of the intermediates.  Private to api/.  VirtualMesh API */
#ifndef WEFT_API_VAULT_H
#define WEFT_API_VAULT_H

#include "api/certificate.h"

struct schema;
extern const struct schema vault_schema; /* of struct vault_ca */

#endif
