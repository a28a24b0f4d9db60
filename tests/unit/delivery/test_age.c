/* tests/unit/delivery/test_age.c - recipients and files of age, opened by the reader of tests/lib.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "delivery/age.h"
#include "tests/lib/failing_crypto.h"
#include "tests/lib/sops_reader.h"
#include <string.h>

static void its_identity_opens_it_and_no_other(void **state)
{
    static const size_t lengths[] = { 0, 1, 32, 33, 4096, AGE_PLAIN_MAX };
    struct age_identity one = age_identity_new(), other = age_identity_new();
    struct arena *arena = arena_new();
    char *plain = ARENA_NEW(arena, char, AGE_PLAIN_MAX);
    struct age_recipient recipient;
    struct err err;

    (void)state;
    memset(plain, 'k', AGE_PLAIN_MAX);
    assert_int_equal(age_recipient_read(&recipient, one.recipient, &err), 0);
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        AUTO_TEXT file = { 0 };
        const char *opened;
        size_t len = 0;

        assert_int_equal(age_encrypt(&file, &recipient, 1, plain, lengths[i], &err), 0);
        opened = age_open(&len, &one, file.bytes, arena);
        assert_non_null(opened);
        assert_int_equal(len, lengths[i]);
        assert_memory_equal(opened, plain, len);
        assert_null(age_open(&len, &other, file.bytes, arena));
    }
    arena_free(arena);
    age_identity_free(&one);
    age_identity_free(&other);
}

static void equal_input_gives_other_files(void **state)
{
    struct age_identity one = age_identity_new();
    AUTO_TEXT first = { 0 };
    AUTO_TEXT second = { 0 };
    struct age_recipient recipient;
    struct err err;

    (void)state;
    assert_int_equal(age_recipient_read(&recipient, one.recipient, &err), 0);
    assert_int_equal(age_encrypt(&first, &recipient, 1, "key", 3, &err), 0);
    assert_int_equal(age_encrypt(&second, &recipient, 1, "key", 3, &err), 0);
    assert_int_equal(first.len, second.len);
    assert_string_not_equal(first.bytes, second.bytes);
    age_identity_free(&one);
}

static void what_does_not_fit_one_chunk_is_refused(void **state)
{
    struct age_identity one = age_identity_new();
    static const char plain[AGE_PLAIN_MAX + 1];
    AUTO_TEXT file = { 0 };
    struct age_recipient recipient;
    struct err err;

    (void)state;
    assert_int_equal(age_recipient_read(&recipient, one.recipient, &err), 0);
    assert_int_equal(age_encrypt(&file, &recipient, 1, plain, sizeof plain, &err), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_int_equal(file.len, 0);
    age_identity_free(&one);
}

/* A point of small order: the key would be public. */
static void a_recipient_of_small_order_is_refused(void **state)
{
    static const unsigned char zero[AGE_KEY];
    AUTO_TEXT file = { 0 };
    struct age_recipient recipient;
    char text[80];
    struct err err;

    (void)state;
    age_recipient_text(text, zero);
    assert_int_equal(age_recipient_read(&recipient, text, &err), 0);
    assert_int_equal(age_encrypt(&file, &recipient, 1, "key", 3, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
    assert_int_equal(file.len, 0);
}

static const struct {
    const char *text, *says;
} wrong[] = {
    { "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX",
      "private key (identity)" },
    { "AGE-PLUGIN-YUBIKEY-1QQPSQQ", "private key (identity)" },
    { "age1pq1qqqqqqqqqqqqqq", "ML-KEM" },
    { "age1yubikey1qgqqqqqqq", "age plugin" },
    { "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", "SSH key" },
    { "age1zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "checksum" },
    { "age1bbb", "character" },
    { "age1Qq", "upper and lower" },
    { "age1", "checksum" },
    { "", "begins with \"age1\"" },
    { "me@example.com", "begins with \"age1\"" },
    { "AGE1QQ", "begins with \"age1\"" },
};

static void wrong_recipients_are_refused_by_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        struct age_recipient recipient;
        struct err err = { 0 };

        print_message("%s\n", wrong[i].text);
        assert_int_equal(age_recipient_read(&recipient, wrong[i].text, &err), -1);
        assert_int_equal(err.kind, ERR_INPUT);
        assert_non_null(strstr(err.text, wrong[i].says));
        assert_null(strstr(err.text, "GFPYYSJZ")); /* never a private key */
    }
}

static enum attempt encrypt_starved(void *context)
{
    const struct age_identity *identity = context;
    struct arena *arena = arena_new(); /* ends with the process */
    AUTO_TEXT file = { 0 };
    struct age_recipient recipient;
    const char *opened;
    size_t len = 0;
    struct err err;
    int result = age_recipient_read(&recipient, identity->recipient, &err);

    if (result == 0)
        result = age_encrypt(&file, &recipient, 1, "key", 3, &err);
    failing_crypto_over();
    if (result < 0)
        return ATTEMPT_FAILED;
    opened = age_open(&len, identity, file.bytes, arena);
    return opened && len == 3 && memcmp(opened, "key", 3) == 0 ? ATTEMPT_WHOLE : ATTEMPT_HALF;
}

static void want_of_memory_leaves_nothing_half(void **state)
{
    struct age_identity one = age_identity_new();

    (void)state;
    assert_true(failing_crypto_sweep(encrypt_starved, &one) > 20);
    age_identity_free(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_identity_opens_it_and_no_other),
        cmocka_unit_test(equal_input_gives_other_files),
        cmocka_unit_test(what_does_not_fit_one_chunk_is_refused),
        cmocka_unit_test(a_recipient_of_small_order_is_refused),
        cmocka_unit_test(wrong_recipients_are_refused_by_kind),
        cmocka_unit_test(want_of_memory_leaves_nothing_half),
    };

    if (!failing_crypto_install())
        return 1;

    return cmocka_run_group_tests(tests, NULL, NULL);
}
