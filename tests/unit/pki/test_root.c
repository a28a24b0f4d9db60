/* tests/unit/pki/test_root.c - a self-signed root, named unlike every other. */
#include "pki/key.h"
#include "pki/root.h"
#include "pki/verify.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

static void a_root_verifies_for_its_days_and_names_its_key(void **state)
{
    const struct cert_options options = { .ttl_days = 30, .org_name = "acme" };
    struct arena *arena = arena_new();
    X509 *roots[2] = { NULL, NULL };
    struct certificate_facts facts[2];
    struct err err;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");

        assert_int_equal(root_make(&roots[i], key, "ns/retail", 3, &options, NOW, arena, &err), 0);
        assert_int_equal(certificate_facts(&facts[i], roots[i], arena, &err), 0);
        assert_true(facts[i].ca && facts[i].self_signed);
        assert_string_equal(facts[i].org, "acme");
        assert_non_null(strstr(facts[i].name, "weft root ns/retail g3 "));
        assert_int_equal(facts[i].not_before, NOW - CA_BACKDATE);
        assert_int_equal(facts[i].not_after, NOW + 30 * DAY);
        assert_int_equal(verify_ca(roots[i], NULL, roots[i], NOW, &err), 0);
        assert_int_equal(verify_ca(roots[i], NULL, roots[i], NOW + 31 * DAY, &err), -1);
    }
    assert_string_not_equal(facts[0].name, facts[1].name);
    assert_int_equal(verify_ca(roots[0], NULL, roots[1], NOW, &err), -1);
    X509_free(roots[0]);
    X509_free(roots[1]);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_root_verifies_for_its_days_and_names_its_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
