/* vault/vault_request.h - bodies of requests to Vault and OpenBao, as JSON.  Pure.
 * API of the PKI secrets engine, and of the Kubernetes and AppRole auth methods. */
#ifndef WEFT_VAULT_VAULT_REQUEST_H
#define WEFT_VAULT_VAULT_REQUEST_H

#include "base/text.h"

/* How weft logs in. */
enum vault_auth { VAULT_AUTH_TOKEN, VAULT_AUTH_KUBERNETES, VAULT_AUTH_APP_ROLE };

struct vault_credential {
    enum vault_auth auth;
    const char *mount;  /* of the auth method: "auth/kubernetes"; VAULT_AUTH_TOKEN: NULL */
    const char *role;   /* name of the role, or the role id of an AppRole */
    const char *secret; /* the token, the service account's token, or the secret id */
};
/* Body of POST <mount>/login; out should be secret. */
void vault_request_login(struct text *out, const struct vault_credential *login);

struct vault_signing {
    const char *csr; /* PEM */
    const char *common_name, *org, *uri;
    int path_length;
    const char *not_after; /* RFC 3339, UTC */
    int64_t backdate;      /* seconds before the server's clock */
};
/* Body of POST .../sign-intermediate.  Names come from here and not from the request that is
 * signed, and the end is a time rather than a lifetime: a lifetime would be counted from the
 * server's clock. */
void vault_request_sign(struct text *out, const struct vault_signing *signing);

#endif
