/* pki/aead.h - authenticated encryption of whole messages.  The caller answers for never using a
 * nonce twice with a key. */
#ifndef WEFT_PKI_AEAD_H
#define WEFT_PKI_AEAD_H

#include "base/compiler.h"
#include "base/err.h"
#include <stddef.h>

enum { AEAD_KEY = 32, AEAD_NONCE = 12, AEAD_LONG_NONCE = 32, AEAD_TAG = 16 };

enum aead_algorithm {
    AEAD_AES_256_GCM,            /* NIST SP 800-38D */
    AEAD_AES_256_GCM_LONG_NONCE, /* the same with a nonce of AEAD_LONG_NONCE bytes, as SOPS has it
                                  */
    AEAD_CHACHA20_POLY1305       /* RFC 8439 */
};

struct aead_input {
    enum aead_algorithm algorithm;
    const unsigned char *key;   /* AEAD_KEY bytes */
    const unsigned char *nonce; /* AEAD_NONCE bytes, or AEAD_LONG_NONCE */
    const void *aad;            /* may be NULL when aad_len is 0 */
    size_t aad_len;
    const unsigned char *bytes;
    size_t len;
};

/* out gets len bytes of ciphertext and AEAD_TAG bytes. */
MUST_USE int aead_seal(unsigned char *out, const struct aead_input *in, struct err *err);
/* bytes end with the tag; out gets len - AEAD_TAG bytes.  -1 for anything that was changed, wiping
 * out. */
MUST_USE int aead_open(unsigned char *out, const struct aead_input *in, struct err *err);

#endif
