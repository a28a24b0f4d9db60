/* pki/jwks.c - JSON Web Key Sets.  Reads public keys only.
 *
 * A set comes from an operator's file, and what it says decides who may have a certificate.  So a
 * key that is read wrongly must not be read at all: numbers have exactly the length of their curve,
 * a point lies on it, and a set that holds a private key is refused, because such a file is a leak
 * that its owner should learn about.  Unknown kinds are skipped: providers add keys for clients
 * that are newer. */
#include "pki/jwks.h"

#include "base/base64.h"
#include "base/parse_json.h"
#include "pki/openssl.h"
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <string.h>

AUTO_DEFINE(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
AUTO_DEFINE(OSSL_PARAM, OSSL_PARAM_free)

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 8192 };

static const struct curve {
    const char *name;  /* "crv" */
    const char *group; /* libcrypto's */
    size_t len;        /* of a coordinate */
} curves[] = { { "P-256", "P-256", 32 }, { "P-384", "P-384", 48 } };

static bool number(struct text *out, const struct node *key, const char *name)
{
    const char *text = node_get(key, name, NULL);

    return text && *text && base64_url_decode(out, text, strlen(text)) && out->len > 0;
}

static EVP_PKEY *make(const char *type, OSSL_PARAM_BLD *build)
{
    AUTO(OSSL_PARAM_free) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *work = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *check = NULL;
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;

    if (!params || !work || EVP_PKEY_fromdata_init(work) != 1
        || EVP_PKEY_fromdata(work, &key, EVP_PKEY_PUBLIC_KEY, params) != 1
        || !(check = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL))
        || EVP_PKEY_public_check(check) != 1) {
        ERR_clear_error();
        return NULL;
    }
    return TAKE(key);
}

static EVP_PKEY *rsa_key(const struct node *key)
{
    AUTO_TEXT modulus = { 0 };
    AUTO_TEXT exponent = { 0 };
    AUTO(BN_free) BIGNUM *n = NULL;
    AUTO(BN_free) BIGNUM *e = NULL;
    AUTO(OSSL_PARAM_BLD_free) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();

    if (!build || !number(&modulus, key, "n") || !number(&exponent, key, "e") || exponent.len > 8
        || modulus.len > RSA_BITS_MAX / 8)
        return NULL;
    n = BN_bin2bn((const unsigned char *)modulus.bytes, (int)modulus.len, NULL);
    e = BN_bin2bn((const unsigned char *)exponent.bytes, (int)exponent.len, NULL);
    if (!n || !e || BN_num_bits(n) < RSA_BITS_MIN || !BN_is_odd(n) || !BN_is_odd(e) || BN_is_one(e)
        || !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n)
        || !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
        return NULL;
    return make("RSA", build);
}

static EVP_PKEY *point_key(const struct curve *curve, const struct text *x, const struct text *y)
{
    unsigned char point[1 + 2 * 48] = { POINT_CONVERSION_UNCOMPRESSED };
    AUTO(OSSL_PARAM_BLD_free) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();

    memcpy(point + 1, x->bytes, curve->len);
    memcpy(point + 1 + curve->len, y->bytes, curve->len);
    if (!build
        || !OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, curve->group, 0)
        || !OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point,
                                             1 + 2 * curve->len))
        return NULL;
    return make("EC", build);
}

static EVP_PKEY *ec_key(const struct node *key)
{
    const char *name = node_get(key, "crv", NULL);
    AUTO_TEXT x = { 0 };
    AUTO_TEXT y = { 0 };

    if (!name || !number(&x, key, "x") || !number(&y, key, "y"))
        return NULL;
    for (size_t i = 0; i < LENGTH(curves); i++)
        if (text_equal(curves[i].name, name) && x.len == curves[i].len && y.len == curves[i].len)
            return point_key(&curves[i], &x, &y);
    return NULL;
}

static EVP_PKEY *public_key(const struct node *key)
{
    const char *type = node_get(key, "kty", NULL);

    if (text_equal(type, "RSA"))
        return rsa_key(key);
    return text_equal(type, "EC") ? ec_key(key) : NULL;
}

static bool is_for_signatures(const struct node *key)
{
    const char *use = node_get(key, "use", NULL);

    return (!use || text_equal(use, "sig")) && !text_empty(node_get(key, "kid", NULL));
}

static int add_key(struct jwks *keys, const char *what, const struct node *key, struct arena *arena,
                   struct err *err)
{
    const char *kid = node_get(key, "kid", NULL), *alg = node_get(key, "alg", NULL);
    EVP_PKEY *made;

    if (node_find(key, "d") || node_find(key, "k"))
        return err_set(err, ERR_INPUT, 0,
                       "%s: holds a private key; give weft public keys only, and replace that key",
                       what);
    if (!is_for_signatures(key) || !(made = public_key(key)))
        return 0;
    keys->keys[keys->count++] =
        (struct jwk){ arena_text(arena, kid), alg ? arena_text(arena, alg) : "", made };
    for (size_t i = 0; i + 1 < keys->count; i++)
        if (text_equal(keys->keys[i].kid, kid))
            return err_set(err, ERR_INPUT, 0, "%s: two keys have the kid of key %zu", what, i + 1);
    return 0;
}

static int add_keys(struct jwks *out, const char *what, const struct node *list,
                    struct arena *arena, struct err *err)
{
    if (!list || list->kind != NODE_LIST)
        return err_set(err, ERR_INPUT, 0,
                       "%s: holds no JSON Web Key Set; write it with "
                       "\"kubectl get --raw /openid/v1/jwks\"",
                       what);
    if (list->count > JWKS_KEYS_MAX)
        return err_set(err, ERR_INPUT, 0, "%s: more than %d keys", what, JWKS_KEYS_MAX);
    for (const struct node *key = list->first; key; key = key->next)
        if (add_key(out, what, key, arena, err) < 0)
            return -1;
    if (out->count == 0)
        return err_set(err, ERR_INPUT, 0,
                       "%s: none of its keys can be used (RSA of 2048 bits or more, EC P-256 or "
                       "P-384, each with a kid)",
                       what);
    return 0;
}

int jwks_read(struct jwks *out, const char *what, const char *bytes, size_t len,
              struct arena *arena, struct err *err)
{
    const struct node *set;

    *out = (struct jwks){ .count = 0 };
    if (len > JWKS_BYTES_MAX)
        return err_set(err, ERR_INPUT, 0, "%s: more than %d bytes", what, JWKS_BYTES_MAX);
    if (parse_json(&set, bytes, len, arena, err) < 0)
        return err_wrap(err, "%s", what);
    if (add_keys(out, what, node_find(set, "keys"), arena, err) == 0)
        return 0;
    jwks_close(out);
    return -1;
}

void jwks_close(struct jwks *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        EVP_PKEY_free(keys->keys[i].key);
    *keys = (struct jwks){ .count = 0 };
}

const struct jwk *jwks_find(const struct jwks *keys, const char *kid)
{
    for (size_t i = 0; i < keys->count; i++)
        if (text_equal(keys->keys[i].kid, kid))
            return &keys->keys[i];
    return NULL;
}
