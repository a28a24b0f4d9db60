/* tests/unit/pki/test_ca.c - the certificates of a CA row, up to its root. */
#include "tests/lib/trust_fixture.h"

#include "pki/ca.h"
#include "pki/openssl.h"

static void a_root_is_its_own_end(void **state)
{
    const struct trust_request *request;
    struct ca_signer signer;
    struct fixture fx;
    struct err err;

    (void)state;
    fixture_open(&fx);
    request = fixture_request(&fx, "retail", "eu-", 1);
    fixture_issue(&fx, &request, 1, NOW);
    assert_int_equal(ca_read(&signer, fx.ledger.roots, &err), 0);
    assert_ptr_equal(signer.root, signer.certificate);
    assert_null(signer.chain);
    ca_release(&signer);
    assert_null(signer.certificate);
    /* A chain's last certificate is the root. */
    fx.ledger.roots->chain_pem = fx.ledger.roots->cert_pem;
    assert_int_equal(ca_read(&signer, fx.ledger.roots, &err), 0);
    assert_ptr_not_equal(signer.root, signer.certificate);
    assert_int_equal(sk_X509_num(signer.chain), 0);
    ca_release(&signer);
    fx.ledger.roots->chain_pem = "no certificate";
    assert_int_equal(ca_read(&signer, fx.ledger.roots, &err), -1);
    fixture_close(&fx);
}

/* A key that is bound as one of an intermediate never opens as that of a CA. */
static void rows_of_intermediates_are_bound_as_such(void **state)
{
    const struct custody_row row = ca_intermediate_custody_row("id", "spki");

    (void)state;
    assert_string_equal(row.table, "intermediate");
    assert_string_equal(row.spki, "spki");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_root_is_its_own_end),
        cmocka_unit_test(rows_of_intermediates_are_bound_as_such),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
