/* delivery/age.c - an X25519 stanza for each recipient, one chunk.
 *
 * A file key of 16 random bytes encrypts the payload.  Each stanza carries it, wrapped under the
 * Diffie-Hellman secret of a fresh key pair and one recipient; the header is authenticated by a key
 * derived from the file key.  Nonces are zero or a counter because each of these keys serves one
 * message: no function here may be called twice with the same file key. */
#include "delivery/age.h"

#include "delivery/age_armor.h"
#include "delivery/age_primitive.h"
#include "delivery/bech32.h"
#include "pki/openssl.h"
#include "pki/secret.h"
#include <assert.h>
#include <openssl/rand.h>
#include <string.h>

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

/* --- the header --- */

static EVP_PKEY *make_ephemeral(unsigned char share[AGE_KEY])
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    size_t len = AGE_KEY;

    if (!key || EVP_PKEY_get_raw_public_key(key, share, &len) <= 0 || len != AGE_KEY)
        return NULL;
    return TAKE(key);
}

/* The file key under a key that only the recipient can derive. */
static int wrap(unsigned char out[AGE_WRAPPED], unsigned char share[AGE_KEY],
                const struct age_recipient *recipient, struct secret *file_key, struct err *err)
{
    static const unsigned char nonce[AGE_NONCE];
    AUTO(EVP_PKEY_free) EVP_PKEY *own = make_ephemeral(share);
    AUTO(secret_free) struct secret *wrapping = NULL;

    if (!own)
        return err_crypto(err, "make a key for an age file");
    if (age_primitive_agree(&wrapping, own, recipient->key,
                            &(struct age_exchange){ share, recipient->key }, err)
        < 0)
        return err_wrap(err, "age recipient %.16s...", recipient->text);
    return age_primitive_seal(out, wrapping, nonce, file_key->bytes, AGE_FILE_KEY, err);
}

static int add_stanza(struct text *out, const struct age_recipient *recipient,
                      struct secret *file_key, struct err *err)
{
    unsigned char share[AGE_KEY], body[AGE_WRAPPED];

    if (wrap(body, share, recipient, file_key, err) < 0)
        return -1;
    text_adds(out, "-> X25519 ");
    age_primitive_add_base64(out, share, sizeof share);
    text_addc(out, '\n');
    age_primitive_add_base64(out, body, sizeof body);
    text_addc(out, '\n');
    return 0;
}

static int add_header(struct text *out, const struct age_recipient *recipients, size_t count,
                      struct secret *file_key, struct err *err)
{
    unsigned char mac[AGE_MAC];

    text_adds(out, AGE_VERSION "\n");
    for (size_t i = 0; i < count; i++)
        if (add_stanza(out, &recipients[i], file_key, err) < 0)
            return -1;
    text_adds(out, "---");
    if (age_primitive_mac(mac, file_key, out->bytes, out->len, err) < 0)
        return -1;
    text_addc(out, ' ');
    age_primitive_add_base64(out, mac, sizeof mac);
    text_addc(out, '\n');
    return 0;
}

/* --- the payload --- */

static int add_payload(struct text *out, struct secret *file_key, const void *bytes, size_t len,
                       struct err *err)
{
    AUTO(secret_free) struct secret *key = NULL;
    unsigned char nonce[AGE_PAYLOAD_NONCE];
    size_t at;

    if (RAND_bytes(nonce, sizeof nonce) != 1)
        return err_crypto(err, "get random bytes for an age file");
    if (age_primitive_payload_key(&key, file_key, nonce, err) < 0)
        return -1;
    text_add(out, (const char *)nonce, sizeof nonce);
    at = out->len;
    text_reserve(out, len + AGE_TAG);
    if (age_primitive_seal((unsigned char *)out->bytes + at, key, age_last_chunk, bytes, len, err)
        < 0)
        return -1;
    out->len = at + len + AGE_TAG;
    out->bytes[out->len] = '\0';
    return 0;
}

int age_encrypt(struct text *out, const struct age_recipient *recipients, size_t count,
                const void *bytes, size_t len, struct err *err)
{
    AUTO(secret_free) struct secret *file_key = secret_new(AGE_FILE_KEY);
    AUTO_TEXT file = { 0 };

    assert(count > 0);
    if (len > AGE_PLAIN_MAX)
        return err_set(err, ERR_REFUSED, 0, "an age file of %zu bytes needs more than one chunk",
                       len);
    if (RAND_priv_bytes(file_key->bytes, AGE_FILE_KEY) != 1)
        return err_crypto(err, "get random bytes for an age file");
    if (add_header(&file, recipients, count, file_key, err) < 0
        || add_payload(&file, file_key, bytes, len, err) < 0)
        return -1;
    age_armor_write(out, file.bytes, file.len);
    return 0;
}
