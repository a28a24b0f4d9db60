/* delivery/age.c - one X25519 stanza, one chunk.
 *
 * A file key of 16 random bytes encrypts the payload.  The stanza carries it, wrapped under the
 * Diffie-Hellman secret of a fresh key pair and the recipient; the header is authenticated by a key
 * derived from the file key.  Nonces are zero or a counter because each of these keys serves one
 * message: no function here may be called twice with the same file key. */
#include "delivery/age.h"

#include "base/base64.h"
#include "delivery/bech32.h"
#include "pki/openssl.h"
#include "pki/secret.h"
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <string.h>

enum { FILE_KEY = 16, TAG = 16, NONCE = 12, MAC = 32, PAYLOAD_NONCE = 16, LINE = 64 };

AUTO_DEFINE(EVP_KDF, EVP_KDF_free)
AUTO_DEFINE(EVP_KDF_CTX, EVP_KDF_CTX_free)

/* --- recipients --- */

static int refuse_kind(const char *text, struct err *err)
{
    if (text_starts(text, "AGE-SECRET-KEY") || text_starts(text, "AGE-PLUGIN"))
        return err_set(err, ERR_INPUT, 0,
                       "is a private key (identity), not a recipient: write the public key that "
                       "`age-keygen -y` prints, and replace this identity, since it was exposed");
    if (text_starts(text, "age1pq1"))
        return err_set(err, ERR_INPUT, 0,
                       "%.16s... is a post-quantum recipient, which needs ML-KEM; this version of "
                       "weft encrypts for X25519 recipients: give the one that `age-keygen` makes",
                       text);
    if (text_starts(text, "ssh-"))
        return err_set(err, ERR_INPUT, 0,
                       "is an SSH key: make an age key with `age-keygen` and give its recipient");
    if (text_starts(text, "age1") && strrchr(text, '1') != text + 3)
        return err_set(err, ERR_INPUT, 0,
                       "%.24s... is a recipient of an age plugin: give an X25519 recipient, as "
                       "`age-keygen` makes it",
                       text);
    return err_set(err, ERR_INPUT, 0, "is not an age recipient, which begins with \"age1\"");
}

static const char *problem_text(enum bech32_problem problem)
{
    switch (problem) {
    case BECH32_FINE:
        break;
    case BECH32_MIXED_CASE:
        return "mixes upper and lower case";
    case BECH32_NO_PREFIX:
        return "has no prefix";
    case BECH32_CHARACTER:
        return "has a character that no recipient has";
    case BECH32_CHECKSUM:
        return "has a wrong checksum: it was mistyped or cut off";
    case BECH32_LENGTH:
        return "has the wrong length";
    }
    return "is fine";
}

int age_recipient_read(struct age_recipient *out, const char *text, struct err *err)
{
    enum bech32_problem problem;

    if (!text_starts(text, "age1") || strrchr(text, '1') != text + 3)
        return refuse_kind(text, err);
    out->text = text;
    problem = bech32_decode(out->key, sizeof out->key, text);
    if (problem != BECH32_FINE)
        return err_set(err, ERR_INPUT, 0, "%.16s... %s; copy it from `age-keygen -y` again", text,
                       problem_text(problem));
    return 0;
}

/* --- primitives --- */

enum { INFO = 32 }; /* bytes of an info and its NUL */

static int hkdf(unsigned char out[32], struct secret *key, unsigned char *salt, size_t salt_len,
                char info[INFO], struct err *err)
{
    AUTO(EVP_KDF_free) EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    AUTO(EVP_KDF_CTX_free) EVP_KDF_CTX *work = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    OSSL_PARAM params[5], *at = params;

    *at++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char[]){ "SHA256" }, 0);
    *at++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key->bytes, key->len);
    if (salt_len > 0)
        *at++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt, salt_len);
    *at++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, strlen(info));
    *at = OSSL_PARAM_construct_end();
    if (!work || EVP_KDF_derive(work, out, 32, params) <= 0)
        return err_crypto(err, "derive a key of an age file by HKDF");
    return 0;
}

/* out gets len bytes of ciphertext and TAG bytes. */
static int chacha_seal(unsigned char *out, const struct secret *key, const unsigned char *nonce,
                       const void *bytes, size_t len, struct err *err)
{
    AUTO(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int done = 0, last = 0;

    if (!cipher || !EVP_EncryptInit_ex(cipher, EVP_chacha20_poly1305(), NULL, key->bytes, nonce)
        || !EVP_EncryptUpdate(cipher, out, &done, bytes, (int)len)
        || !EVP_EncryptFinal_ex(cipher, out + done, &last)
        || !EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG, out + len))
        return err_crypto(err, "encrypt an age file with ChaCha20-Poly1305");
    return 0;
}

/* Unpadded, as headers have it. */
static void add_base64(struct text *out, const unsigned char *bytes, size_t len)
{
    base64_encode(out, bytes, len);
    while (out->bytes[out->len - 1] == '=')
        out->bytes[--out->len] = '\0';
}

/* --- the stanza --- */

static EVP_PKEY *make_ephemeral(unsigned char share[AGE_KEY])
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    size_t len = AGE_KEY;

    if (!key || EVP_PKEY_get_raw_public_key(key, share, &len) <= 0 || len != AGE_KEY)
        return NULL;
    return TAKE(key);
}

