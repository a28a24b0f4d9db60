/* app/vault_login.h - how weft logs in to a Vault: the configuration's credentials for that server,
 * else those that the spec names. */
#ifndef WEFT_APP_VAULT_LOGIN_H
#define WEFT_APP_VAULT_LOGIN_H

#include "app/config.h"
#include "app/server_pool.h"
#include "vault/vault_client.h"

/* The entry of pki.vault for the server of the place; NULL: there is none, and weft sends it
 * nothing. */
const struct config_vault *vault_login_allowed(const struct config *config,
                                               const struct vault_ca *place, struct arena *arena);
/* The URL without what ends it: "https://vault.example.com:8200". */
const char *vault_login_base(const char *server, struct arena *arena);
/* Reads the credential afresh, since it may have been replaced, and logs in. */
MUST_USE int vault_login_do(struct vault_client *client, const struct config_vault *config,
                            const struct vault_ca *place, struct servers *servers, struct err *err);

#endif
