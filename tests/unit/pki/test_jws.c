/* tests/unit/pki/test_jws.c - tokens that a cluster signed, and forged ones. */
#include "pki/jws.h"
#include "tests/lib/token_signer.h"
#include "tests/lib/trust_fixture.h"
#include <openssl/hmac.h>
#include <string.h>

#define CLAIMS "{\"iss\":\"x\",\"iat\":1}"

static int fault_of(const char *token, EVP_PKEY *key, struct arena *arena)
{
    AUTO_JWKS keys = { .count = 0 };
    const char *set = token_signer_set(key, "k1", arena);
    const struct node *claims = NULL;
    struct err err = { .code = CSR_NONE };

    assert_int_equal(jwks_read(&keys, "keys", set, strlen(set), arena, &err), 0);
    if (jws_verify(&claims, token, &keys, arena, &err) < 0) {
        assert_int_equal(err.kind, ERR_REFUSED);
        return err.code;
    }
    assert_string_equal(node_get(claims, "iss", NULL), "x");
    return CSR_NONE;
}

static void each_algorithm_verifies_with_its_key(void **state)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *rsa = EVP_RSA_gen(2048);
    AUTO(EVP_PKEY_free) EVP_PKEY *small = EVP_EC_gen("P-256");
    AUTO(EVP_PKEY_free) EVP_PKEY *large = EVP_EC_gen("P-384");
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct {
        EVP_PKEY *key;
        const char *header;
    } rows[] = { { rsa, "{\"alg\":\"RS256\",\"kid\":\"k1\"}" },
                 { small, "{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"JWT\"}" },
                 { large, "{\"alg\":\"ES384\",\"kid\":\"k1\"}" } };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *token = token_signer_sign(rows[i].key, rows[i].header, CLAIMS, arena);

        assert_int_equal(fault_of(token, rows[i].key, arena), CSR_NONE);
    }
}

/* The oldest hole of such tokens: an HMAC under the bytes of the public key, which all know. */
static const char *hmac_token(EVP_PKEY *key, struct arena *arena)
{
    const char *header = "{\"alg\":\"HS256\",\"kid\":\"k1\"}";
    const char *text = token_signer_join(header, CLAIMS, "", 0, arena);
    unsigned char *der = NULL, mac[32];
    unsigned len = sizeof mac;
    int size = i2d_PUBKEY(key, &der);

    HMAC(EVP_sha256(), der, size, (const unsigned char *)text, strlen(text) - 1, mac, &len);
    OPENSSL_free(der);
    return token_signer_join(header, CLAIMS, mac, len, arena);
}

static void forged_tokens_are_refused_by_name(void **state)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *rsa = EVP_RSA_gen(2048);
    AUTO(EVP_PKEY_free) EVP_PKEY *other = EVP_RSA_gen(2048);
    AUTO(EVP_PKEY_free) EVP_PKEY *curve = EVP_EC_gen("P-256");
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *good = token_signer_sign(rsa, "{\"alg\":\"RS256\",\"kid\":\"k1\"}", CLAIMS, arena);
    char *changed = arena_text(arena, good);
    const unsigned char zeros[64] = { 0 };
    const struct {
        const char *token;
        EVP_PKEY *key;
        enum csr_fault fault;
    } rows[] = {
        { "", rsa, CSR_TOKEN_FORM },
        { "a.b", rsa, CSR_TOKEN_FORM },
        { "..", rsa, CSR_TOKEN_FORM },
        { "e30.e30.", rsa, CSR_TOKEN_ALGORITHM },
        { arena_printf(arena, "%s.e30", good), rsa, CSR_TOKEN_FORM },
        { arena_printf(arena, "%s=", good), rsa, CSR_TOKEN_FORM },
        { token_signer_join("{\"alg\":\"none\",\"kid\":\"k1\"}", CLAIMS, "", 0, arena), rsa,
          CSR_TOKEN_ALGORITHM },
        { token_signer_join("{\"alg\":\"None\",\"kid\":\"k1\"}", CLAIMS, "x", 1, arena), rsa,
          CSR_TOKEN_ALGORITHM },
        { hmac_token(rsa, arena), rsa, CSR_TOKEN_ALGORITHM },
        { token_signer_sign(rsa, "{\"alg\":\"PS256\",\"kid\":\"k1\"}", CLAIMS, arena), rsa,
          CSR_TOKEN_ALGORITHM },
        { token_signer_sign(rsa, "{\"alg\":\"ES256\",\"kid\":\"k1\"}", CLAIMS, arena), rsa,
          CSR_TOKEN_ALGORITHM },
        { token_signer_sign(curve, "{\"alg\":\"ES384\",\"kid\":\"k1\"}", CLAIMS, arena), curve,
          CSR_TOKEN_ALGORITHM },
        { token_signer_sign(rsa, "{\"alg\":\"RS256\",\"kid\":\"k2\"}", CLAIMS, arena), rsa,
          CSR_TOKEN_KEY },
        { token_signer_sign(rsa, "{\"alg\":\"RS256\"}", CLAIMS, arena), rsa, CSR_TOKEN_KEY },
        { token_signer_sign(other, "{\"alg\":\"RS256\",\"kid\":\"k1\"}", CLAIMS, arena), rsa,
          CSR_TOKEN_SIGNATURE },
        { token_signer_join("{\"alg\":\"ES256\",\"kid\":\"k1\"}", CLAIMS, zeros, 64, arena), curve,
          CSR_TOKEN_SIGNATURE },
        { token_signer_join("{\"alg\":\"ES256\",\"kid\":\"k1\"}", CLAIMS, zeros, 8, arena), curve,
          CSR_TOKEN_SIGNATURE },
        { token_signer_sign(rsa, "{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":[\"b64\"]}", CLAIMS,
                            arena),
          rsa, CSR_TOKEN_FORM },
        { token_signer_sign(rsa, "{\"alg\":\"RS256\",\"alg\":\"none\",\"kid\":\"k1\"}", CLAIMS,
                            arena),
          rsa, CSR_TOKEN_FORM },
        { token_signer_sign(rsa, "{\"alg\":\"RS256\",\"kid\":\"k1\"}", "[1]", arena), rsa,
          CSR_TOKEN_FORM },
        { changed, rsa, CSR_TOKEN_SIGNATURE },
    };

    (void)state;
    strchr(changed, '.')[6] ^= 1; /* a letter of the claims becomes another */
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int fault = fault_of(rows[i].token, rows[i].key, arena);

        if (fault != (int)rows[i].fault)
            fail_msg("row %zu: %s", i, enums_name(&csr_faults, fault));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_algorithm_verifies_with_its_key),
        cmocka_unit_test(forged_tokens_are_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
