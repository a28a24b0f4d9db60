/* pki/jwks.h - the public keys that an API server signs service-account tokens with: a JSON Web Key
 * Set (RFC 7517), as "kubectl get --raw /openid/v1/jwks" prints it. */
#ifndef WEFT_PKI_JWKS_H
#define WEFT_PKI_JWKS_H

#include "base/arena.h"
#include "base/err.h"
#include <openssl/types.h>
#include <stddef.h>

enum { JWKS_KEYS_MAX = 32, JWKS_BYTES_MAX = 256 * 1024 };

struct jwk {
    const char *kid;
    const char *alg; /* the only algorithm that it is for; "": the set does not say */
    EVP_PKEY *key;   /* RSA of 2048 to 8192 bits, or EC P-256 or P-384 */
};

struct jwks {
    struct jwk keys[JWKS_KEYS_MAX];
    size_t count; /* at least 1 */
};

/* Keys of other kinds, for encryption, or without a "kid" are skipped.  -1: not such a set, none of
 * its keys can be used, two have the same kid, or it has a private key in it.  what names the text
 * in the err.  Texts live in the arena, keys until jwks_close. */
MUST_USE int jwks_read(struct jwks *out, const char *what, const char *bytes, size_t len,
                       struct arena *arena, struct err *err);
void jwks_close(struct jwks *keys);
static inline void auto_jwks_close(struct jwks *keys) { jwks_close(keys); }
#define AUTO_JWKS __attribute__((cleanup(auto_jwks_close))) struct jwks

/* NULL: no key of the set has this kid. */
const struct jwk *jwks_find(const struct jwks *keys, const char *kid);

#endif
