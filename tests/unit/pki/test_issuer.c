/* tests/unit/pki/test_issuer.c - who signs with a CA of the ledger, and who cannot. */
#include "tests/lib/trust_fixture.h"

#include "pki/issuer.h"
#include "pki/verify.h"
#include <string.h>

static struct fixture fixture_of_test;
static struct fixture *const fx = &fixture_of_test;

static int setup(void **state)
{
    const struct trust_request *request;

    (void)state;
    fixture_open(fx);
    request = fixture_request(fx, "retail", "eu-", 1);
    fixture_issue(fx, &request, 1, NOW);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(fx);
    return 0;
}

static const struct {
    enum root_origin origin;
    bool signs, here; /* with what is here */
} rows[] = {
    { ORIGIN_GENERATED, true, true },
    { ORIGIN_GIVEN, true, true },
    { ORIGIN_ADOPTED, false, false },
    { ORIGIN_VAULT, true, false },
};

static void each_origin_has_its_issuer(void **state)
{
    struct ledger_root *root = fx->ledger.roots;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct issuer_session session = { 0 };
        struct err err;

        root->origin = rows[i].origin;
        assert_int_equal(issuer_can_sign(root), rows[i].signs);
        assert_int_equal(
            issuer_open(&session, root, &(struct issuer_means){ .custody = fx->custody }, &err),
            rows[i].here ? 0 : -1);
        if (rows[i].here)
            issuer_close(&session);
    }
}

static void what_the_local_issuer_signs_verifies_under_its_root(void **state)
{
    const struct ca_profile profile = { .org = "Istio",
                                        .common_name = "eu-1",
                                        .uri = "spiffe://td/ns/istio-system/sa/istiod",
                                        .path_length = 0,
                                        .not_before = NOW,
                                        .not_after = NOW + DAY };
    AUTO(EVP_PKEY_free) EVP_PKEY *subject = EVP_EC_gen("P-256");
    AUTO(X509_free) X509 *made = NULL;
    struct issuer_session session;
    struct err err;

    (void)state;
    assert_int_equal(issuer_open(&session, fx->ledger.roots,
                                 &(struct issuer_means){ .custody = fx->custody }, &err),
                     0);
    assert_int_equal(issuer_sign(&made, &session, &profile, subject, &err), 0);
    assert_int_equal(verify_intermediate(made, &session.signer, NOW + 60, &err), 0);
    assert_int_equal(verify_intermediate(made, &session.signer, NOW + 2 * DAY, &err), -1);
    issuer_close(&session);
    assert_null(session.signer.certificate);
}

static void a_forgotten_key_signs_no_more(void **state)
{
    struct ledger_root *root = fx->ledger.roots;
    const char *pem = root->cert_pem;
    struct issuer_session session;
    struct err err;

    (void)state;
    issuer_destroy_key(root);
    assert_false(issuer_can_sign(root));
    assert_int_equal(root->key.len, 0);
    assert_ptr_equal(root->cert_pem, pem);
    assert_int_equal(
        issuer_open(&session, root, &(struct issuer_means){ .custody = fx->custody }, &err), -1);
}

/* The rows of two roots cannot be mixed up: the key is bound to its row. */
static void a_key_of_another_row_is_refused(void **state)
{
    const struct trust_request *request = fixture_request(fx, "bank", "us-", 1);
    struct issuer_session session;
    struct err err;

    (void)state;
    fixture_issue(fx, &request, 1, NOW);
    fx->ledger.roots->key = fx->ledger.roots->next->key;
    assert_int_equal(issuer_open(&session, fx->ledger.roots,
                                 &(struct issuer_means){ .custody = fx->custody }, &err),
                     -1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_origin_has_its_issuer),
        CASE(what_the_local_issuer_signs_verifies_under_its_root),
        CASE(a_forgotten_key_signs_no_more),
        CASE(a_key_of_another_row_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
