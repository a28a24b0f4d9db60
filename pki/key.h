/* pki/key.h - private keys of certificate authorities: which kinds, made one by one or many at
 * once, read and written as PKCS#8. */
#ifndef WEFT_PKI_KEY_H
#define WEFT_PKI_KEY_H

#include "base/enums.h"
#include "pki/secret.h"
#include <openssl/types.h>
#include <stdint.h>

enum key_type { KEY_RSA, KEY_EC_P256 };
extern const struct enum_table key_types; /* "rsa", "ec-p256": values of pki.keyType */

struct key_kind {
    enum key_type type;
    uint32_t rsa_bits; /* of KEY_RSA: 2048, 3072, 4096 or 8192 */
};

/* ERR_INPUT with the field to fix when rsa_bits is none of the four (docs/translation.md, Q23). */
MUST_USE int key_kind_check(struct key_kind kind, struct err *err);
MUST_USE int key_make(EVP_PKEY **out, struct key_kind kind, struct err *err);

/* PKCS#8 (RFC 5208) in DER, and as PEM "PRIVATE KEY" (RFC 7468) as istiod reads it.  Both only ever
 * in guarded memory. */
MUST_USE int key_der(struct secret **out, const EVP_PKEY *key, struct err *err);
MUST_USE int key_of_der(EVP_PKEY **out, const struct secret *der, struct err *err);
/* The same for many keys: libcrypto 3.0 takes ten times longer to look for a decoder than to
 * decode, so one is kept.  All zero at first; key_reader_close when done.  Must not move meanwhile.
 */
struct key_reader {
    OSSL_DECODER_CTX *decoder;
    EVP_PKEY *key;
};
MUST_USE int key_read(EVP_PKEY **out, struct key_reader *reader, const struct secret *der,
                      struct err *err);
void key_reader_close(struct key_reader *reader);
MUST_USE int key_pem(struct secret **out, const struct secret *der, struct err *err);
/* The first private key of a PEM text: PKCS#8, PKCS#1 or SEC1, not encrypted.  what names the text
 * in the err. */
MUST_USE int key_of_pem(EVP_PKEY **out, const char *what, const void *pem, size_t len,
                        struct err *err);

/* SHA-256 of the SubjectPublicKeyInfo, hex. */
MUST_USE int key_spki(char out[65], const EVP_PKEY *key, struct err *err);

/* Makes one key for each kind.  RSA keys are made on all processors (pthreads); take is called in
 * the caller's thread as keys come, in any order, and owns the key; its -1 ends the work.  A key
 * that could not be made comes as NULL with the reason in why, so that one failure stops nothing
 * else. */
struct key_taker {
    int (*take)(void *context, size_t index, EVP_PKEY *key, const struct err *why, struct err *err);
    void *context;
};

#endif
