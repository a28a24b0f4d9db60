/* pki/jws.h - signed tokens (RFC 7515, compact form; RFC 7519), verified with the keys of one
 * cluster. */
#ifndef WEFT_PKI_JWS_H
#define WEFT_PKI_JWS_H

#include "base/node.h"
#include "pki/csr_fault.h"
#include "pki/jwks.h"

enum { JWS_BYTES_MAX = 16 * 1024 };

/* The claims of a token whose signature is right, as a map in the arena: nothing is said about what
 * they claim.  The algorithm is one of RS256, ES256 and ES384, and the one that goes with the key
 * that the token names; a header with "crit" is refused, for it would change what the signature
 * means.  -1 with ERR_REFUSED and a CSR_TOKEN_ fault in err.code; the err never quotes the token.
 */
MUST_USE int jws_verify(const struct node **claims, const char *token, const struct jwks *keys,
                        struct arena *arena, struct err *err);

#endif
