/* tests/unit/delivery/test_age_identities.c - identity files: what is read, and what is refused by
 * its kind without a byte of it in the message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "delivery/age_identities.h"
#include <string.h>

#define KEY "AGE-SECRET-KEY-1UT770FJT6E0605YS4VLYVC9AREZ5HJR6K788R4ESJJ83V8QLWKFSFZX063"

static const struct {
    const char *text;
    size_t count;     /* 0: refused */
    const char *says; /* in the err */
} cases[] = {
    { KEY, 1, NULL },
    { KEY "\n", 1, NULL },
    { "# created: today\r\n# public key: age1x\r\n\r\n" KEY "\r\n", 1, NULL },
    { KEY "\n" KEY "\n", 2, NULL },
    { "", 0, "no identity" },
    { "# nothing\n", 0, "no identity" },
    { KEY " \n", 0, "file:1: is damaged" },
    { " " KEY "\n", 0, "file:1: is no identity" },
    { "\nAGE-SECRET-KEY-1UT770FJT6E0605YS4VLYVC9AREZ5HJR6K788R4ESJJ83V8QLWKFSFZX064", 0,
      "file:2: is damaged" },
    { "AGE-SECRET-KEY-1UT770FJT6E0605", 0, "is damaged" },
    { "age1730esecg52rvhd68vecl53phnldvu5ljse8nw0dj2cu434ty8pnsu6f8d5", 0, "a recipient" },
    { "AGE-SECRET-KEY-PQ-1QQQQ", 0, "post-quantum" },
    { "AGE-PLUGIN-YUBIKEY-1QQ", 0, "plugin" },
    { "-----BEGIN OPENSSH PRIVATE KEY-----", 0, "another kind" },
    { "-----BEGIN AGE ENCRYPTED FILE-----", 0, "encrypted itself" },
    { "age-encryption.org/v1\n-> scrypt", 0, "encrypted itself" },
    { "UT770FJT6E0605YS4VLYVC9AREZ5HJR6K788R4ESJJ83V8QLWKFSFZX063", 0, "is no identity" },
};

static void each_line_is_an_identity_or_a_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO(secret_free)
        struct secret *content = secret_copy(cases[i].text, strlen(cases[i].text));
        struct age_identities out;
        struct err err = { .text = "" };

        print_message("%s\n", cases[i].text);
        assert_int_equal(age_identities_decode(&out, content, "file", &err),
                         cases[i].count ? 0 : -1);
        assert_int_equal(out.count, cases[i].count);
        if (!cases[i].count) {
            assert_int_equal(err.kind, ERR_INPUT);
            assert_non_null(strstr(err.text, cases[i].says));
            assert_null(strstr(err.text, "UT770F"));
        }
        age_identities_close(&out);
    }
}

static void too_many_are_refused(void **state)
{
    struct age_identities out;
    AUTO_TEXT text = { 0 };
    AUTO(secret_free) struct secret *content = NULL;
    struct err err;

    (void)state;
    for (int i = 0; i <= AGE_IDENTITIES_MAX; i++)
        text_adds(&text, KEY "\n");
    content = secret_copy(text.bytes, text.len);
    assert_int_equal(age_identities_decode(&out, content, "file", &err), -1);
    assert_int_equal(out.count, 0);
}

static void a_nul_is_no_text(void **state)
{
    AUTO(secret_free) struct secret *content = secret_copy(KEY "\n\0", sizeof KEY + 1);
    struct age_identities out;
    struct err err;

    (void)state;
    assert_int_equal(age_identities_decode(&out, content, "file", &err), -1);
    assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_an_identity_or_a_reason),
        cmocka_unit_test(too_many_are_refused),
        cmocka_unit_test(a_nul_is_no_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
