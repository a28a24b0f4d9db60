/* tests/unit/delivery/test_age_primitive.c - what the code of tests/lib/sops_reader.c does not
 * prove: the one form of base64, tags that do not fit, and peers of small order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "delivery/age_primitive.h"
#include "pki/openssl.h"
#include <string.h>

static void base64_has_one_form(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        { "AAAAAAAAAAAAAAAAAAAAAA", true },
        { "AAAAAAAAAAAAAAAAAAAAAB", false },
        { "AAAAAAAAAAAAAAAAAAAAAA==", false },
        { "AAAAAAAAAAAAAAAAAAAAA=", false },
        { "AAAAAAAAAAAAAAAAAAAAA", false },
        { "AAAAAAAAAAAAAAAAAAAA\nA", false },
        { "", false },
    };
    unsigned char out[16];

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(
            age_primitive_read_base64(out, sizeof out, cases[i].text, strlen(cases[i].text)),
            cases[i].good);
}

static void only_what_was_sealed_opens(void **state)
{
    AUTO(secret_free) struct secret *key = secret_new(32);
    unsigned char sealed[5 + AGE_TAG], plain[5];
    struct err err;

    (void)state;
    assert_int_equal(age_primitive_seal(sealed, key, age_last_chunk, "bytes", 5, &err), 0);
    assert_true(age_primitive_open(plain, key, age_last_chunk, sealed, sizeof sealed));
    assert_memory_equal(plain, "bytes", 5);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        assert_false(age_primitive_open(plain, key, age_last_chunk, sealed, sizeof sealed));
        sealed[i] ^= 1;
    }
    assert_false(
        age_primitive_open(plain, key, (unsigned char[AGE_NONCE]){ 0 }, sealed, sizeof sealed));
    assert_false(age_primitive_open(plain, key, age_last_chunk, sealed, AGE_TAG - 1));
}

static void a_peer_of_small_order_is_refused(void **state)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *own = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    AUTO(secret_free) struct secret *key = NULL;
    static const unsigned char zero[AGE_KEY];
    struct err err;

    (void)state;
    assert_int_equal(
        age_primitive_agree(&key, own, zero, &(struct age_exchange){ zero, zero }, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_has_one_form),
        cmocka_unit_test(only_what_was_sealed_opens),
        cmocka_unit_test(a_peer_of_small_order_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
