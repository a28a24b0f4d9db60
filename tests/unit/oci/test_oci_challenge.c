/* tests/unit/oci/test_oci_challenge.c - values of WWW-Authenticate as registries and proxies send
 * them. */
#include "base/text.h"
#include "oci/oci_challenge.h"
#include "tests/lib/check.h"

static void challenges_are_read_or_refused(void **state)
{
    static const struct {
        const char *value;
        enum oci_scheme scheme; /* OCI_SCHEME_NONE: it cannot be met */
        const char *realm, *service;
    } rows[] = {
        { "Basic realm=\"x\"", OCI_SCHEME_BASIC, "x", "" },
        { "basic", OCI_SCHEME_BASIC, "", "" },
        { "Bearer realm=\"https://a.example/token\",service=\"r\",scope=\"repository:a:pull\"",
          OCI_SCHEME_BEARER, "https://a.example/token", "r" },
        { "bearer  Realm = \"https://a\" , service=r", OCI_SCHEME_BEARER, "https://a", "r" },
        { "Negotiate, Basic realm=\"y\"", OCI_SCHEME_BASIC, "y", "" },
        { "Digest realm=\"d\", nonce=\"n, Basic z\", Bearer realm=\"https://b\"", OCI_SCHEME_BEARER,
          "https://b", "" },
        { "Bearer realm=\"a\\\"b\"", OCI_SCHEME_BEARER, "a\"b", "" },
        { "Bearer service=\"without a realm\"", OCI_SCHEME_NONE, "", "" },
        { "Bearer realm=\"https://open", OCI_SCHEME_NONE, "", "" },
        { "Bearer realm=", OCI_SCHEME_NONE, "", "" },
        { "Bearer =\"x\"", OCI_SCHEME_NONE, "", "" },
        { "Negotiate", OCI_SCHEME_NONE, "", "" },
        { " ,, ", OCI_SCHEME_NONE, "", "" },
        { "", OCI_SCHEME_NONE, "", "" },
    };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct oci_challenge challenge;
        const bool met = oci_challenge_read(&challenge, rows[i].value, arena);

        assert_int_equal(met, rows[i].scheme != OCI_SCHEME_NONE);
        if (!met)
            continue;
        assert_int_equal(challenge.scheme, rows[i].scheme);
        assert_string_equal(challenge.realm, rows[i].realm);
        assert_string_equal(challenge.service, rows[i].service);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(challenges_are_read_or_refused) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
