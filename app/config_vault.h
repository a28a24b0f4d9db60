/* app/config_vault.h - the keys of pki.vault. */
#ifndef WEFT_APP_CONFIG_VAULT_H
#define WEFT_APP_CONFIG_VAULT_H

#include "api/schema.h"

extern const struct schema config_vault_schema; /* of struct config_vault */

#endif
