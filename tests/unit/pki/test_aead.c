/* tests/unit/pki/test_aead.c - what was sealed opens only unchanged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pki/aead.h"
#include <string.h>

static const unsigned char key[AEAD_KEY] = { 1 }, nonce[AEAD_LONG_NONCE] = { 2 };

/* The first test vector of the GCM specification with a 256-bit key and one block. */
static void a_published_vector_comes_out(void **state)
{
    static const unsigned char zero_key[AEAD_KEY], zero_nonce[AEAD_NONCE], plain[16],
        wanted[16 + AEAD_TAG] = { 0xce, 0xa7, 0x40, 0x3d, 0x4d, 0x60, 0x6b, 0x6e, 0x07, 0x4e, 0xc5,
                                  0xd3, 0xba, 0xf3, 0x9d, 0x18, 0xd0, 0xd1, 0xc8, 0xa7, 0x99, 0x99,
                                  0x6b, 0xf0, 0x26, 0x5b, 0x98, 0xb5, 0xd4, 0x8a, 0xb9, 0x19 };
    const struct aead_input in = { AEAD_AES_256_GCM, zero_key, zero_nonce, NULL, 0, plain,
                                   sizeof plain };
    unsigned char out[sizeof wanted];
    struct err err;

    (void)state;
    assert_int_equal(aead_seal(out, &in, &err), 0);
    assert_memory_equal(out, wanted, sizeof wanted);
}

/* RFC 8439, 2.8.2. */
static void the_vector_of_chacha20_poly1305_comes_out(void **state)
{
    static const char plain[] =
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        "future, sunscreen would be it.";
    static const unsigned char aad[] = { 0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1,
                                         0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7 },
                               counted[AEAD_NONCE] = { 0x07, 0,    0,    0,    0x40, 0x41,
                                                       0x42, 0x43, 0x44, 0x45, 0x46, 0x47 },
                               first[] = { 0xd3, 0x1a, 0x8d, 0x34, 0x64, 0x8e, 0x60, 0xdb },
                               tag[AEAD_TAG] = { 0x1a, 0xe1, 0x0b, 0x59, 0x4f, 0x09, 0xe2, 0x6a,
                                                 0x7e, 0x90, 0x2e, 0xcb, 0xd0, 0x60, 0x06, 0x91 };
    unsigned char rising[AEAD_KEY], out[sizeof plain - 1 + AEAD_TAG];
    const struct aead_input in = {
        AEAD_CHACHA20_POLY1305,       rising,          counted, aad, sizeof aad,
        (const unsigned char *)plain, sizeof plain - 1
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < AEAD_KEY; i++)
        rising[i] = (unsigned char)(0x80 + i);
    assert_int_equal(aead_seal(out, &in, &err), 0);
    assert_memory_equal(out, first, sizeof first);
    assert_memory_equal(out + sizeof plain - 1, tag, AEAD_TAG);
}

/* Every byte of the ciphertext, the tag, the nonce and the additional data counts; what fails is
 * wiped. */
static void check_each_byte(enum aead_algorithm algorithm, size_t nonce_len)
{
    unsigned char aad[] = "row", sealed[5 + AEAD_TAG], opened[5], other[AEAD_LONG_NONCE];
    const unsigned char zeros[5] = { 0 };
    const struct aead_input
        in = { algorithm, key, nonce, aad, 3, (const unsigned char *)"hello", 5 },
        out = { algorithm, key, other, aad, 3, sealed, sizeof sealed };
    struct err err;

    memcpy(other, nonce, sizeof other);
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
    for (size_t i = 0; i < sizeof other; i++) {
        other[i] ^= 1;
        assert_int_equal(aead_open(opened, &out, &err), i < nonce_len ? -1 : 0);
        other[i] ^= 1;
    }
    aad[0] ^= 1;
    assert_int_equal(aead_open(opened, &out, &err), -1);
}

static void each_changed_byte_is_refused(void **state)
{
    (void)state;
    check_each_byte(AEAD_AES_256_GCM, AEAD_NONCE);
    check_each_byte(AEAD_AES_256_GCM_LONG_NONCE, AEAD_LONG_NONCE);
    check_each_byte(AEAD_CHACHA20_POLY1305, AEAD_NONCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_published_vector_comes_out),
        cmocka_unit_test(the_vector_of_chacha20_poly1305_comes_out),
        cmocka_unit_test(each_changed_byte_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
