/* tests/unit/pki/test_aead.c - what was sealed opens only unchanged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pki/aead.h"
#include <string.h>

static const unsigned char key[AEAD_KEY] = { 1 }, nonce[AEAD_NONCE] = { 2 };

/* The first test vector of the GCM specification with a 256-bit key and one block. */
static void a_published_vector_comes_out(void **state)
{
    static const unsigned char zero_key[AEAD_KEY], zero_nonce[AEAD_NONCE], plain[16],
        wanted[16 + AEAD_TAG] = { 0xce, 0xa7, 0x40, 0x3d, 0x4d, 0x60, 0x6b, 0x6e, 0x07, 0x4e, 0xc5,
                                  0xd3, 0xba, 0xf3, 0x9d, 0x18, 0xd0, 0xd1, 0xc8, 0xa7, 0x99, 0x99,
                                  0x6b, 0xf0, 0x26, 0x5b, 0x98, 0xb5, 0xd4, 0x8a, 0xb9, 0x19 };
    const struct aead_input in = { zero_key, zero_nonce, NULL, 0, plain, sizeof plain };
    unsigned char out[sizeof wanted];
    struct err err;

    (void)state;
    assert_int_equal(aead_seal(out, &in, &err), 0);
    assert_memory_equal(out, wanted, sizeof wanted);
}

/* Every byte of the ciphertext, the tag and the additional data counts; what fails is wiped. */
static void each_changed_byte_is_refused(void **state)
{
    unsigned char aad[] = "row", sealed[5 + AEAD_TAG], opened[5];
    const unsigned char zeros[5] = { 0 };
    const struct aead_input in = { key, nonce, aad, 3, (const unsigned char *)"hello", 5 },
                            out = { key, nonce, aad, 3, sealed, sizeof sealed };
    struct err err;

    (void)state;
    assert_int_equal(aead_seal(sealed, &in, &err), 0);
    assert_int_equal(aead_open(opened, &out, &err), 0);
    assert_memory_equal(opened, "hello", 5);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        memset(opened, 7, sizeof opened);
        assert_int_equal(aead_open(opened, &out, &err), -1);
        assert_memory_equal(opened, zeros, sizeof opened);
        sealed[i] ^= 1;
    }
    aad[0] ^= 1;
    assert_int_equal(aead_open(opened, &out, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_published_vector_comes_out),
        cmocka_unit_test(each_changed_byte_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
