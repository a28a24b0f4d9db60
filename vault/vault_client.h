/* vault/vault_client.h - one Vault or OpenBao server: login, issuers, signatures, over base/http.
 * The token is sent to this server only, follows no redirect, and is in no text. */
#ifndef WEFT_VAULT_VAULT_CLIENT_H
#define WEFT_VAULT_VAULT_CLIENT_H

#include "base/http.h"
#include "vault/vault_answer.h"
#include "vault/vault_request.h"

struct vault_server {
    const char *url;       /* without a slash at the end */
    const char *namespace; /* "": none */
    const char *ca_pem;    /* NULL: the system's roots */
    bool plain_http;       /* http:// is allowed: to the loopback, by a switch */
    /* What the server said when it failed, for the log only.  NULL: it is dropped. */
    void (*tell)(void *context, const char *text);
    void *tell_context;
    int64_t budget_ms; /* of all requests and waits together; 0: two minutes */
};

struct vault_client;

/* Texts of server must outlive the client.  Nothing is sent. */
struct vault_client *vault_client_open(struct http *http, const struct vault_server *server);
/* Gives a token back that a login got; one that was given stays valid.  NULL is fine. */
void vault_client_close(struct vault_client *client);
AUTO_DEFINE(struct vault_client, vault_client_close)

/* A token that is given is looked up (auth/token/lookup-self, which Vault's policy "default"
 * allows).
 *
 * Every err begins with the server's URL, and is the same whenever the server fails alike.  A
 * server that did not answer, or is sealed, is not asked again. */
MUST_USE int vault_client_login(struct vault_client *client, const struct vault_credential *login,
                                struct err *err);
MUST_USE int vault_client_issuer(struct vault_issuer *out, struct vault_client *client,
                                 const char *mount, const char *ref, struct arena *arena,
                                 struct err *err);
/* The one whose certificate has this fingerprint; ERR_INPUT with code ENOENT: there is none. */
MUST_USE int vault_client_find(struct vault_issuer *out, struct vault_client *client,
                               const char *mount, const char *fingerprint, struct arena *arena,
                               struct err *err);
/* POST to path, which is that of an issuer's sign-intermediate. */
MUST_USE int vault_client_sign(const char **certificate, struct vault_client *client,
                               const char *path, const struct vault_signing *signing,
                               struct arena *arena, struct err *err);

#endif
