/* pki/jwt.h - tokens that weft signs about itself (RFC 7519, compact form of RFC 7515), by RS256
 * (RFC 7518, 3.3): how a GitHub App logs in. */
#ifndef WEFT_PKI_JWT_H
#define WEFT_PKI_JWT_H

#include "base/text.h"
#include "pki/ssh_key.h"
#include <stdint.h>

/* What a token claims. */
struct jwt_claims {
    const char *issuer;      /* "iss" */
    int64_t issued, expires; /* "iat" and "exp", seconds since 1970 */
};

/* Appends the token.  It proves to be the issuer until it expires, so out is secret.  ERR_INPUT
 * for a key that is not RSA; ssh_key_open takes none below 2048 bits. */
MUST_USE int jwt_sign(struct text *out, const struct ssh_key *key, const struct jwt_claims *claims,
                      struct err *err);

#endif
