/* tests/unit/pki/test_jwks.c - key sets of API servers, and files that are none. */
#include "pki/jwks.h"
#include "tests/lib/token_signer.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

static int read(struct jwks *out, const char *text, struct arena *arena, struct err *err)
{
    return jwks_read(out, "keys.json", text, strlen(text), arena, err);
}

static void keys_of_each_kind_come_back(void **state)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *rsa = EVP_RSA_gen(2048);
    AUTO(EVP_PKEY_free) EVP_PKEY *small = EVP_EC_gen("P-256");
    AUTO(EVP_PKEY_free) EVP_PKEY *large = EVP_EC_gen("P-384");
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_JWKS keys = { .count = 0 };
    const char *set =
        arena_printf(arena, "{\"keys\":[%s,%s,%s]}", token_signer_jwk(rsa, "a", arena),
                     token_signer_jwk(small, "b", arena), token_signer_jwk(large, "c", arena));
    struct err err;

    (void)state;
    assert_int_equal(read(&keys, set, arena, &err), 0);
    assert_int_equal(keys.count, 3);
    assert_int_equal(EVP_PKEY_eq(jwks_find(&keys, "a")->key, rsa), 1);
    assert_int_equal(EVP_PKEY_eq(jwks_find(&keys, "b")->key, small), 1);
    assert_int_equal(EVP_PKEY_eq(jwks_find(&keys, "c")->key, large), 1);
    assert_string_equal(jwks_find(&keys, "a")->alg, "RS256");
    assert_null(jwks_find(&keys, "d"));
}

/* Kinds that weft does not know stand beside those that it does. */
static void other_kinds_are_skipped(void **state)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_JWKS keys = { .count = 0 };
    const char *set =
        arena_printf(arena,
                     "{\"keys\":[{\"kty\":\"OKP\",\"kid\":\"x\",\"crv\":\"Ed25519\",\"x\":\"AA\"},"
                     "{\"kty\":\"RSA\",\"kid\":\"y\",\"use\":\"enc\",\"n\":\"AQ\",\"e\":\"AQAB\"},"
                     "{\"kty\":\"RSA\",\"kid\":\"short\",\"n\":\"w5M\",\"e\":\"AQAB\"},%s]}",
                     token_signer_jwk(key, "b", arena));
    struct err err;

    (void)state;
    assert_int_equal(read(&keys, set, arena, &err), 0);
    assert_int_equal(keys.count, 1);
}

static void what_is_no_key_set_is_refused(void **state)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *one = token_signer_jwk(key, "a", arena);
    const char *const rows[] = {
        "",
        "null",
        "{\"keys\":{}}",
        "{\"keys\":[]}",
        "{\"keys\":[1,\"a\",null]}",
        "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"a\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}]}",
        arena_printf(arena, "{\"keys\":[%s,%s]}", one, one),
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"c2VjcmV0\"}]}",
        arena_printf(arena, "{\"keys\":[%.*s,\"d\":\"AQ\"}]}", (int)strlen(one) - 1, one),
        /* a point beside the curve */
        "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"a\",\"crv\":\"P-256\","
        "\"x\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\","
        "\"y\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\"}]}",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct jwks keys;
        struct err err = { .text = "" };

        if (read(&keys, rows[i], arena, &err) == 0)
            fail_msg("row %zu was read: %s", i, rows[i]);
        assert_int_equal(keys.count, 0);
        assert_null(strstr(err.text, "c2VjcmV0"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_each_kind_come_back),
        cmocka_unit_test(other_kinds_are_skipped),
        cmocka_unit_test(what_is_no_key_set_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
