/* pki/ssh_signature.c - makes and verifies SSHSIG.
 *
 * What is signed is not the message but a preamble, the namespace and a digest of the message, so
 * that a signature made for one purpose, or in an SSH session, never passes for another.  SHA-1
 * signatures of RSA ("ssh-rsa") are refused, as OpenSSH does. */
#include "pki/ssh_signature.h"

#include "base/armor.h"
#include "pki/openssl.h"
#include <openssl/ecdsa.h>

AUTO_DEFINE(ECDSA_SIG, ECDSA_SIG_free)

#define MAGIC "SSHSIG"
#define LABEL "SSH SIGNATURE"

enum { VERSION = 1, LINE = 70, COORDINATE_MAX = 66, ARMOR_MAX = 16384 };

/* The hash of a key's own signature; NULL: the algorithm has its own. */
static const EVP_MD *hash_of(enum ssh_key_type type, const char *algorithm)
{
    switch (type) {
    case SSH_ED25519:
        return NULL;
    case SSH_ECDSA_P256:
        return EVP_sha256();
    case SSH_ECDSA_P384:
        return EVP_sha384();
    case SSH_ECDSA_P521:
        return EVP_sha512();
    case SSH_RSA:
        break;
    }
    return text_equal(algorithm, "rsa-sha2-256") ? EVP_sha256() : EVP_sha512();
}

/* What the key signs. */
static int preimage(struct text *out, const char *namespace, const char *hash, const void *bytes,
                    size_t len, struct err *err)
{
    const EVP_MD *md = text_equal(hash, "sha256") ? EVP_sha256() : EVP_sha512();
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int digest_len;

    if (!EVP_Digest(bytes, len, digest, &digest_len, md, NULL))
        return err_crypto(err, "hash what is signed");
    text_adds(out, MAGIC);
    ssh_wire_add_text(out, namespace);
    ssh_wire_add_text(out, "");
    ssh_wire_add_text(out, hash);
    ssh_wire_add_string(out, digest, digest_len);
    return 0;
}

/* --- signing --- */

static int sign_raw(struct text *out, const struct ssh_key *key, const struct text *message,
                    struct err *err)
{
    AUTO(EVP_MD_CTX_free) EVP_MD_CTX *work = EVP_MD_CTX_new();
    size_t len = 0;

    if (!work
        || EVP_DigestSignInit(work, NULL, hash_of(key->type, "rsa-sha2-512"), NULL, key->key) <= 0
        || EVP_DigestSign(work, NULL, &len, (const unsigned char *)message->bytes, message->len)
               <= 0)
        return err_crypto(err, "sign with an SSH key");
    text_reserve(out, len);
    if (EVP_DigestSign(work, (unsigned char *)out->bytes, &len,
                       (const unsigned char *)message->bytes, message->len)
        <= 0)
        return err_crypto(err, "sign with an SSH key");
    out->len = len;
    return 0;
}

/* ASN.1 to two numbers. */
static int ecdsa_to_ssh(struct text *out, const struct text *der, struct err *err)
{
    const unsigned char *at = (const unsigned char *)der->bytes;
    AUTO(ECDSA_SIG_free) ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &at, (long)der->len);
    const BIGNUM *both[2];

    if (!signature)
        return err_crypto(err, "take an ECDSA signature apart");
    both[0] = ECDSA_SIG_get0_r(signature);
    both[1] = ECDSA_SIG_get0_s(signature);
    for (size_t i = 0; i < 2; i++) {
        unsigned char bytes[COORDINATE_MAX];
        int len = BN_num_bytes(both[i]);

        if (len > COORDINATE_MAX)
            return err_set(err, ERR_CRYPTO, 0, "an ECDSA signature is too long");
        BN_bn2bin(both[i], bytes);
        ssh_wire_add_number(out, bytes, (size_t)len);
    }
    return 0;
}

static int add_signature(struct text *out, const struct ssh_key *key, const struct text *message,
                         struct err *err)
{
    AUTO_TEXT raw = { 0 };
    AUTO_TEXT value = { 0 };
    AUTO_TEXT blob = { 0 };

    if (sign_raw(&raw, key, message, err) < 0)
        return -1;
    if (key->type != SSH_ED25519 && key->type != SSH_RSA) {
        if (ecdsa_to_ssh(&value, &raw, err) < 0)
            return -1;
    } else {
        text_add(&value, raw.bytes, raw.len);
    }
    ssh_wire_add_text(&blob, key->type == SSH_RSA ? "rsa-sha2-512" : ssh_key_type_name(key->type));
    ssh_wire_add_string(&blob, value.bytes, value.len);
    ssh_wire_add_string(out, blob.bytes, blob.len);
    return 0;
}

int ssh_signature_make(struct text *out, const struct ssh_key *key, const char *namespace,
                       const void *bytes, size_t len, struct err *err)
{
    AUTO_TEXT message = { 0 };
    AUTO_TEXT blob = { 0 };

    if (preimage(&message, namespace, "sha512", bytes, len, err) < 0)
        return -1;
    text_adds(&blob, MAGIC);
    ssh_wire_add_uint32(&blob, VERSION);
    ssh_wire_add_string(&blob, key->blob.bytes, key->blob.len);
    ssh_wire_add_text(&blob, namespace);
    ssh_wire_add_text(&blob, "");
    ssh_wire_add_text(&blob, "sha512");
    if (add_signature(&blob, key, &message, err) < 0)
        return -1;
    armor_write(out, LABEL, LINE, blob.bytes, blob.len);
    return 0;
}

/* --- verifying --- */

