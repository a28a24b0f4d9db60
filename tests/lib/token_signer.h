/* tests/lib/token_signer.h - an API server's keys for service-account tokens: the key set that it
 * shows, and tokens with any header and claims. */
#ifndef WEFT_TESTS_LIB_TOKEN_SIGNER_H
#define WEFT_TESTS_LIB_TOKEN_SIGNER_H

#include "base/arena.h"
#include <openssl/types.h>
#include <stdint.h>

/* A member of a key set for the public part of an RSA or EC key. */
const char *token_signer_jwk(EVP_PKEY *key, const char *kid, struct arena *arena);
/* {"keys":[...]} of one key. */
const char *token_signer_set(EVP_PKEY *key, const char *kid, struct arena *arena);
/* Signed as the kind of the key asks: RS256, ES256 or ES384. */
const char *token_signer_sign(EVP_PKEY *key, const char *header, const char *claims,
                              struct arena *arena);
/* The token with this signature. */
const char *token_signer_join(const char *header, const char *claims, const void *signature,
                              size_t len, struct arena *arena);
/* What the agent of namespace asks its API server for. */
const char *token_signer_token(EVP_PKEY *key, const char *kid, const char *namespace,
                               const char *audience, int64_t issued, struct arena *arena);

#endif
