/* pki/custody.c - private keys at rest: sealed under the state key, bound to their row.  Writes
 * nothing and keeps no plain copy.
 *
 * Two levels: each row has a data key of its own, and the state key wraps data keys only.  The
 * binding (table, id, purpose, public key) is additional data of both levels, so a row that is
 * copied into the place of another one opens nowhere.  Nonces are random and each data key seals
 * once, so no pair of key and nonce is used twice. */
#include "pki/custody.h"
#include "base/base64.h"

#include "base/text.h"
#include "pki/aead.h"
#include "pki/openssl.h"
#include "pki/state_key.h"
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <string.h>

enum { ROW_VERSION = 1, WRAP_LOCAL = 1, KEY_ID = 16 };

/* Offsets in a sealed row. */
enum {
    AT_VERSION = 0,
    AT_KEY_ID = AT_VERSION + 1,
    AT_WRAP = AT_KEY_ID + KEY_ID,
    AT_WRAP_NONCE = AT_WRAP + 1,
    AT_DATA_KEY = AT_WRAP_NONCE + AEAD_NONCE,
    AT_NONCE = AT_DATA_KEY + AEAD_KEY + AEAD_TAG,
    AT_BYTES = AT_NONCE + AEAD_NONCE
};

struct custody {
    struct secret *key;
    unsigned char id[KEY_ID];
    char id_hex[2 * KEY_ID + 1];
    EVP_MAC_CTX *rows; /* keyed for the rows of the state, and started again for each */
};

/* An HMAC-SHA-256 that was begun with the key; NULL: libcrypto's failure. */
static EVP_MAC_CTX *mac_begin(const struct secret *key)
{
    AUTO(EVP_MAC_free) EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    AUTO(EVP_MAC_CTX_free) EVP_MAC_CTX *work = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };

    return work && EVP_MAC_init(work, key->bytes, key->len, params) ? TAKE(work) : NULL;
}

static int mac(unsigned char out[32], const struct secret *key, const struct custody_piece *pieces,
               size_t count, bool framed, struct err *err)
{
    AUTO(EVP_MAC_CTX_free) EVP_MAC_CTX *work = mac_begin(key);
    bool good = work != NULL;

    for (size_t i = 0; good && i < count; i++) {
        unsigned char len[8];

        for (size_t k = 0; k < sizeof len; k++)
            len[k] = (unsigned char)((uint64_t)pieces[i].len >> (56 - 8 * k));
        good = (!framed || EVP_MAC_update(work, len, sizeof len))
               && EVP_MAC_update(work, pieces[i].bytes, pieces[i].len);
    }
    if (!good || !EVP_MAC_final(work, out, NULL, 32))
        return err_crypto(err, "compute HMAC-SHA-256");
    return 0;
}

void custody_close(struct custody *custody)
{
    if (!custody)
        return;
    EVP_MAC_CTX_free(custody->rows);
    secret_free(custody->key);
    OPENSSL_free(custody);
}

static int open_rows(struct custody *custody, struct err *err)
{
    static const char label[] = "weft state rows";
    const struct custody_piece piece = { label, sizeof label - 1 };
    AUTO(secret_free) struct secret *key = secret_new(32);

    if (mac(key->bytes, custody->key, &piece, 1, false, err) < 0)
        return -1;
    custody->rows = mac_begin(key);
    return custody->rows ? 0 : err_crypto(err, "make the key for the rows of the state");
}

static int row_mac(const void *context, unsigned char out[32], const void *bytes, size_t len,
                   struct err *err)
{
    const struct custody *custody = context;

    if (!EVP_MAC_init(custody->rows, NULL, 0, NULL) || !EVP_MAC_update(custody->rows, bytes, len)
        || !EVP_MAC_final(custody->rows, out, NULL, 32))
        return err_crypto(err, "compute the MAC of a row of the state");
    return 0;
}

struct ledger_key custody_ledger_key(const struct custody *custody)
{
    return (struct ledger_key){ custody->id_hex, row_mac, custody };
}

int custody_open(struct custody **out, const char *path, struct err *err)
{
    static const char label[] = "weft kek id";
    const struct custody_piece piece = { label, sizeof label - 1 };
    AUTO(custody_close) struct custody *custody = OPENSSL_zalloc(sizeof *custody);
    unsigned char id[32];

    if (!custody)
        return err_crypto(err, "keep the state key");
    if (state_key_read(&custody->key, path, err) < 0
        || mac(id, custody->key, &piece, 1, false, err) < 0 || open_rows(custody, err) < 0)
        return -1;
    memcpy(custody->id, id, KEY_ID);
    hex_encode(custody->id_hex, custody->id, KEY_ID);
    *out = TAKE(custody);
    return 0;
}

const char *custody_key_id(const struct custody *custody) { return custody->id_hex; }

int custody_digest(char out[65], const struct custody *custody, const struct custody_piece *pieces,
                   size_t count, struct err *err)
{
    unsigned char digest[32];

    if (mac(digest, custody->key, pieces, count, true, err) < 0)
        return -1;
    hex_encode(out, digest, sizeof digest);
    return 0;
}

