/* tests/unit/pki/test_leaf.c - leaves as istiod makes them, and what a strict peer says of them. */
#include "base/compiler.h"
#include "pki/certificate.h"
#include "pki/issuer.h"
#include "pki/leaf.h"
#include "pki/openssl.h"
#include "tests/lib/trust_fixture.h"

struct authority { /* a root and its key, as a CA for leaves */
    EVP_PKEY *key;
    X509 *certificate;
};

static struct authority authority_new(void)
{
    const struct ca_profile profile = { .org = "acme",
                                        .common_name = "root",
                                        .path_length = CA_PATH_UNLIMITED,
                                        .not_before = NOW - DAY,
                                        .not_after = NOW + DAY };
    struct authority authority = { .key = EVP_EC_gen("P-256") };
    struct err err;

    assert_int_equal(profile_certificate_make(&authority.certificate, &profile, authority.key, NULL,
                                              authority.key, &err),
                     0);
    return authority;
}

static void authority_free(struct authority *authority)
{
    EVP_PKEY_free(authority->key);
    X509_free(authority->certificate);
}

/* The error of libcrypto when a leaf of issuer is shown to a peer that trusts trusted. */
static int verdict(const struct authority *issuer, const struct authority *trusted,
                   const struct leaf_names *names, enum leaf_role role, int64_t at)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(X509_STORE_free) X509_STORE *store = X509_STORE_new();
    AUTO(X509_free) X509 *leaf = NULL;
    struct err err;
    int error = -1;

    assert_int_equal(X509_STORE_add_cert(store, trusted->certificate), 1);
    if (leaf_make(&leaf, names, key, issuer->certificate, issuer->key, NOW - 60, NOW + 3600, &err)
            < 0
        || leaf_verify(&error, leaf, NULL, store, role, at, &err) < 0)
        fail_msg("%s", err.text);
    return error;
}

static void leaves_verify_in_both_roles_under_their_own_root(void **state)
{
    static const char *const dns[] = { "istiod.istio-system.svc" };
    const struct leaf_names workload = { .uri = "spiffe://td/ns/a/sa/b" };
    const struct leaf_names istiod = { NULL, dns, 1 };
    struct authority root = authority_new(), other = authority_new();

    (void)state;
    assert_int_equal(verdict(&root, &root, &workload, LEAF_SERVER, NOW), X509_V_OK);
    assert_int_equal(verdict(&root, &root, &workload, LEAF_CLIENT, NOW), X509_V_OK);
    assert_int_equal(verdict(&root, &root, &istiod, LEAF_SERVER, NOW), X509_V_OK);
    assert_int_not_equal(verdict(&root, &other, &workload, LEAF_SERVER, NOW), X509_V_OK);
    assert_int_equal(verdict(&root, &root, &workload, LEAF_SERVER, NOW + 3601),
                     X509_V_ERR_CERT_HAS_EXPIRED);
    assert_int_equal(verdict(&root, &root, &workload, LEAF_SERVER, NOW - 61),
                     X509_V_ERR_CERT_NOT_YET_VALID);
    authority_free(&root);
    authority_free(&other);
}

/* SPIFFE: the identity is one URI, and as there is no subject the extension is critical (RFC 5280,
 * 4.2.1.6). */
static void the_identity_is_a_critical_uri(void **state)
{
    const struct leaf_names names = { .uri = "spiffe://td/ns/a/sa/b" };
    struct authority root = authority_new();
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(X509_free) X509 *leaf = NULL;
    AUTO(GENERAL_NAMES_free) GENERAL_NAMES *found = NULL;
    int critical = 0;
    struct err err;

    (void)state;
    assert_int_equal(leaf_make(&leaf, &names, key, root.certificate, root.key, NOW, NOW + 60, &err),
                     0);
    found = X509_get_ext_d2i(leaf, NID_subject_alt_name, &critical, NULL);
    assert_int_equal(critical, 1);
    assert_int_equal(sk_GENERAL_NAME_num(found), 1);
    assert_int_equal(sk_GENERAL_NAME_value(found, 0)->type, GEN_URI);
    assert_int_equal(X509_NAME_entry_count(X509_get_subject_name(leaf)), 0);
    assert_int_equal(X509_check_ca(leaf), 0);
    authority_free(&root);
}

/* Where the issuer's key is in its cluster, another key of its kind signs: everything but that one
 * signature is verified. */
static void a_stand_in_proves_the_chain_alone(void **state)
{
    const struct leaf_names workload = { .uri = "spiffe://td/ns/a/sa/b" };
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    struct authority root = authority_new(), other = authority_new(), absent = root;
    AUTO(X509_STORE_free) X509_STORE *store = X509_STORE_new();
    AUTO(X509_STORE_free) X509_STORE *wrong = X509_STORE_new();
    AUTO(X509_free) X509 *leaf = NULL;
    struct err err;
    int error = -1;

    (void)state;
    assert_int_equal(X509_STORE_add_cert(store, root.certificate), 1);
    assert_int_equal(X509_STORE_add_cert(wrong, other.certificate), 1);
    assert_int_equal(leaf_stand_in(&absent.key, root.certificate, &err), 0);
    assert_int_equal(leaf_make(&leaf, &workload, key, absent.certificate, absent.key, NOW - 60,
                               NOW + 3600, &err),
                     0);
    assert_int_equal(leaf_verify(&error, leaf, NULL, store, LEAF_CLIENT, NOW, &err), 0);
    assert_int_equal(error, X509_V_ERR_CERT_SIGNATURE_FAILURE);
    assert_int_equal(leaf_verify_unsigned(&error, leaf, NULL, store, LEAF_CLIENT, NOW, &err), 0);
    assert_int_equal(error, X509_V_OK);
    assert_int_equal(leaf_verify_unsigned(&error, leaf, NULL, wrong, LEAF_CLIENT, NOW, &err), 0);
    assert_int_not_equal(error, X509_V_OK);
    assert_int_equal(
        leaf_verify_unsigned(&error, leaf, NULL, store, LEAF_CLIENT, NOW + 2 * DAY, &err), 0);
    assert_int_equal(error, X509_V_ERR_CERT_HAS_EXPIRED);
    EVP_PKEY_free(absent.key);
    authority_free(&root);
    authority_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stand_in_proves_the_chain_alone),
        cmocka_unit_test(leaves_verify_in_both_roles_under_their_own_root),
        cmocka_unit_test(the_identity_is_a_critical_uri),
    };

    return cmocka_run_group_tests_name("pki/leaf", tests, NULL, NULL);
}
