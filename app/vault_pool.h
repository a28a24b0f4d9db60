/* app/vault_pool.h - the Vault servers of a pass: which of them weft may log in to, with which
 * credentials, and how pki reaches the CAs there. */
#ifndef WEFT_APP_VAULT_POOL_H
#define WEFT_APP_VAULT_POOL_H

#include "app/config.h"
#include "app/server_pool.h"
#include "pki/remote_ca.h"

struct vault_entry; /* one place of a spec: its client, or why it has none */

/* Start with config, servers, arena and tell.  Specs say where a CA is, but a server gets
 * credentials of weft only if the configuration lists it (pki.vault), so that an author of specs
 * cannot send them elsewhere. */
struct vault_pool {
    const struct config *config;
    struct servers *servers; /* Secrets of the management cluster, and the HTTP client */
    struct arena *arena;
    void (*tell)(void *context, const char *text); /* what servers said, for the log; may be NULL */
    void *tell_context;
    int64_t began_ms;            /* monotonic: when the pass read its clock */
    struct vault_entry *entries; /* start with NULL */
};

struct remote_ca vault_pool_remote(struct vault_pool *pool);
/* Before the servers: it uses their HTTP client. */
void vault_pool_close(struct vault_pool *pool);

#endif
