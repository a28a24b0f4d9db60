/* tests/unit/delivery/test_age_decrypt.c - files of the age program and of delivery/age.c, and
 * every way in which a file can be another one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "delivery/age.h"
#include "delivery/age_armor.h"
#include "delivery/age_decrypt.h"
#include "tests/lib/failing_crypto.h"
#include <string.h>

#define KEY "AGE-SECRET-KEY-1UT770FJT6E0605YS4VLYVC9AREZ5HJR6K788R4ESJJ83V8QLWKFSFZX063"
#define RECIPIENT "age1730esecg52rvhd68vecl53phnldvu5ljse8nw0dj2cu434ty8pnsu6f8d5"
#define OTHER_KEY "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
#define OTHER "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

/* Written by age 1.1.1: "a vector". */
#define VECTOR                                                                                     \
    "-----BEGIN AGE ENCRYPTED FILE-----\n"                                                         \
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBrc2l6QzFWTHVXbVc5blo5\n"                           \
    "U2g3bXU3WUt3ckFsYzZUTVZtTjY0VW1yNVJ3ClNiTEpVS2R4dFVrMk1zai9mUlNp\n"                           \
    "QnlrV3YrdUk1RmhiRFhaWW5UZFNjeDgKLS0tIFJoeHdCYi9UU2hwZ21jQ1BaMjZk\n"                           \
    "cFpueXFpYUY4REZycVBvRjZJY01DLzQKwXgs6zHC/r7b2w2mt6JzWmK1TdxVfe2C\n"                           \
    "RZEEnhguc6XH0qCtaIlwTg==\n"                                                                   \
    "-----END AGE ENCRYPTED FILE-----\n"

static struct age_identities identities_of(const char *text)
{
    AUTO(secret_free) struct secret *content = secret_copy(text, strlen(text));
    struct age_identities out;
    struct err err;

    assert_int_equal(age_identities_decode(&out, content, "file", &err), 0);
    return out;
}

/* The kind of the failure, or -1 when the file opens. */
static int failure_of(const char *identities, const void *bytes, size_t len)
{
    AUTO_AGE_IDENTITIES keys = identities_of(identities);
    AUTO(secret_free) struct secret *plain = NULL;
    struct err err = { 0 };

    if (age_decrypt(&plain, &keys, bytes, len, &err) == 0)
        return -1;
    assert_null(plain);
    return (int)err.kind;
}

static void expect_plain(const char *identities, const void *bytes, size_t len, const char *wanted)
{
    AUTO_AGE_IDENTITIES keys = identities_of(identities);
    AUTO(secret_free) struct secret *plain = NULL;
    struct err err = { 0 };

    assert_int_equal(age_decrypt(&plain, &keys, bytes, len, &err), 0);
    assert_int_equal(plain->len, strlen(wanted));
    assert_memory_equal(plain->bytes, wanted, plain->len);
}

/* The vector without its armor. */
static void vector(struct text *out)
{
    struct err err;

    assert_int_equal(age_armor_read(out, VECTOR, strlen(VECTOR), &err), 0);
}

static void what_the_age_program_wrote_opens(void **state)
{
    AUTO_TEXT file = { 0 };

    (void)state;
    vector(&file);
    expect_plain(KEY, VECTOR, strlen(VECTOR), "a vector");
    expect_plain(KEY, file.bytes, file.len, "a vector");
    expect_plain(OTHER_KEY "\n" KEY, file.bytes, file.len, "a vector");
    assert_int_equal(failure_of(OTHER_KEY, file.bytes, file.len), ERR_REFUSED);
}

static void each_recipient_opens_what_weft_wrote(void **state)
{
    struct age_recipient recipients[2];
    AUTO_TEXT file = { 0 };
    struct err err;

    (void)state;
    assert_int_equal(age_recipient_read(&recipients[0], OTHER, &err), 0);
    assert_int_equal(age_recipient_read(&recipients[1], RECIPIENT, &err), 0);
    assert_int_equal(age_encrypt(&file, recipients, 2, "for both", 8, &err), 0);
    expect_plain(KEY, file.bytes, file.len, "for both");
    expect_plain(OTHER_KEY, file.bytes, file.len, "for both");
    text_clear(&file);
    assert_int_equal(age_encrypt(&file, recipients, 1, "for one", 7, &err), 0);
    assert_int_equal(failure_of(KEY, file.bytes, file.len), ERR_REFUSED);
    text_clear(&file);
    assert_int_equal(age_encrypt(&file, recipients, 1, "", 0, &err), 0);
    expect_plain(OTHER_KEY, file.bytes, file.len, "");
}

static void no_bit_of_a_file_can_be_another(void **state)
{
    AUTO_TEXT file = { 0 };

    (void)state;
    vector(&file);
    for (size_t i = 0; i < file.len; i++)
        for (int bit = 1; bit < 256; bit <<= 1) {
            file.bytes[i] = (char)(file.bytes[i] ^ bit);
            assert_int_not_equal(failure_of(KEY, file.bytes, file.len), -1);
            file.bytes[i] = (char)(file.bytes[i] ^ bit);
        }
}

