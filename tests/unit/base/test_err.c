/* tests/unit/base/test_err.c - one line, the cause always kept. */
#include "base/names.h"
#include "tests/lib/check.h"

#include "base/err.h"
#include <errno.h>

static void setting_fills_everything_and_fails(void **state)
{
    struct err err = { 0 };

    (void)state;
    assert_int_equal(err_set(&err, ERR_GIT, -7, "fetch %s", "x"), -1);
    assert_int_equal(err.kind, ERR_GIT);
    assert_int_equal(err.code, -7);
    assert_string_equal(err.text, "fetch x");
}

static void errno_is_named(void **state)
{
    struct err err = { 0 };

    (void)state;
    errno = ENOENT;
    assert_int_equal(err_errno(&err, "open %s", "x.yaml"), -1);
    assert_int_equal(err.kind, ERR_SYSTEM);
    assert_int_equal(err.code, ENOENT);
    assert_string_equal(err.text, "open x.yaml: No such file or directory");
}

static void wrapping_puts_context_before_the_cause(void **state)
{
    struct err err = { 0 };

    (void)state;
    err_set(&err, ERR_STORE, 11, "disk is full");
    assert_int_equal(err_wrap(&err, "save %d roots", 3), -1);
    assert_string_equal(err.text, "save 3 roots: disk is full");
    assert_int_equal(err.kind, ERR_STORE);
    assert_int_equal(err.code, 11);
}

static void long_context_is_cut_and_the_cause_stays(void **state)
{
    struct err err = { 0 };
    char context[2000];

    (void)state;
    memset(context, 'c', sizeof context - 1);
    context[sizeof context - 1] = '\0';
    err_set(&err, ERR_GIT, 0, "the cause");
    for (int i = 0; i < 3; i++)
        err_wrap(&err, "%s", context);
    assert_true(strlen(err.text) < sizeof err.text);
    assert_true(text_ends(err.text, "...: the cause"));
}

static void a_cause_as_long_as_the_text_stays(void **state)
{
    struct err err = { 0 };
    char cause[2000];

    (void)state;
    memset(cause, 'x', sizeof cause - 1);
    cause[sizeof cause - 1] = '\0';
    err_set(&err, ERR_GIT, 0, "%s", cause);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_true(text_ends(err.text, "x..."));
    err_wrap(&err, "context");
    assert_true(text_starts(err.text, "xxx"));
}

static void what_just_fits_is_not_cut(void **state)
{
    struct err err = { 0 };
    enum { ROOM = sizeof err.text - 1 };

    (void)state;
    err_set(&err, ERR_GIT, 0, "%0*d", ROOM, 7);
    assert_true(text_ends(err.text, "07"));
    err_set(&err, ERR_GIT, 0, "%0*d", ROOM + 1, 7);
    assert_true(text_ends(err.text, "0..."));
    err_set(&err, ERR_GIT, 0, "cause");
    err_wrap(&err, "%0*d", ROOM - 7, 7);
    assert_true(text_ends(err.text, "07: cause"));
    err_set(&err, ERR_GIT, 0, "cause");
    err_wrap(&err, "%0*d", ROOM - 6, 7);
    assert_true(text_ends(err.text, "0...: cause"));
    assert_int_equal(strlen(err.text), ROOM);
}

static void a_character_is_not_cut_in_half(void **state)
{
    struct err err = { 0 };
    char cause[3000] = "a";

    (void)state;
    for (size_t i = 0; i < 700; i++)
        strcat(cause, "\xE2\x82\xAC");
    err_set(&err, ERR_GIT, 0, "%s", cause);
    assert_true(names_is_utf8(err.text, strlen(err.text), NULL));
}

static void line_breaks_and_escapes_of_others_become_visible(void **state)
{
    struct err err = { 0 };

    (void)state;
    err_set(&err, ERR_GIT, 0, "server said: %s", "no\n\033[31mway\r\n");
    assert_string_equal(err.text, "server said: no\\n\\033[31mway");
}

static void arguments_may_come_from_the_same_err(void **state)
{
    struct err err = { 0 };

    (void)state;
    err_set(&err, ERR_GIT, 0, "one");
    err_set(&err, ERR_REFUSED, 0, "two: %s", err.text);
    assert_string_equal(err.text, "two: one");
    err_wrap(&err, "again %s", err.text);
    assert_string_equal(err.text, "again two: one: two: one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_fills_everything_and_fails),
        cmocka_unit_test(errno_is_named),
        cmocka_unit_test(wrapping_puts_context_before_the_cause),
        cmocka_unit_test(long_context_is_cut_and_the_cause_stays),
        cmocka_unit_test(a_cause_as_long_as_the_text_stays),
        cmocka_unit_test(what_just_fits_is_not_cut),
        cmocka_unit_test(a_character_is_not_cut_in_half),
        cmocka_unit_test(line_breaks_and_escapes_of_others_become_visible),
        cmocka_unit_test(arguments_may_come_from_the_same_err),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
