/* pki/key.c - one private key: made, read, written.  Plain bytes of a key are only ever in guarded
 * memory.
 *
 * A private key exists in two forms: libcrypto's, whose numbers are in the secure heap, and PKCS#8
 * in guarded memory. Writers of PEM and base64 in libcrypto copy through ordinary buffers, so PEM
 * is written here, block by block. Encrypted keys are refused without asking: there is no terminal
 * in a pass, and a password in a file next to the key protects nothing. */
#include "pki/key.h"

#include "base/digest.h"
#include "pki/openssl.h"
#include <assert.h>
#include <limits.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

static const char *const key_type_names[] = {
    [KEY_RSA] = "rsa",
    [KEY_EC_P256] = "ec-p256",
};
static_assert(LENGTH(key_type_names) == KEY_EC_P256 + 1, "every key type has a name");
const struct enum_table key_types = ENUM_TABLE(key_type_names);

int key_kind_check(struct key_kind kind, struct err *err)
{
    static const uint32_t allowed[] = { 2048, 3072, 4096, 8192 };

    if (kind.type != KEY_RSA)
        return 0;
    for (size_t i = 0; i < LENGTH(allowed); i++)
        if (kind.rsa_bits == allowed[i])
            return 0;
    return err_set(err, ERR_INPUT, 0,
                   "rsaKeySizeBytes is %u; it counts bits and must be 2048, 3072, 4096 or 8192",
                   kind.rsa_bits);
}

int key_make(EVP_PKEY **out, struct key_kind kind, struct err *err)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;

    if (key_kind_check(kind, err) < 0)
        return -1;
    switch (kind.type) {
    case KEY_RSA:
        key = EVP_RSA_gen(kind.rsa_bits);
        break;
    case KEY_EC_P256:
        key = EVP_EC_gen("P-256");
        break;
    }
    if (!key)
        return err_crypto(err, "make a private key");
    *out = TAKE(key);
    return 0;
}

int key_der(struct secret **out, const EVP_PKEY *key, struct err *err)
{
    AUTO(PKCS8_PRIV_KEY_INFO_free) PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    int len = info ? i2d_PKCS8_PRIV_KEY_INFO(info, NULL) : -1;
    AUTO(secret_free) struct secret *der = NULL;
    unsigned char *at;

    if (len <= 0)
        return err_crypto(err, "write a private key as PKCS#8");
    der = secret_new((size_t)len);
    at = der->bytes;
    if (i2d_PKCS8_PRIV_KEY_INFO(info, &at) != len)
        return err_crypto(err, "write a private key as PKCS#8");
    *out = TAKE(der);
    return 0;
}

int key_of_der(EVP_PKEY **out, const struct secret *der, struct err *err)
{
    const unsigned char *at = der->bytes;
    AUTO(PKCS8_PRIV_KEY_INFO_free)
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)der->len);
    AUTO(EVP_PKEY_free) EVP_PKEY *key = info ? EVP_PKCS82PKEY(info) : NULL;

    if (!key)
        return err_crypto(err, "read a private key as PKCS#8");
    *out = TAKE(key);
    return 0;
}

int key_read(EVP_PKEY **out, struct key_reader *reader, const struct secret *der, struct err *err)
{
    const unsigned char *at = der->bytes;
    size_t left = der->len;

    if (!reader->decoder)
        reader->decoder = OSSL_DECODER_CTX_new_for_pkey(&reader->key, "DER", "PrivateKeyInfo", NULL,
                                                        EVP_PKEY_KEYPAIR, NULL, NULL);
    reader->key = NULL;
    if (!reader->decoder || OSSL_DECODER_from_data(reader->decoder, &at, &left) != 1
        || !reader->key) {
        ERR_clear_error();
        return key_of_der(out, der, err); /* says what is wrong with it */
    }
    *out = TAKE(reader->key);
    return 0;
}

void key_reader_close(struct key_reader *reader)
{
    OSSL_DECODER_CTX_free(reader->decoder);
    EVP_PKEY_free(reader->key);
    *reader = (struct key_reader){ 0 };
}

/* libcrypto's PEM writer copies through ordinary buffers, so the few lines are ours. */
int key_pem(struct secret **out, const struct secret *der, struct err *err)
{
    static const char begin[] = "-----BEGIN PRIVATE KEY-----\n",
                      end[] = "-----END PRIVATE KEY-----\n";
    enum { LINE = 48 };
    size_t lines = (der->len + LINE - 1) / LINE, body = (der->len + 2) / 3 * 4 + lines;
    struct secret *pem;
    unsigned char *at;

    if (der->len == 0)
        return err_set(err, ERR_CRYPTO, 0, "write a private key as PEM: there is none");
    pem = secret_new(sizeof begin - 1 + body + sizeof end - 1);
    at = pem->bytes;
    memcpy(at, begin, sizeof begin - 1);
    at += sizeof begin - 1;
    for (size_t i = 0; i < der->len; i += LINE) {
        size_t len = der->len - i < LINE ? der->len - i : LINE;

        at += EVP_EncodeBlock(at, der->bytes + i, (int)len);
        *at++ = '\n';
    }
    memcpy(at, end, sizeof end - 1);
    *out = pem;
    return 0;
}

int key_of_pem(EVP_PKEY **out, const char *what, const void *pem, size_t len, struct err *err)
{
    AUTO(BIO_free_all) BIO *bio = len <= INT_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
    AUTO(EVP_PKEY_free)
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, openssl_no_password, NULL) : NULL;

    if (!key)
        return err_crypto(err, "%s: holds no unencrypted private key in PEM", what);
    *out = TAKE(key);
    return 0;
}

int key_spki(char out[65], const EVP_PKEY *key, struct err *err)
{
    unsigned char *der = NULL;
    int len = i2d_PUBKEY(key, &der);

    if (len <= 0)
        return err_crypto(err, "write a public key");
    sha256_hex(out, der, (size_t)len);
    OPENSSL_free(der);
    return 0;
}