/* What a row is bound to.  No part can hold a NUL, so parts cannot run into each other. */
static void row_binding(struct text *out, const struct custody_row *row, const char *key_id)
{
    const char *const parts[] = { "weft/v1", row->table, row->id, row->purpose, row->spki, key_id };

    for (size_t i = 0; i < LENGTH(parts); i++)
        text_add(out, parts[i], strlen(parts[i]) + 1);
}

int custody_seal(struct sealed *out, const struct custody *custody, const struct custody_row *row,
                 const struct secret *plain, struct arena *arena, struct err *err)
{
    AUTO(secret_free) struct secret *data_key = secret_new(AEAD_KEY);
    size_t len = AT_BYTES + plain->len + AEAD_TAG;
    unsigned char *bytes = ARENA_NEW(arena, unsigned char, len);
    AUTO_TEXT binding = { 0 };
    struct aead_input wrap, body;

    if (RAND_priv_bytes(data_key->bytes, AEAD_KEY) != 1
        || RAND_bytes(bytes + AT_WRAP_NONCE, AEAD_NONCE) != 1
        || RAND_bytes(bytes + AT_NONCE, AEAD_NONCE) != 1)
        return err_crypto(err, "get random bytes to seal a private key");
    bytes[AT_VERSION] = ROW_VERSION;
    memcpy(bytes + AT_KEY_ID, custody->id, KEY_ID);
    bytes[AT_WRAP] = WRAP_LOCAL;
    row_binding(&binding, row, custody->id_hex);
    wrap = (struct aead_input){ .algorithm = AEAD_AES_256_GCM,
                                .key = custody->key->bytes,
                                .nonce = bytes + AT_WRAP_NONCE,
                                .aad = binding.bytes,
                                .aad_len = binding.len,
                                .bytes = data_key->bytes,
                                .len = AEAD_KEY };
    body = (struct aead_input){ .algorithm = AEAD_AES_256_GCM,
                                .key = data_key->bytes,
                                .nonce = bytes + AT_NONCE,
                                .aad = binding.bytes,
                                .aad_len = binding.len,
                                .bytes = plain->bytes,
                                .len = plain->len };
    if (aead_seal(bytes + AT_DATA_KEY, &wrap, err) < 0
        || aead_seal(bytes + AT_BYTES, &body, err) < 0)
        return err_wrap(err, "seal the private key of %s %s", row->table, row->id);
    *out = (struct sealed){ bytes, len };
    return 0;
}

static int check_row(const struct custody *custody, const struct custody_row *row,
                     struct sealed sealed, struct err *err)
{
    char id[2 * KEY_ID + 1];

    if (sealed.len == 0)
        return err_set(err, ERR_REFUSED, 0, "the private key of %s %s was destroyed", row->table,
                       row->id);
    if (sealed.len < AT_BYTES + AEAD_TAG || sealed.bytes[AT_VERSION] != ROW_VERSION
        || sealed.bytes[AT_WRAP] != WRAP_LOCAL)
        return err_set(err, ERR_CRYPTO, 0,
                       "the sealed private key of %s %s is damaged or of a newer version of weft",
                       row->table, row->id);
    if (memcmp(sealed.bytes + AT_KEY_ID, custody->id, KEY_ID) == 0)
        return 0;
    hex_encode(id, sealed.bytes + AT_KEY_ID, KEY_ID);
    return err_set(
        err, ERR_REFUSED, 0,
        "the private key of %s %s is sealed under state key %s, but the one given is %s: "
        "give back the former state key file",
        row->table, row->id, id, custody->id_hex);
}

int custody_unseal(struct secret **out, const struct custody *custody,
                   const struct custody_row *row, struct sealed sealed, struct err *err)
{
    AUTO(secret_free) struct secret *data_key = secret_new(AEAD_KEY);
    AUTO(secret_free) struct secret *plain = NULL;
    AUTO_TEXT binding = { 0 };
    struct aead_input wrap, body;

    if (check_row(custody, row, sealed, err) < 0)
        return -1;
    row_binding(&binding, row, custody->id_hex);
    plain = secret_new(sealed.len - AT_BYTES - AEAD_TAG);
    wrap = (struct aead_input){ .algorithm = AEAD_AES_256_GCM,
                                .key = custody->key->bytes,
                                .nonce = sealed.bytes + AT_WRAP_NONCE,
                                .aad = binding.bytes,
                                .aad_len = binding.len,
                                .bytes = sealed.bytes + AT_DATA_KEY,
                                .len = AEAD_KEY + AEAD_TAG };
    body = (struct aead_input){ .algorithm = AEAD_AES_256_GCM,
                                .key = data_key->bytes,
                                .nonce = sealed.bytes + AT_NONCE,
                                .aad = binding.bytes,
                                .aad_len = binding.len,
                                .bytes = sealed.bytes + AT_BYTES,
                                .len = sealed.len - AT_BYTES };
    if (aead_open(data_key->bytes, &wrap, err) < 0 || aead_open(plain->bytes, &body, err) < 0)
        return err_wrap(err, "open the sealed private key of %s %s", row->table, row->id);
    *out = TAKE(plain);
    return 0;
}
