/* pki/ssh_key.c - SSH keys to libcrypto's and back.
 *
 * The private part of an OpenSSH file is decoded in wiped memory.  The two check numbers in it tell
 * a file that was damaged from one that is whole: without a passphrase there is nothing else.  The
 * public key of a private one is derived again from libcrypto's object, never taken from the file,
 * so that what we present is what we sign with. */
#include "pki/ssh_key.h"

#include "base/armor.h"
#include "base/base64.h"
#include "base/digest.h"
#include "base/memory.h"
#include "pki/key.h"
#include "pki/openssl.h"
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <stdlib.h>

AUTO_DEFINE(BIGNUM, BN_clear_free)
AUTO_DEFINE(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
AUTO_DEFINE(OSSL_PARAM, OSSL_PARAM_free)

enum { RSA_BITS_MIN = 2048, ED25519_LEN = 32 };

/* clang-format off */
static const struct {
    const char *name;    /* of the key, as SSH sends it */
    const char *curve;   /* SSH's name of it */
    const char *openssl; /* libcrypto's algorithm, or its name of the curve */
} types[] = {
    [SSH_ED25519] = { "ssh-ed25519", NULL, "ED25519" },
    [SSH_ECDSA_P256] = { "ecdsa-sha2-nistp256", "nistp256", "prime256v1" },
    [SSH_ECDSA_P384] = { "ecdsa-sha2-nistp384", "nistp384", "secp384r1" },
    [SSH_ECDSA_P521] = { "ecdsa-sha2-nistp521", "nistp521", "secp521r1" },
    [SSH_RSA] = { "ssh-rsa", NULL, "RSA" },
};
/* clang-format on */

const char *ssh_key_type_name(enum ssh_key_type type) { return types[type].name; }

/* -1: none of ours. */
static int find_type(struct ssh_string name)
{
    for (size_t i = 0; i < LENGTH(types); i++)
        if (ssh_string_is(name, types[i].name))
            return (int)i;
    return -1;
}

void ssh_key_fingerprint(char out[52], const void *blob, size_t len)
{
    struct sha256 digest = sha256_of(blob, len);
    AUTO_TEXT text = { 0 };

    text_adds(&text, "SHA256:");
    base64_encode(&text, digest.bytes, sizeof digest.bytes);
    text.bytes[text.len - 1] = '\0'; /* one "=" of padding */
    memcpy(out, text.bytes, text.len);
}

void ssh_key_close(struct ssh_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->key);
    text_free(&key->blob);
    free(key);
}

static struct ssh_key *new_key(enum ssh_key_type type)
{
    struct ssh_key *out = memory_grow(NULL, sizeof *out);

    *out = (struct ssh_key){ .type = type };
    return out;
}

/* --- from SSH's numbers to libcrypto --- */

static BIGNUM *number(struct ssh_string string)
{
    return BN_bin2bn(string.bytes, (int)string.len, NULL);
}

static EVP_PKEY *from_params(const char *algorithm, OSSL_PARAM_BLD *build, int selection)
{
    AUTO(OSSL_PARAM_free) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *work = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
    EVP_PKEY *out = NULL;

    if (!params || !work || EVP_PKEY_fromdata_init(work) <= 0
        || EVP_PKEY_fromdata(work, &out, selection, params) <= 0)
        return NULL;
    return out;
}

/* d NULL: a public key. */
static EVP_PKEY *rsa_key(struct ssh_string n, struct ssh_string e, const struct ssh_string *d)
{
    AUTO(OSSL_PARAM_BLD_free) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    AUTO(BN_free) BIGNUM *modulus = number(n);
    AUTO(BN_free) BIGNUM *exponent = number(e);
    AUTO(BN_clear_free) BIGNUM *secret = d ? number(*d) : NULL;

    if (!build || !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus)
        || !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent)
        || (secret && !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, secret)))
        return NULL;
    return from_params("RSA", build, d ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY);
}

static EVP_PKEY *ecdsa_key(enum ssh_key_type type, struct ssh_string point,
                           const struct ssh_string *d)
{
    AUTO(OSSL_PARAM_BLD_free) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    AUTO(BN_clear_free) BIGNUM *secret = d ? number(*d) : NULL;

    if (!build
        || !OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, types[type].openssl,
                                            0)
        || !OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.bytes, point.len)
        || (secret && !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, secret)))
        return NULL;
    return from_params("EC", build, d ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY);
}

static EVP_PKEY *ed25519_public(struct ssh_string point)
{
    return EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, point.bytes, point.len);
}

/* --- public keys --- */

