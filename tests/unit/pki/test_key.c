/* tests/unit/pki/test_key.c - private keys of each kind, through PKCS#8 and PEM. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pki/key.h"
#include "pki/openssl.h"
#include <string.h>

static const struct {
    enum key_type type;
    uint32_t bits;
    bool valid;
} kinds[] = {
    { KEY_RSA, 2048, true },  { KEY_RSA, 4096, true }, { KEY_RSA, 1024, false },
    { KEY_RSA, 2047, false }, { KEY_RSA, 0, false },   { KEY_EC_P256, 0, true },
};

static void sizes_that_libraries_refuse_are_refused_here(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(kinds); i++) {
        struct err err;

        assert_int_equal(key_kind_check((struct key_kind){ kinds[i].type, kinds[i].bits }, &err),
                         kinds[i].valid ? 0 : -1);
    }
}

static void a_key_comes_back_from_der_and_pem(void **state)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    AUTO(EVP_PKEY_free) EVP_PKEY *from_der = NULL;
    AUTO(EVP_PKEY_free) EVP_PKEY *from_pem = NULL;
    AUTO(secret_free) struct secret *der = NULL;
    AUTO(secret_free) struct secret *pem = NULL;
    char spki[65], other[65];
    struct err err;

    (void)state;
    assert_int_equal(key_make(&key, (struct key_kind){ .type = KEY_EC_P256 }, &err), 0);
    assert_int_equal(key_der(&der, key, &err), 0);
    assert_int_equal(key_of_der(&from_der, der, &err), 0);
    assert_int_equal(EVP_PKEY_eq(key, from_der), 1);
    assert_int_equal(key_pem(&pem, der, &err), 0);
    assert_memory_equal(pem->bytes, "-----BEGIN PRIVATE KEY-----\n", 28);
    assert_int_equal(key_of_pem(&from_pem, "it", pem->bytes, pem->len, &err), 0);
    assert_int_equal(EVP_PKEY_eq(key, from_pem), 1);
    assert_int_equal(key_spki(spki, key, &err), 0);
    assert_int_equal(key_spki(other, from_pem, &err), 0);
    assert_string_equal(spki, other);
    der->bytes[der->len / 2] ^= 1;
    der->len -= 1;
    EVP_PKEY_free(TAKE(from_der));
    assert_int_equal(key_of_der(&from_der, der, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_that_libraries_refuse_are_refused_here),
        cmocka_unit_test(a_key_comes_back_from_der_and_pem),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
