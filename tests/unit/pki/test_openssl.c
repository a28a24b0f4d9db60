/* tests/unit/pki/test_openssl.c - failures of libcrypto become one err, and what was given to
 * libcrypto is not quoted. */
#include "pki/openssl.h"
#include "tests/lib/trust_fixture.h"
#include <openssl/err.h>
#include <string.h>

static void the_oldest_reason_is_named_and_the_queue_is_empty(void **state)
{
    struct err err;

    (void)state;
    ERR_clear_error();
    ERR_raise(ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH);
    ERR_raise(ERR_LIB_USER, ERR_R_MALLOC_FAILURE);
    assert_int_equal(err_crypto(&err, "compare the key of %s", "eu-1"), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
    assert_non_null(strstr(err.text, "compare the key of eu-1: "));
    assert_non_null(strstr(
        err.text, ERR_reason_error_string(ERR_PACK(ERR_LIB_X509, 0, X509_R_KEY_VALUES_MISMATCH))));
    assert_int_equal(ERR_peek_error(), 0);
}

/* The queue's data may hold input, a pass phrase or a key among it. */
static void data_of_the_queue_is_left_out(void **state)
{
    struct err err;

    (void)state;
    ERR_raise_data(ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH, "input: %s", "SECRET-BYTES");
    assert_int_equal(err_crypto(&err, "read a key"), -1);
    assert_null(strstr(err.text, "SECRET-BYTES"));
}

static void without_a_reason_it_still_says_something(void **state)
{
    struct err err;

    (void)state;
    ERR_clear_error();
    assert_int_equal(err_crypto(&err, "make a key"), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
    assert_true(strlen(err.text) > strlen("make a key: "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_reason_is_named_and_the_queue_is_empty),
        cmocka_unit_test(data_of_the_queue_is_left_out),
        cmocka_unit_test(without_a_reason_it_still_says_something),
    };

    return cmocka_run_group_tests_name("pki/openssl", tests, NULL, NULL);
}