struct parts {
    struct ssh_string key, signature;
    const char *hash;
};

static int malformed(struct err *err)
{
    return err_set(err, ERR_INPUT, 0, "the SSH signature is malformed");
}

static int dearmor(struct text *out, const char *armored, struct err *err)
{
    return armor_read(out, LABEL, armored, strnlen(armored, ARMOR_MAX)) == ARMOR_FINE
               ? 0
               : malformed(err);
}

static int take_apart(struct parts *out, const struct text *blob, const char *namespace,
                      struct err *err)
{
    struct ssh_wire wire = { (const unsigned char *)blob->bytes, blob->len, false };
    struct ssh_string hash;

    if (blob->len < strlen(MAGIC) || memcmp(blob->bytes, MAGIC, strlen(MAGIC)) != 0)
        return malformed(err);
    wire.bytes += strlen(MAGIC);
    wire.len -= strlen(MAGIC);
    if (ssh_wire_uint32(&wire) != VERSION)
        return malformed(err);
    out->key = ssh_wire_string(&wire);
    if (!ssh_wire_is(&wire, namespace))
        return err_set(err, ERR_INPUT, 0, "the SSH signature was made for another purpose than %s",
                       namespace);
    ssh_wire_string(&wire); /* reserved */
    hash = ssh_wire_string(&wire);
    out->signature = ssh_wire_string(&wire);
    if (!ssh_wire_done(&wire))
        return malformed(err);
    out->hash = ssh_string_is(hash, "sha256") ? "sha256" : "sha512";
    return ssh_string_is(hash, out->hash) ? 0 : malformed(err);
}

/* Two numbers to ASN.1. */
static bool ecdsa_from_ssh(struct text *out, struct ssh_string value)
{
    struct ssh_wire wire = { value.bytes, value.len, false };
    struct ssh_string r = ssh_wire_string(&wire), s = ssh_wire_string(&wire);
    AUTO(ECDSA_SIG_free) ECDSA_SIG *signature = ECDSA_SIG_new();
    unsigned char der[256], *at = der;
    int len;

    if (!ssh_wire_done(&wire) || r.len > COORDINATE_MAX + 1 || s.len > COORDINATE_MAX + 1
        || !signature
        || !ECDSA_SIG_set0(signature, BN_bin2bn(r.bytes, (int)r.len, NULL),
                           BN_bin2bn(s.bytes, (int)s.len, NULL)))
        return false;
    len = i2d_ECDSA_SIG(signature, &at);
    if (len <= 0)
        return false;
    text_add(out, (const char *)der, (size_t)len);
    return true;
}

/* The algorithm that the signature names has to be one of the key's. */
static const char *algorithm_of(const struct ssh_key *key, struct ssh_string name)
{
    if (key->type != SSH_RSA)
        return ssh_string_is(name, ssh_key_type_name(key->type)) ? ssh_key_type_name(key->type)
                                                                 : NULL;
    if (ssh_string_is(name, "rsa-sha2-512"))
        return "rsa-sha2-512";
    return ssh_string_is(name, "rsa-sha2-256") ? "rsa-sha2-256" : NULL;
}

static bool verifies(const struct ssh_key *key, struct ssh_string blob, const struct text *message)
{
    struct ssh_wire wire = { blob.bytes, blob.len, false };
    const char *algorithm = algorithm_of(key, ssh_wire_string(&wire));
    struct ssh_string value = ssh_wire_string(&wire);
    AUTO(EVP_MD_CTX_free) EVP_MD_CTX *work = EVP_MD_CTX_new();
    AUTO_TEXT raw = { 0 };

    if (!algorithm || !ssh_wire_done(&wire) || !work)
        return false;
    if (key->type == SSH_ED25519 || key->type == SSH_RSA)
        text_add(&raw, (const char *)value.bytes, value.len);
    else if (!ecdsa_from_ssh(&raw, value))
        return false;
    return EVP_DigestVerifyInit(work, NULL, hash_of(key->type, algorithm), NULL, key->key) > 0
           && EVP_DigestVerify(work, (const unsigned char *)raw.bytes, raw.len,
                               (const unsigned char *)message->bytes, message->len)
                  == 1;
}

static int check_parts(const struct parts *parts, const char *namespace, const void *bytes,
                       size_t len, struct err *err)
{
    AUTO(ssh_key_close) struct ssh_key *key = NULL;
    AUTO_TEXT message = { 0 };

    if (ssh_key_of_blob(&key, parts->key, err) < 0)
        return err_wrap(err, "the key of the SSH signature");
    if (preimage(&message, namespace, parts->hash, bytes, len, err) < 0)
        return -1;
    if (verifies(key, parts->signature, &message))
        return 0;
    err_crypto(err, "-"); /* empties libcrypto's queue */
    return err_set(err, ERR_INPUT, 0, "the SSH signature does not fit: what it signs was changed");
}

int ssh_signature_check(struct ssh_signature *out, const char *armored, const char *namespace,
                        const void *bytes, size_t len, struct arena *arena, struct err *err)
{
    struct parts parts = { .hash = "" };
    AUTO_TEXT blob = { 0 };

    if (dearmor(&blob, armored, err) < 0 || take_apart(&parts, &blob, namespace, err) < 0
        || check_parts(&parts, namespace, bytes, len, err) < 0)
        return -1;
    out->key = (struct ssh_string){
        (const unsigned char *)arena_bytes(arena, parts.key.bytes, parts.key.len), parts.key.len
    };
    ssh_key_fingerprint(out->fingerprint, parts.key.bytes, parts.key.len);
    return 0;
}
