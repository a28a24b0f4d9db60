/* delivery/sealed_secret.c - seals values for one cluster's sealed-secrets controller.
 *
 * The controller decides what a value is worth: it opens one only under the namespace and name in
 * the label, so a value that is copied into another Secret stays shut.  A certificate of which the
 * controller has no key any more, or not yet, would seal a CA that no cluster can open: therefore
 * its validity counts, although RSA itself would not care. */
#include "delivery/sealed_secret.h"
#include "base/base64.h"

#include "base/clock.h"
#include "pki/aead.h"
#include "pki/certificate.h"
#include "pki/key.h"
#include "pki/openssl.h"
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <string.h>

struct sealing_key {
    EVP_PKEY *key;
    char fingerprint[65];
    int64_t not_after;
};

void sealing_key_close(struct sealing_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->key);
    OPENSSL_free(key);
}

const char *sealing_key_fingerprint(const struct sealing_key *key) { return key->fingerprint; }

int64_t sealing_key_not_after(const struct sealing_key *key) { return key->not_after; }

static const char fetch[] = "fetch the current one with `kubeseal --fetch-cert` from that cluster";

static int check_certificate(X509 *cert, const struct certificate_facts *facts, const char *what,
                             int64_t now, struct arena *arena, struct err *err)
{
    EVP_PKEY *key = X509_get0_pubkey(cert);

    if (!key || !EVP_PKEY_is_a(key, "RSA"))
        return err_set(err, ERR_INPUT, 0,
                       "%s: holds a key of type %s, but sealed-secrets controllers use RSA: %s",
                       what, facts->key, fetch);
    if (EVP_PKEY_get_bits(key) < 2048)
        return err_set(err, ERR_INPUT, 0, "%s: holds an RSA key of %d bits, less than 2048: %s",
                       what, EVP_PKEY_get_bits(key), fetch);
    if (facts->not_after <= now)
        return err_set(err, ERR_INPUT, 0, "%s: expired at %s: %s", what,
                       clock_text(facts->not_after, arena), fetch);
    if (facts->not_before > now)
        return err_set(err, ERR_INPUT, 0,
                       "%s: is not valid before %s: check this machine's clock, or %s", what,
                       clock_text(facts->not_before, arena), fetch);
    return 0;
}

int sealing_key_open(struct sealing_key **out, const struct recipient_file *file, int64_t now,
                     struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *what =
        arena_printf(arena, "sealing certificate %s of cluster %s", file->path, file->cluster);
    AUTO(sealing_key_close) struct sealing_key *made = OPENSSL_zalloc(sizeof *made);
    AUTO(X509_free) X509 *cert = NULL;
    struct certificate_facts facts;

    if (!made)
        return err_crypto(err, "%s", what);
    if (certificate_read(&cert, what, file->bytes, file->len, err) < 0)
        return err_set(err, ERR_INPUT, 0, "%s: %s", err->text, fetch);
    if (certificate_facts(&facts, cert, arena, err) < 0)
        return err_wrap(err, "%s", what);
    if (check_certificate(cert, &facts, what, now, arena, err) < 0)
        return -1;
    made->key = X509_get_pubkey(cert);
    made->not_after = facts.not_after;
    memcpy(made->fingerprint, facts.spki, sizeof made->fingerprint);
    *out = TAKE(made);
    return 0;
}

/* libcrypto takes ownership of the label, and takes none at all for an empty one. */
static int set_label(EVP_PKEY_CTX *work, const char *label)
{
    size_t len = strlen(label);
    void *copy = len > 0 ? OPENSSL_memdup(label, len) : NULL;

    if (len == 0)
        return 1;
    if (!copy || EVP_PKEY_CTX_set0_rsa_oaep_label(work, copy, (int)len) <= 0) {
        OPENSSL_free(copy);
        return 0;
    }
    return 1;
}

/* The form is that of sealed-secrets' HybridEncrypt: two bytes of length, the session key under
 * RSA-OAEP with SHA-256, then AES-256-GCM. */
static int wrap_key(struct text *out, const struct sealing_key *key, const char *label,
                    const struct secret *session, struct err *err)
{
    AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *work = EVP_PKEY_CTX_new(key->key, NULL);
    size_t len = (size_t)EVP_PKEY_get_size(key->key), at = out->len + 2;

    if (!work || EVP_PKEY_encrypt_init(work) <= 0
        || EVP_PKEY_CTX_set_rsa_padding(work, RSA_PKCS1_OAEP_PADDING) <= 0
        || EVP_PKEY_CTX_set_rsa_oaep_md(work, EVP_sha256()) <= 0
        || EVP_PKEY_CTX_set_rsa_mgf1_md(work, EVP_sha256()) <= 0 || !set_label(work, label))
        return err_crypto(err, "prepare RSA-OAEP");
    text_addc(out, (char)(len >> 8));
    text_addc(out, (char)(len & 0xFF));
    for (size_t i = 0; i < len; i++)
        text_addc(out, '\0');
    if (EVP_PKEY_encrypt(work, (unsigned char *)out->bytes + at, &len, session->bytes, session->len)
        <= 0)
        return err_crypto(err, "wrap a session key by RSA-OAEP");
    return 0;
}

/* A nonce of zeros is safe because the key is used for this value and never again. */
static int add_ciphertext(struct text *out, const struct secret *session, const void *bytes,
                          size_t len, struct err *err)
{
    static const unsigned char nonce[AEAD_NONCE];
    const struct aead_input in = { AEAD_AES_256_GCM, session->bytes, nonce, NULL, 0, bytes, len };
    size_t at = out->len;

    for (size_t i = 0; i < len + AEAD_TAG; i++)
        text_addc(out, '\0');
    return aead_seal((unsigned char *)out->bytes + at, &in, err);
}

int sealed_secret_value(struct text *out, const struct sealing_key *key, const char *label,
                        const void *bytes, size_t len, struct err *err)
{
    AUTO(secret_free) struct secret *session = secret_new(AEAD_KEY);
    AUTO_TEXT blob = { 0 };

    if (RAND_priv_bytes(session->bytes, AEAD_KEY) != 1)
        return err_crypto(err, "get random bytes to seal a value");
    if (wrap_key(&blob, key, label, session, err) < 0
        || add_ciphertext(&blob, session, bytes, len, err) < 0)
        return -1;
    base64_encode(out, blob.bytes, blob.len);
    return 0;
}
