/* delivery/age_primitive.h - the cryptography of age files that writing and reading share:
 * age-encryption.org/v1 of C2SP with X25519, HKDF-SHA-256 and ChaCha20-Poly1305. */
#ifndef WEFT_DELIVERY_AGE_PRIMITIVE_H
#define WEFT_DELIVERY_AGE_PRIMITIVE_H

#include "base/text.h"
#include "delivery/age.h"
#include "pki/secret.h"
#include <openssl/types.h>

#define AGE_VERSION "age-encryption.org/v1"

enum {
    AGE_FILE_KEY = 16,
    AGE_TAG = 16,
    AGE_NONCE = 12,
    AGE_MAC = 32,
    AGE_PAYLOAD_NONCE = 16,
    AGE_WRAPPED = AGE_FILE_KEY + AGE_TAG /* the body of a stanza */
};

/* The nonce of a first chunk that is the last one. */
extern const unsigned char age_last_chunk[AGE_NONCE];

/* What both sides of an exchange know; AGE_KEY bytes each. */
struct age_exchange {
    const unsigned char *share;     /* public key of the sender, made for one stanza */
    const unsigned char *recipient; /* public key */
};
/* The key that wraps the file key: from own and the public key of the other side.  ERR_CRYPTO for a
 * peer of small order, with which the key is known to all. */
MUST_USE int age_primitive_agree(struct secret **out, EVP_PKEY *own, const unsigned char *peer,
                                 const struct age_exchange *exchange, struct err *err);

/* out gets len bytes of ciphertext and AGE_TAG bytes. */
MUST_USE int age_primitive_seal(unsigned char *out, const struct secret *key,
                                const unsigned char *nonce, const void *bytes, size_t len,
                                struct err *err);
/* len bytes with their tag, so that out gets len - AGE_TAG.  False: they were not sealed so. */
bool age_primitive_open(unsigned char *out, const struct secret *key, const unsigned char *nonce,
                        const unsigned char *bytes, size_t len);

/* Of a header up to its "---". */
MUST_USE int age_primitive_mac(unsigned char out[AGE_MAC], struct secret *file_key,
                               const char *header, size_t len, struct err *err);
MUST_USE int age_primitive_payload_key(struct secret **out, struct secret *file_key,
                                       unsigned char nonce[AGE_PAYLOAD_NONCE], struct err *err);

/* Base64 without padding, as headers have it. */
void age_primitive_add_base64(struct text *out, const unsigned char *bytes, size_t len);
/* Exactly size bytes of it, in the one way to write them; false: something else. */
bool age_primitive_read_base64(unsigned char *out, size_t size, const char *text, size_t len);

#endif
