/* delivery/age_primitive.c - X25519, HKDF and HMAC by libcrypto, ChaCha20-Poly1305 by pki/aead.c.
 * Each key that is derived here serves one message.
 *
 * The info texts, the nonce of the last chunk and base64 without padding are those of the format
 * age-encryption.org/v1. Reading is as strict as the format asks: a length that is not exactly the
 * expected one is no value, so there is one encoding of each file. */
#include "delivery/age_primitive.h"

#include "base/base64.h"
#include "pki/aead.h"
#include "pki/openssl.h"
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <string.h>

enum { INFO = 32 }; /* bytes of an info and its NUL */

const unsigned char age_last_chunk[AGE_NONCE] = { [AGE_NONCE - 1] = 1 };

AUTO_DEFINE(EVP_KDF, EVP_KDF_free)
AUTO_DEFINE(EVP_KDF_CTX, EVP_KDF_CTX_free)

static int hkdf(struct secret **out, struct secret *key, unsigned char *salt, size_t salt_len,
                char info[INFO], struct err *err)
{
    AUTO(EVP_KDF_free) EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    AUTO(EVP_KDF_CTX_free) EVP_KDF_CTX *work = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    AUTO(secret_free) struct secret *made = secret_new(AGE_KEY);
    OSSL_PARAM params[5], *at = params;

    *at++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char[]){ "SHA256" }, 0);
    *at++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key->bytes, key->len);
    if (salt_len > 0)
        *at++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt, salt_len);
    *at++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, strlen(info));
    *at = OSSL_PARAM_construct_end();
    if (!work || EVP_KDF_derive(work, made->bytes, made->len, params) <= 0)
        return err_crypto(err, "derive a key of an age file by HKDF");
    *out = TAKE(made);
    return 0;
}

/* libcrypto refuses a shared secret of zeros, which a peer of small order gives. */
int age_primitive_agree(struct secret **out, EVP_PKEY *own, const unsigned char *peer,
                        const struct age_exchange *exchange, struct err *err)
{
    AUTO(EVP_PKEY_free)
    EVP_PKEY *other = EVP_PKEY_new_raw_public_key_ex(NULL, "X25519", NULL, peer, AGE_KEY);
    AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *work = EVP_PKEY_CTX_new(own, NULL);
    AUTO(secret_free) struct secret *shared = secret_new(AGE_KEY);
    unsigned char salt[2 * AGE_KEY];

    if (!other || !work || EVP_PKEY_derive_init(work) <= 0
        || EVP_PKEY_derive_set_peer(work, other) <= 0
        || EVP_PKEY_derive(work, shared->bytes, &shared->len) <= 0)
        return err_crypto(err, "agree on a key of an age file");
    memcpy(salt, exchange->share, AGE_KEY);
    memcpy(salt + AGE_KEY, exchange->recipient, AGE_KEY);
    return hkdf(out, shared, salt, sizeof salt, (char[INFO]){ AGE_VERSION "/X25519" }, err);
}

int age_primitive_seal(unsigned char *out, const struct secret *key, const unsigned char *nonce,
                       const void *bytes, size_t len, struct err *err)
{
    const struct aead_input in = { AEAD_CHACHA20_POLY1305, key->bytes, nonce, NULL, 0, bytes, len };

    return aead_seal(out, &in, err);
}

bool age_primitive_open(unsigned char *out, const struct secret *key, const unsigned char *nonce,
                        const unsigned char *bytes, size_t len)
{
    const struct aead_input in = { AEAD_CHACHA20_POLY1305, key->bytes, nonce, NULL, 0, bytes, len };
    struct err err;

    return aead_open(out, &in, &err) == 0;
}

int age_primitive_mac(unsigned char out[AGE_MAC], struct secret *file_key, const char *header,
                      size_t len, struct err *err)
{
    AUTO(secret_free) struct secret *key = NULL;
    unsigned int made = 0;

    if (hkdf(&key, file_key, NULL, 0, (char[INFO]){ "header" }, err) < 0)
        return -1;
    if (!HMAC(EVP_sha256(), key->bytes, (int)key->len, (const unsigned char *)header, len, out,
              &made))
        return err_crypto(err, "authenticate the header of an age file");
    return 0;
}

int age_primitive_payload_key(struct secret **out, struct secret *file_key,
                              unsigned char nonce[AGE_PAYLOAD_NONCE], struct err *err)
{
    return hkdf(out, file_key, nonce, AGE_PAYLOAD_NONCE, (char[INFO]){ "payload" }, err);
}

void age_primitive_add_base64(struct text *out, const unsigned char *bytes, size_t len)
{
    base64_encode(out, bytes, len);
    while (out->bytes[out->len - 1] == '=')
        out->bytes[--out->len] = '\0';
}

bool age_primitive_read_base64(unsigned char *out, size_t size, const char *text, size_t len)
{
    AUTO_TEXT padded = { 0 };
    AUTO_TEXT bytes = { 0 };

    if (len != (size * 4 + 2) / 3)
        return false;
    text_add(&padded, text, len);
    while (padded.len % 4)
        text_addc(&padded, '=');
    if (!base64_decode(&bytes, padded.bytes, padded.len) || bytes.len != size)
        return false;
    memcpy(out, bytes.bytes, size);
    return true;
}