/* libcrypto refuses a shared secret of zeros, which a recipient of small order gives. */
static int agree(struct secret *out, EVP_PKEY *own, const struct age_recipient *recipient,
                 struct err *err)
{
    AUTO(EVP_PKEY_free)
    EVP_PKEY *peer = EVP_PKEY_new_raw_public_key_ex(NULL, "X25519", NULL, recipient->key, AGE_KEY);
    AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *work = EVP_PKEY_CTX_new(own, NULL);

    if (!peer || !work || EVP_PKEY_derive_init(work) <= 0
        || EVP_PKEY_derive_set_peer(work, peer) <= 0
        || EVP_PKEY_derive(work, out->bytes, &out->len) <= 0)
        return err_crypto(err, "agree on a key with the age recipient %.16s...", recipient->text);
    return 0;
}

/* The file key under a key that only the recipient can derive. */
static int wrap(unsigned char out[FILE_KEY + TAG], unsigned char share[AGE_KEY],
                const struct age_recipient *recipient, struct secret *file_key, struct err *err)
{
    static const unsigned char nonce[NONCE];
    AUTO(EVP_PKEY_free) EVP_PKEY *own = make_ephemeral(share);
    AUTO(secret_free) struct secret *shared = secret_new(AGE_KEY);
    AUTO(secret_free) struct secret *wrapping = secret_new(AGE_KEY);
    unsigned char salt[2 * AGE_KEY];

    if (!own)
        return err_crypto(err, "make a key for an age file");
    if (agree(shared, own, recipient, err) < 0)
        return -1;
    memcpy(salt, share, AGE_KEY);
    memcpy(salt + AGE_KEY, recipient->key, AGE_KEY);
    if (hkdf(wrapping->bytes, shared, salt, sizeof salt,
             (char[INFO]){ "age-encryption.org/v1/X25519" }, err)
        < 0)
        return -1;
    return chacha_seal(out, wrapping, nonce, file_key->bytes, FILE_KEY, err);
}

static int add_header(struct text *out, const struct age_recipient *recipient,
                      struct secret *file_key, struct err *err)
{
    AUTO(secret_free) struct secret *key = secret_new(32);
    unsigned char share[AGE_KEY], body[FILE_KEY + TAG], mac[MAC];
    unsigned int mac_len = 0;

    if (wrap(body, share, recipient, file_key, err) < 0
        || hkdf(key->bytes, file_key, NULL, 0, (char[INFO]){ "header" }, err) < 0)
        return -1;
    text_adds(out, "age-encryption.org/v1\n-> X25519 ");
    add_base64(out, share, sizeof share);
    text_addc(out, '\n');
    add_base64(out, body, sizeof body);
    text_adds(out, "\n---");
    if (!HMAC(EVP_sha256(), key->bytes, (int)key->len, (const unsigned char *)out->bytes, out->len,
              mac, &mac_len))
        return err_crypto(err, "authenticate the header of an age file");
    text_addc(out, ' ');
    add_base64(out, mac, sizeof mac);
    text_addc(out, '\n');
    return 0;
}

/* --- the payload --- */

static int add_payload(struct text *out, struct secret *file_key, const void *bytes, size_t len,
                       struct err *err)
{
    static const unsigned char last_chunk[NONCE] = { [NONCE - 1] = 1 };
    AUTO(secret_free) struct secret *key = secret_new(32);
    unsigned char nonce[PAYLOAD_NONCE];
    size_t at;

    if (RAND_bytes(nonce, sizeof nonce) != 1)
        return err_crypto(err, "get random bytes for an age file");
    if (hkdf(key->bytes, file_key, nonce, sizeof nonce, (char[INFO]){ "payload" }, err) < 0)
        return -1;
    text_add(out, (const char *)nonce, sizeof nonce);
    at = out->len;
    text_reserve(out, len + TAG);
    if (chacha_seal((unsigned char *)out->bytes + at, key, last_chunk, bytes, len, err) < 0)
        return -1;
    out->len = at + len + TAG;
    out->bytes[out->len] = '\0';
    return 0;
}

/* Strict PEM (RFC 7468) with lines of 64 characters. */
static void add_armor(struct text *out, const struct text *file)
{
    AUTO_TEXT body = { 0 };

    base64_encode(&body, file->bytes, file->len);
    text_adds(out, "-----BEGIN AGE ENCRYPTED FILE-----\n");
    for (size_t at = 0; at < body.len; at += LINE) {
        size_t len = body.len - at < LINE ? body.len - at : LINE;

        text_add(out, body.bytes + at, len);
        text_addc(out, '\n');
    }
    text_adds(out, "-----END AGE ENCRYPTED FILE-----\n");
}

int age_encrypt(struct text *out, const struct age_recipient *recipient, const void *bytes,
                size_t len, struct err *err)
{
    AUTO(secret_free) struct secret *file_key = secret_new(FILE_KEY);
    AUTO_TEXT file = { 0 };

    if (len > AGE_PLAIN_MAX)
        return err_set(err, ERR_REFUSED, 0, "an age file of %zu bytes needs more than one chunk",
                       len);
    if (RAND_priv_bytes(file_key->bytes, FILE_KEY) != 1)
        return err_crypto(err, "get random bytes for an age file");
    if (add_header(&file, recipient, file_key, err) < 0
        || add_payload(&file, file_key, bytes, len, err) < 0)
        return -1;
    add_armor(out, &file);
    return 0;
}
