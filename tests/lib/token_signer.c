/* tests/lib/token_signer.c - key sets and tokens as an API server makes them. */
#include "tests/lib/token_signer.h"

#include "base/base64.h"
#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

static const char *url(const void *bytes, size_t len, struct arena *arena)
{
    AUTO_TEXT text = { 0 };
    size_t kept;

    base64_encode(&text, bytes, len);
    for (kept = 0; kept < text.len && text.bytes[kept] != '='; kept++) {
        if (text.bytes[kept] == '+')
            text.bytes[kept] = '-';
        else if (text.bytes[kept] == '/')
            text.bytes[kept] = '_';
    }
    return arena_bytes(arena, text.bytes, kept);
}

static const char *number(EVP_PKEY *key, const char *name, int len, struct arena *arena)
{
    unsigned char bytes[1024];
    BIGNUM *value = NULL;
    const char *out;

    EVP_PKEY_get_bn_param(key, name, &value);
    if (len == 0)
        len = BN_num_bytes(value);
    BN_bn2binpad(value, bytes, len);
    BN_free(value);
    out = url(bytes, (size_t)len, arena);
    return out;
}

static bool is_rsa(EVP_PKEY *key) { return EVP_PKEY_is_a(key, "RSA"); }

const char *token_signer_jwk(EVP_PKEY *key, const char *kid, struct arena *arena)
{
    const int half = EVP_PKEY_get_bits(key) / 8;

    if (is_rsa(key))
        return arena_printf(arena,
                            "{\"use\":\"sig\",\"kty\":\"RSA\",\"kid\":\"%s\",\"alg\":\"RS256\","
                            "\"n\":\"%s\",\"e\":\"%s\"}",
                            kid, number(key, OSSL_PKEY_PARAM_RSA_N, 0, arena),
                            number(key, OSSL_PKEY_PARAM_RSA_E, 0, arena));
    return arena_printf(
        arena,
        "{\"use\":\"sig\",\"kty\":\"EC\",\"kid\":\"%s\",\"crv\":\"P-%d\",\"x\":\"%s\","
        "\"y\":\"%s\"}",
        kid, half * 8, number(key, OSSL_PKEY_PARAM_EC_PUB_X, half, arena),
        number(key, OSSL_PKEY_PARAM_EC_PUB_Y, half, arena));
}

const char *token_signer_set(EVP_PKEY *key, const char *kid, struct arena *arena)
{
    return arena_printf(arena, "{\"keys\":[%s]}", token_signer_jwk(key, kid, arena));
}

/* RFC 7518, 3.4. */
static size_t raw_of(unsigned char *signature, size_t len, int half)
{
    const unsigned char *at = signature;
    ECDSA_SIG *both = d2i_ECDSA_SIG(NULL, &at, (long)len);

    BN_bn2binpad(ECDSA_SIG_get0_r(both), signature, half);
    BN_bn2binpad(ECDSA_SIG_get0_s(both), signature + half, half);
    ECDSA_SIG_free(both);
    return 2 * (size_t)half;
}

const char *token_signer_sign(EVP_PKEY *key, const char *header, const char *claims,
                              struct arena *arena)
{
    const char *text = arena_printf(arena, "%s.%s", url(header, strlen(header), arena),
                                    url(claims, strlen(claims), arena));
    const bool large = !is_rsa(key) && EVP_PKEY_get_bits(key) == 384;
    unsigned char signature[2048];
    size_t len = sizeof signature;
    EVP_MD_CTX *work = EVP_MD_CTX_new();
    int done = EVP_DigestSignInit_ex(work, NULL, large ? "SHA384" : "SHA256", NULL, NULL, key, NULL)
               && EVP_DigestSign(work, signature, &len, (const unsigned char *)text, strlen(text));

    EVP_MD_CTX_free(work);
    assert(done == 1);
    if (!is_rsa(key))
        len = raw_of(signature, len, EVP_PKEY_get_bits(key) / 8);
    return token_signer_join(header, claims, signature, len, arena);
}

const char *token_signer_join(const char *header, const char *claims, const void *signature,
                              size_t len, struct arena *arena)
{
    return arena_printf(arena, "%s.%s.%s", url(header, strlen(header), arena),
                        url(claims, strlen(claims), arena), url(signature, len, arena));
}

const char *token_signer_token(EVP_PKEY *key, const char *kid, const char *namespace,
                               const char *audience, int64_t issued, struct arena *arena)
{
    const char *alg = is_rsa(key) ? "RS256" : EVP_PKEY_get_bits(key) == 384 ? "ES384" : "ES256";

    return token_signer_sign(
        key, arena_printf(arena, "{\"alg\":\"%s\",\"kid\":\"%s\"}", alg, kid),
        arena_printf(arena,
                     "{\"aud\":[\"%s\"],\"exp\":%lld,\"iat\":%lld,\"iss\":\"https://kubernetes\","
                     "\"sub\":\"system:serviceaccount:%s:weft-agent\"}",
                     audience, (long long)issued + 600, (long long)issued, namespace),
        arena);
}
