/* tests/unit/pki/test_ca_path.c - the certification path of a CA that others made; what makes it
 * unusable is in test_given_root.c, by files. */
#include "pki/ca_path.h"
#include "tests/lib/remote_signer.h"
#include <errno.h>
#include <string.h>

static void it_ends_in_the_root(void **state)
{
    static const struct signer_shape shape = { "house", true, 1, NOW + 3650 * DAY };
    struct fixture *fx = *state;
    struct remote_signer signer, stranger;
    AUTO(X509_stack_free) STACK_OF(X509) *above = sk_X509_new_null();
    const STACK_OF(X509) *const places[] = { NULL, above };
    const char *pem, *root;
    struct ca_path path;
    struct err err;

    remote_signer_open(&signer, &shape, fx->arena);
    remote_signer_open(&stranger, &shape, fx->arena); /* the same names, other keys */
    X509_add_cert(above, stranger.root, X509_ADD_FLAG_UP_REF);
    assert_int_equal(ca_path_find(&path, signer.ca, places, LENGTH(places), &err), -1);
    assert_int_equal(err.code, ENOENT);
    X509_add_cert(above, signer.root, X509_ADD_FLAG_UP_REF);
    assert_int_equal(ca_path_find(&path, signer.ca, places, LENGTH(places), &err), 0);
    assert_int_equal(path.count, 2);
    assert_true(ca_path_has(&path, signer.root) && ca_path_has(&path, signer.ca));
    assert_false(ca_path_has(&path, stranger.root));
    assert_int_equal(ca_path_pem(&pem, &path, fx->arena, &err), 0);
    assert_int_equal(certificate_pem(&root, signer.root, fx->arena, &err), 0);
    assert_string_equal(pem, root);
    assert_int_equal(ca_path_find(&path, signer.root, places, LENGTH(places), &err), 0);
    assert_int_equal(ca_path_pem(&pem, &path, fx->arena, &err), 0);
    assert_string_equal(pem, "");
    remote_signer_close(&signer);
    remote_signer_close(&stranger);
}

static void keys_are_those_that_the_data_plane_takes(void **state)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *good = EVP_EC_gen("P-384");
    AUTO(EVP_PKEY_free) EVP_PKEY *curve = EVP_EC_gen("P-521");
    AUTO(EVP_PKEY_free) EVP_PKEY *small = EVP_RSA_gen(1024);
    struct err err;

    (void)state;
    assert_int_equal(ca_path_check_key(good, &err), 0);
    assert_int_equal(ca_path_check_key(curve, &err), -1);
    assert_int_equal(ca_path_check_key(small, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(it_ends_in_the_root),
        FIXTURE_CASE(keys_are_those_that_the_data_plane_takes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
