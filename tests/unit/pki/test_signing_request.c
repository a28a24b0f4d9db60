/* tests/unit/pki/test_signing_request.c - the request proves possession of the key, and names the
 * subject. */
#include "pki/signing_request.h"
#include "tests/lib/trust_fixture.h"
#include <openssl/pem.h>
#include <string.h>

static void it_is_signed_by_the_key_and_holds_no_private_part(void **state)
{
    const struct ca_profile profile = { .org = "Istio", .common_name = "weft, eu-1" };
    struct fixture *fx = *state;
    AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
    char line[256];
    X509_REQ *request;
    const char *pem = NULL;
    struct err err;
    BIO *bio;

    assert_int_equal(signing_request_pem(&pem, &profile, key, fx->arena, &err), 0);
    assert_null(strstr(pem, "PRIVATE"));
    bio = BIO_new_mem_buf(pem, -1);
    request = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
    assert_non_null(request);
    assert_int_equal(X509_REQ_verify(request, key), 1);
    assert_int_equal(X509_NAME_entry_count(X509_REQ_get_subject_name(request)), 2);
    X509_NAME_get_text_by_NID(X509_REQ_get_subject_name(request), NID_commonName, line,
                              sizeof line);
    assert_string_equal(line, "weft, eu-1");
    X509_REQ_free(request);
    BIO_free(bio);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(it_is_signed_by_the_key_and_holds_no_private_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
