/* tests/unit/pki/test_verify.c - strict verification: what a lax verifier would let pass is
 * refused. */
#include "pki/leaf.h"
#include "pki/verify.h"
#include "tests/unit/pki/issued_test.h"

static X509 *made(const struct ca_profile *profile, EVP_PKEY *key, X509 *issuer, EVP_PKEY *signer)
{
    X509 *certificate = NULL;
    struct err err;

    if (profile_certificate_make(&certificate, profile, key, issuer, signer, &err) < 0)
        fail_msg("%s", err.text);
    return certificate;
}

/* A root that allows nothing below its issuer, that issuer, and a CA below it. */
static void a_path_length_is_kept(void **state)
{
    struct ca_profile profile = { .org = "acme",
                                  .common_name = "root",
                                  .path_length = 0,
                                  .not_before = NOW,
                                  .not_after = NOW + DAY };
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256"), *below = EVP_EC_gen("P-256");
    AUTO(X509_free) X509 *root = made(&profile, key, NULL, key), *child = NULL, *grandchild = NULL;
    AUTO(X509_stack_free) STACK_OF(X509) *between = sk_X509_new_null();
    struct err err;

    (void)state;
    profile.common_name = "child";
    child = made(&profile, below, root, key);
    profile.common_name = "grandchild";
    grandchild = made(&profile, key, child, below);
    assert_int_equal(verify_ca(child, NULL, root, NOW, &err), 0);
    assert_int_equal(verify_ca(grandchild, NULL, root, NOW, &err), -1); /* its issuer is missing */
    assert_int_equal(X509_add_cert(between, child, X509_ADD_FLAG_UP_REF), 1);
    assert_int_equal(verify_ca(grandchild, between, root, NOW, &err), -1);
    assert_int_equal(err.code, X509_V_ERR_PATH_LENGTH_EXCEEDED);
}

/* The leaf of a workload verifies under the root, and is none the less no CA. */
static void only_a_ca_is_one(void **state)
{
    const struct ca_profile profile = { .org = "acme",
                                        .common_name = "root",
                                        .path_length = CA_PATH_UNLIMITED,
                                        .not_before = NOW,
                                        .not_after = NOW + DAY };
    const struct leaf_names names = { .uri = "spiffe://td/ns/a/sa/b" };
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(X509_free) X509 *root = made(&profile, key, NULL, key), *leaf = NULL;
    struct err err;

    (void)state;
    assert_int_equal(leaf_make(&leaf, &names, key, root, key, NOW, NOW + 60, &err), 0);
    assert_int_equal(verify_ca(root, NULL, root, NOW, &err), 0);
    assert_int_equal(verify_ca(leaf, NULL, root, NOW, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
}

static void intermediates_verify_under_the_ca_that_signed_them(void **state)
{
    const struct ledger_intermediate *row = fx->ledger.intermediates;
    AUTO(X509_free) X509 *certificate = NULL;
    struct ca_signer signer = { 0 };
    struct err err;

    (void)state;
    assert_int_equal(
        certificate_read(&certificate, "it", row->cert_pem, strlen(row->cert_pem), &err), 0);
    assert_int_equal(ca_read(&signer, fx->ledger.roots, &err), 0);
    assert_int_equal(verify_intermediate(certificate, &signer, NOW, &err), 0);
    assert_int_equal(verify_intermediate(certificate, &signer, NOW + 91 * DAY, &err), -1);
    assert_int_equal(err.code, X509_V_ERR_CERT_HAS_EXPIRED);
    ca_release(&signer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_path_length_is_kept),
        CASE(only_a_ca_is_one),
        CASE(intermediates_verify_under_the_ca_that_signed_them),
    };

    return cmocka_run_group_tests_name("pki/verify", tests, NULL, NULL);
}
