/* pki/jws.c - verification of signed tokens.  Decides nothing about claims.
 *
 * The header of a token is written by its sender, so it chooses nothing: the algorithm must be
 * in a table of three, all with public keys, and must be the one of the key's own kind and curve.
 * That closes the known holes: "none", an HMAC keyed with the public key's bytes, a key in the
 * header itself (jwk, x5c and jku are not read).  The signature is checked before a byte of the
 * claims is parsed. */
#include "pki/jws.h"

#include "base/base64.h"
#include "base/parse_json.h"
#include "pki/openssl.h"
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <string.h>

AUTO_DEFINE(ECDSA_SIG, ECDSA_SIG_free)

static const struct algorithm {
    const char *name;
    const char *type;  /* of the key */
    const char *curve; /* libcrypto's name of it; NULL: RSA */
    const char *digest;
    size_t half; /* of an EC signature: r and s have this length each */
} algorithms[] = {
    { "RS256", "RSA", NULL, "SHA256", 0 },
    { "ES256", "EC", "prime256v1", "SHA256", 32 },
    { "ES384", "EC", "secp384r1", "SHA384", 48 },
};

struct parts {
    const char *signed_text; /* header and claims, as they were signed */
    size_t signed_len;
    struct text header, claims, signature;
};

static void parts_free(struct parts *parts)
{
    text_free(&parts->header);
    text_free(&parts->claims);
    text_free(&parts->signature);
}

static int bad_form(struct err *err)
{
    return csr_fault_set(err, CSR_TOKEN_FORM, "the token is not a signed token (JWS, compact)");
}

static int split(struct parts *out, const char *token, struct err *err)
{
    const char *first = strchr(token, '.'), *second = first ? strchr(first + 1, '.') : NULL;

    if (strlen(token) > JWS_BYTES_MAX || !second || strchr(second + 1, '.')
        || !base64_url_decode(&out->header, token, (size_t)(first - token))
        || !base64_url_decode(&out->claims, first + 1, (size_t)(second - first - 1))
        || !base64_url_decode(&out->signature, second + 1, strlen(second + 1)))
        return bad_form(err);
    out->signed_text = token;
    out->signed_len = (size_t)(second - token);
    return 0;
}

static bool fits(const struct algorithm *algorithm, const struct jwk *jwk)
{
    char curve[32] = "";

    if (!EVP_PKEY_is_a(jwk->key, algorithm->type)
        || (*jwk->alg && !text_equal(jwk->alg, algorithm->name)))
        return false;
    return !algorithm->curve
           || (EVP_PKEY_get_utf8_string_param(jwk->key, OSSL_PKEY_PARAM_GROUP_NAME, curve,
                                              sizeof curve, NULL)
                   == 1
               && text_equal(curve, algorithm->curve));
}

/* The algorithm is looked at before the key: a token that names none of ours is refused for that,
 * whatever key it names. */
static int choose(const struct algorithm **algorithm, const struct jwk **key,
                  const struct parts *parts, const struct jwks *keys, struct arena *arena,
                  struct err *err)
{
    const struct node *header;
    const char *name, *kid;

    if (parse_json(&header, parts->header.bytes ? parts->header.bytes : "", parts->header.len,
                   arena, err)
            < 0
        || header->kind != NODE_MAP || node_find(header, "crit"))
        return bad_form(err);
    name = node_get(header, "alg", NULL);
    kid = node_get(header, "kid", NULL);
    *algorithm = NULL;
    for (size_t i = 0; i < LENGTH(algorithms); i++)
        if (text_equal(name, algorithms[i].name))
            *algorithm = &algorithms[i];
    if (!*algorithm)
        return csr_fault_set(err, CSR_TOKEN_ALGORITHM,
                             "the token is signed with an algorithm that weft does not take "
                             "(RS256, ES256 and ES384 are taken)");
    if (!kid || !(*key = jwks_find(keys, kid)))
        return csr_fault_set(err, CSR_TOKEN_KEY,
                             "the token is signed with a key that is not among the cluster's");
    if (!fits(*algorithm, *key))
        return csr_fault_set(err, CSR_TOKEN_ALGORITHM,
                             "the token's algorithm does not go with the key that it names");
    return 0;
}

/* RFC 7518, 3.4: r and s one after the other; libcrypto wants them as DER. */
static int der_of(unsigned char **out, const struct algorithm *algorithm,
                  const struct text *signature)
{
    AUTO(ECDSA_SIG_free) ECDSA_SIG *both = ECDSA_SIG_new();
    const unsigned char *bytes = (const unsigned char *)signature->bytes;
    const int half = (int)algorithm->half;
    AUTO(BN_free) BIGNUM *r = NULL;
    AUTO(BN_free) BIGNUM *s = NULL;

    if (!both || signature->len != 2 * algorithm->half)
        return -1;
    r = BN_bin2bn(bytes, half, NULL);
    s = BN_bin2bn(bytes + half, half, NULL);
    if (!r || !s || ECDSA_SIG_set0(both, r, s) != 1)
        return -1;
    r = s = NULL; /* both has them */
    return i2d_ECDSA_SIG(both, out);
}

static bool is_signed(const struct algorithm *algorithm, EVP_PKEY *key, const struct parts *parts)
{
    AUTO(EVP_MD_CTX_free) EVP_MD_CTX *work = EVP_MD_CTX_new();
    const unsigned char *signature = (const unsigned char *)parts->signature.bytes;
    unsigned char *der = NULL;
    size_t len = parts->signature.len;
    bool good;

    if (algorithm->half) {
        int made = der_of(&der, algorithm, &parts->signature);

        if (made <= 0)
            return false;
        signature = der;
        len = (size_t)made;
    }
    good = work && signature && len > 0
           && EVP_DigestVerifyInit_ex(work, NULL, algorithm->digest, NULL, NULL, key, NULL) == 1
           && EVP_DigestVerify(work, signature, len, (const unsigned char *)parts->signed_text,
                               parts->signed_len)
                  == 1;
    OPENSSL_free(der);
    ERR_clear_error();
    return good;
}

static int verify(const struct node **claims, const struct parts *parts, const struct jwks *keys,
                  struct arena *arena, struct err *err)
{
    const struct algorithm *algorithm = NULL;
    const struct jwk *key = NULL;

    if (choose(&algorithm, &key, parts, keys, arena, err) < 0)
        return -1;
    if (!is_signed(algorithm, key->key, parts))
        return csr_fault_set(err, CSR_TOKEN_SIGNATURE,
                             "the token's signature is not that of the cluster's key");
    if (parse_json(claims, parts->claims.bytes ? parts->claims.bytes : "", parts->claims.len, arena,
                   err)
            < 0
        || (*claims)->kind != NODE_MAP)
        return bad_form(err);
    return 0;
}

int jws_verify(const struct node **claims, const char *token, const struct jwks *keys,
               struct arena *arena, struct err *err)
{
    struct parts parts = { .signed_len = 0 };
    int result = -1;

    if (split(&parts, token, err) == 0)
        result = verify(claims, &parts, keys, arena, err);
    parts_free(&parts);
    return result;
}