static void no_byte_can_be_cut_off_or_added(void **state)
{
    AUTO_TEXT file = { 0 };

    (void)state;
    vector(&file);
    for (size_t len = 0; len < file.len; len++)
        assert_int_equal(failure_of(KEY, file.bytes, len), ERR_INPUT);
    text_addc(&file, 'x');
    assert_int_equal(failure_of(KEY, file.bytes, file.len), ERR_INPUT);
}

#define V "age-encryption.org/v1\n"
#define A43 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define SHARE "ksizC1VLuWmW9nZ9Sh7mu7YKwrAlc6TMVmN64Umr5Rw"
#define BODY "SbLJUKdxtUk2Msj/fRSiBykWv+uI5FhbDXZYnTdScx8"
#define MAC "--- " A43 "\n"

static const struct {
    const char *text;
    enum err_kind kind;
} malformed[] = {
    { "", ERR_INPUT },
    { "age-encryption.org/v2\n" MAC, ERR_INPUT },
    { "age-encryption.org/v1\r\n" MAC, ERR_INPUT },
    { "-----BEGIN AGE ENCRYPTED FILE-----", ERR_INPUT },
    { V, ERR_INPUT },
    { V "---\n", ERR_INPUT },
    { V "--- " A43 "=\n", ERR_INPUT },
    { V "--- AAAA\n", ERR_INPUT },
    { V "words\n" MAC, ERR_INPUT },
    { V "-> \n\n" MAC, ERR_INPUT },
    { V "->X25519 " SHARE "\n" BODY "\n" MAC, ERR_INPUT },
    { V "-> X25519\n" BODY "\n" MAC, ERR_REFUSED }, /* no argument: a kind that is not known */
    { V "-> X25519  " SHARE "\n" BODY "\n" MAC, ERR_INPUT },
    { V "-> X25519 " SHARE " \n" BODY "\n" MAC, ERR_INPUT },
    { V "-> X25519 " SHARE " x\n" BODY "\n" MAC, ERR_INPUT },
    { V "-> X25519 " SHARE "=\n" BODY "\n" MAC, ERR_INPUT },
    { V "-> X25519 " SHARE "\n" BODY "=\n" MAC, ERR_INPUT },
    { V "-> X25519 " SHARE "\n" BODY "\n\n" MAC, ERR_INPUT },
    { V "-> X25519 " SHARE "\nAAAA\n" MAC, ERR_INPUT },
    { V "-> X25519 " SHARE "\n" BODY A43 "\n" MAC, ERR_INPUT },
    { V "-> X25519 " SHARE "\n" MAC, ERR_INPUT },
    { V "-> X25519 " A43 "\n" BODY "\n" MAC, ERR_CRYPTO },  /* a share of small order */
    { V "-> X25519 " SHARE "\n" BODY "\n" MAC, ERR_INPUT }, /* the code is wrong */
    { V "-> x-grease a b\nQQ\n" MAC, ERR_REFUSED },
    { V "-> scrypt AAAA 18\n" BODY "\n" MAC, ERR_INPUT },
};

static void malformed_files_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(malformed); i++) {
        print_message("%s\n", malformed[i].text);
        assert_int_equal(failure_of(KEY, malformed[i].text, strlen(malformed[i].text)),
                         malformed[i].kind);
    }
}

static void what_is_too_large_is_refused(void **state)
{
    AUTO_TEXT file = { 0 };

    (void)state;
    while (file.len <= AGE_FILE_MAX)
        text_adds(&file, V);
    assert_int_equal(failure_of(KEY, file.bytes, file.len), ERR_INPUT);
}

static enum attempt decrypt_starved(void *context)
{
    AUTO(secret_free) struct secret *plain = NULL;
    struct err err;
    int result = age_decrypt(&plain, context, VECTOR, strlen(VECTOR), &err);

    failing_crypto_over();
    if (result < 0)
        return plain ? ATTEMPT_HALF : ATTEMPT_FAILED;
    return plain && plain->len == 8 && memcmp(plain->bytes, "a vector", 8) == 0 ? ATTEMPT_WHOLE
                                                                                : ATTEMPT_HALF;
}

/* A file that could not be opened for want of memory is not an empty one. */
static void want_of_memory_opens_nothing_half(void **state)
{
    AUTO_AGE_IDENTITIES keys = identities_of(KEY);

    (void)state;
    assert_true(failing_crypto_sweep(decrypt_starved, &keys) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_age_program_wrote_opens),
        cmocka_unit_test(each_recipient_opens_what_weft_wrote),
        cmocka_unit_test(no_bit_of_a_file_can_be_another),
        cmocka_unit_test(no_byte_can_be_cut_off_or_added),
        cmocka_unit_test(malformed_files_are_refused),
        cmocka_unit_test(what_is_too_large_is_refused),
        cmocka_unit_test(want_of_memory_opens_nothing_half),
    };

    if (!failing_crypto_install())
        return 1;

    return cmocka_run_group_tests(tests, NULL, NULL);
}