static EVP_PKEY *read_public(enum ssh_key_type type, struct ssh_wire *wire)
{
    struct ssh_string first;

    if (type == SSH_ED25519)
        return ed25519_public(ssh_wire_string(wire));
    if (type == SSH_RSA) {
        first = ssh_wire_string(wire); /* e, then n */
        return rsa_key(ssh_wire_string(wire), first, NULL);
    }
    if (!ssh_wire_is(wire, types[type].curve))
        return NULL;
    return ecdsa_key(type, ssh_wire_string(wire), NULL);
}

static int check_size(const struct ssh_key *key, struct err *err)
{
    int bits = EVP_PKEY_get_bits(key->key);

    if (key->type == SSH_RSA && bits < RSA_BITS_MIN)
        return err_set(err, ERR_INPUT, 0, "is an RSA key of %d bits, less than %d", bits,
                       RSA_BITS_MIN);
    return 0;
}

int ssh_key_of_blob(struct ssh_key **out, struct ssh_string blob, struct err *err)
{
    struct ssh_wire wire = { blob.bytes, blob.len, false };
    int type = find_type(ssh_wire_string(&wire));
    AUTO(ssh_key_close) struct ssh_key *made = NULL;

    if (type < 0)
        return err_set(err, ERR_INPUT, 0,
                       "is of a type that weft does not know: use Ed25519, ECDSA or RSA");
    made = new_key((enum ssh_key_type)type);
    made->key = read_public(made->type, &wire);
    if (!made->key || !ssh_wire_done(&wire)) {
        err_crypto(err, "-"); /* empties libcrypto's queue */
        return err_set(err, ERR_INPUT, 0, "is malformed");
    }
    if (check_size(made, err) < 0)
        return -1;
    text_add(&made->blob, (const char *)blob.bytes, blob.len);
    *out = TAKE(made);
    return 0;
}

/* --- the blob of a key --- */

static bool add_bignum(struct text *out, const EVP_PKEY *key, const char *name)
{
    AUTO(BN_free) BIGNUM *number = NULL;
    unsigned char bytes[2048];
    int len;

    if (!EVP_PKEY_get_bn_param(key, name, &number) || BN_num_bytes(number) > (int)sizeof bytes)
        return false;
    len = BN_bn2bin(number, bytes);
    ssh_wire_add_number(out, bytes, (size_t)len);
    return true;
}

static bool add_point(struct text *out, const struct ssh_key *key)
{
    unsigned char point[200];
    size_t len = sizeof point;

    if (key->type == SSH_ED25519) {
        if (!EVP_PKEY_get_raw_public_key(key->key, point, &len))
            return false;
    } else if (!EVP_PKEY_get_octet_string_param(key->key, OSSL_PKEY_PARAM_PUB_KEY, point,
                                                sizeof point, &len)) {
        return false;
    }
    ssh_wire_add_string(out, point, len);
    return true;
}

static int make_blob(struct ssh_key *key, struct err *err)
{
    bool fine;

    ssh_wire_add_text(&key->blob, types[key->type].name);
    if (types[key->type].curve)
        ssh_wire_add_text(&key->blob, types[key->type].curve);
    if (key->type == SSH_RSA)
        fine = add_bignum(&key->blob, key->key, OSSL_PKEY_PARAM_RSA_E)
               && add_bignum(&key->blob, key->key, OSSL_PKEY_PARAM_RSA_N);
    else
        fine = add_point(&key->blob, key);
    return fine ? 0 : err_crypto(err, "write a public key as SSH does");
}

/* --- private keys --- */

static EVP_PKEY *read_private(enum ssh_key_type type, struct ssh_wire *wire)
{
    struct ssh_string first, second, third;

    if (type == SSH_ED25519) {
        ssh_wire_string(wire); /* the point, which follows from the seed */
        first = ssh_wire_string(wire);
        if (first.len != 2 * ED25519_LEN)
            return NULL;
        return EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, first.bytes, ED25519_LEN);
    }
    if (type != SSH_RSA && !ssh_wire_is(wire, types[type].curve))
        return NULL;
    first = ssh_wire_string(wire);
    second = ssh_wire_string(wire);
    if (type != SSH_RSA)
        return ecdsa_key(type, first, &second);
    third = ssh_wire_string(wire);
    for (int i = 0; i < 3; i++)
        ssh_wire_string(wire); /* iqmp, p, q */
    return rsa_key(first, second, &third);
}

static int refuse(struct err *err, const char *what, const char *why)
{
    return err_set(err, ERR_INPUT, 0,
                   "%s: %s; make one with \"ssh-keygen -t ed25519 -N '' -f FILE\"", what, why);
}

