/* tests/unit/pki/test_issuer_foreign.c - a CA of which only the certificate is known never signs,
 * by whichever of its functions one asks. */
#include "pki/issuer.h"
#include "tests/unit/pki/issued_test.h"

static void no_function_of_it_signs(void **state)
{
    struct ledger_root *root = fx->ledger.roots; /* its sealed key is there: it is not asked for */
    const struct ca_profile profile = { .org = "Istio", .common_name = "eu-1" };
    struct ca_signer signer = { 0 };
    X509 *made = NULL;
    void *key = NULL;
    struct err err;

    (void)state;
    assert_false(issuer_foreign.can_sign(root));
    assert_int_equal(issuer_foreign.open(&key, root, &signer,
                                         &(struct issuer_means){ .custody = fx->custody }, &err),
                     -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
    assert_null(key);
    assert_int_equal(issuer_foreign.sign(&made, NULL, &signer, &profile, NULL, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
    assert_null(made);
    issuer_foreign.close(NULL);
}

/* There is nothing to destroy, so the row keeps what it has. */
static void forgetting_changes_nothing(void **state)
{
    struct ledger_root *root = fx->ledger.roots;
    const size_t len = root->key.len;

    (void)state;
    issuer_foreign.destroy_key(root);
    assert_int_equal(root->key.len, len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(no_function_of_it_signs),
        CASE(forgetting_changes_nothing),
    };

    return cmocka_run_group_tests_name("pki/issuer_foreign", tests, NULL, NULL);
}
