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

static void what_cannot_be_made_or_proved_is_no_root(void **state)
{
    const struct cert_options good = { .ttl_days = 30, .org_name = "acme" };
    const struct cert_options over = { .ttl_days = 0, .org_name = "acme" };
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *root = NULL;
    struct err err;
    int result;

    (void)state;
    assert_int_equal(root_make(&root, key, "ns/retail", 3, &over, NOW, arena, &err), -1);
    assert_null(root);
    assert_true(EVP_set_default_properties(NULL, "provider=none")); /* nothing can be fetched */
    result = root_make(&root, key, "ns/retail", 3, &good, NOW, arena, &err);
    assert_true(EVP_set_default_properties(NULL, ""));
    assert_int_equal(result, -1);
    assert_null(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_root_verifies_for_its_days_and_names_its_key),
        cmocka_unit_test(what_cannot_be_made_or_proved_is_no_root),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