/* The two check numbers, one key, a comment and padding. */
static int read_section(struct ssh_key **out, const char *what, struct ssh_string section,
                        struct err *err)
{
    struct ssh_wire wire = { section.bytes, section.len, false };
    uint32_t first = ssh_wire_uint32(&wire), second = ssh_wire_uint32(&wire);
    AUTO(ssh_key_close) struct ssh_key *made = NULL;
    int type;

    if (wire.bad || first != second)
        return refuse(err, what, "the private key is damaged");
    type = find_type(ssh_wire_string(&wire));
    if (type < 0)
        return refuse(err, what,
                      "holds a key of a type that weft cannot sign with (a hardware key, "
                      "for example)");
    made = new_key((enum ssh_key_type)type);
    made->key = read_private(made->type, &wire);
    ssh_wire_string(&wire); /* the comment */
    if (!made->key || wire.bad) {
        err_crypto(err, "-"); /* empties libcrypto's queue */
        return refuse(err, what, "the private key is damaged");
    }
    *out = TAKE(made);
    return 0;
}

static int read_openssh(struct ssh_key **out, const char *what, const struct text *file,
                        struct err *err)
{
    static const char magic[] = "openssh-key-v1"; /* and its NUL */
    struct ssh_wire wire = { (const unsigned char *)file->bytes, file->len, false };
    struct ssh_string section;

    if (file->len < sizeof magic || memcmp(file->bytes, magic, sizeof magic) != 0)
        return refuse(err, what, "is not in the format of OpenSSH");
    wire.bytes += sizeof magic;
    wire.len -= sizeof magic;
    if (!ssh_wire_is(&wire, "none"))
        return refuse(err, what, "has a passphrase, which a batch program cannot ask for");
    ssh_wire_string(&wire); /* of deriving a key from the passphrase */
    ssh_wire_string(&wire);
    if (ssh_wire_uint32(&wire) != 1)
        return refuse(err, what, "holds another number of keys than one");
    ssh_wire_string(&wire); /* the public key */
    section = ssh_wire_string(&wire);
    return wire.bad ? refuse(err, what, "is cut off") : read_section(out, what, section, err);
}

static int type_of(const EVP_PKEY *key)
{
    char group[64] = "";
    size_t len;

    if (EVP_PKEY_is_a(key, "ED25519"))
        return SSH_ED25519;
    if (EVP_PKEY_is_a(key, "RSA"))
        return SSH_RSA;
    if (!EVP_PKEY_is_a(key, "EC") || !EVP_PKEY_get_group_name(key, group, sizeof group, &len))
        return -1;
    for (int i = SSH_ECDSA_P256; i <= SSH_ECDSA_P521; i++)
        if (text_equal(group, types[i].openssl))
            return i;
    return -1;
}

static int open_pem(struct ssh_key **out, const char *what, const void *bytes, size_t len,
                    struct err *err)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    int type;

    if (key_of_pem(&key, what, bytes, len, err) < 0)
        return -1;
    type = type_of(key);
    if (type < 0)
        return refuse(err, what, "holds a key of a type that weft cannot sign with");
    *out = new_key((enum ssh_key_type)type);
    (*out)->key = TAKE(key);
    return 0;
}

/* In the format of OpenSSH, or else as PEM. */
static int open_any(struct ssh_key **out, const char *what, const char *text, size_t len,
                    struct err *err)
{
    AUTO_TEXT file = { .secret = true };

    switch (armor_read(&file, "OPENSSH PRIVATE KEY", text, len)) {
    case ARMOR_FINE:
        return read_openssh(out, what, &file, err);
    case ARMOR_NO_END:
        return refuse(err, what, "is cut off");
    case ARMOR_NOT_BASE64:
        return refuse(err, what, "is not base64 between its first and last line");
    case ARMOR_NO_BEGIN:
        break;
    }
    return open_pem(out, what, text, len, err);
}

int ssh_key_open(struct ssh_key **out, const char *what, const void *bytes, size_t len,
                 struct err *err)
{
    AUTO(ssh_key_close) struct ssh_key *made = NULL;
    const char *text = bytes;

    while (len > 0 && (*text == '\n' || *text == '\r' || *text == ' ')) {
        text++;
        len--;
    }
    if (open_any(&made, what, text, len, err) < 0 || !made || make_blob(made, err) < 0)
        return -1;
    if (check_size(made, err) < 0)
        return err_wrap(err, "%s", what);
    *out = TAKE(made);
    return 0;
}
