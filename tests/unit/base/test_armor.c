/* tests/unit/base/test_armor.c - bytes under a label and back, and what is not that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/armor.h"

#define LABEL "TEST BYTES"
#define B ARMOR_BEGIN(LABEL) "\n"
#define E ARMOR_END(LABEL) "\n"

static void lines_have_their_length(void **state)
{
    AUTO_TEXT out = { 0 };

    (void)state;
    armor_write(&out, LABEL, 4, "0123456", 7);
    assert_string_equal(out.bytes, B "MDEy\nMzQ1\nNg==\n" E);
}

static void no_bytes_have_no_line(void **state)
{
    AUTO_TEXT out = { 0 };

    (void)state;
    armor_write(&out, LABEL, 4, "", 0);
    assert_string_equal(out.bytes, B E);
}

static void what_was_written_is_read(void **state)
{
    char bytes[100];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    for (size_t len = 0; len <= sizeof bytes; len++) {
        AUTO_TEXT armored = { 0 };
        AUTO_TEXT read = { 0 };

        armor_write(&armored, LABEL, 70, bytes, len);
        assert_int_equal(armor_read(&read, LABEL, armored.bytes, armored.len), ARMOR_FINE);
        assert_int_equal(read.len, len);
        assert_memory_equal(read.bytes, bytes, len);
    }
}

static const struct {
    const char *text;
    enum armor_problem problem;
} cases[] = {
    { B "MDEy\n" E, ARMOR_FINE },
    { B "MD\nEy\n" E, ARMOR_FINE },
    { ARMOR_BEGIN(LABEL) "\r\nMDEy\r\n" ARMOR_END(LABEL), ARMOR_FINE },
    { B "MDEy\n" E "more\n", ARMOR_FINE },
    { B "MDEy\n" E B "MDEy\n" E, ARMOR_FINE }, /* the first one */
    { "\n" B "MDEy\n" E, ARMOR_NO_BEGIN },
    { ARMOR_BEGIN("OTHER BYTES") "\nMDEy\n" E, ARMOR_NO_BEGIN },
    { "", ARMOR_NO_BEGIN },
    { "-----BEGIN TEST", ARMOR_NO_BEGIN },
    { B "MDEy\n", ARMOR_NO_END },
    { ARMOR_BEGIN(LABEL), ARMOR_NO_END },
    { B "MDEy\n" ARMOR_END("OTHER BYTES"), ARMOR_NO_END },
    { B "MDEy\n-----END TEST", ARMOR_NO_END },
    { B "MDE\n" E, ARMOR_NOT_BASE64 },
    { B "MD Ey\n" E, ARMOR_NOT_BASE64 },
    { B "Name: value\n\nMDEy\n" E, ARMOR_NOT_BASE64 },
};

static void anything_else_has_its_problem(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO_TEXT out = { 0 };

        print_message("%s\n", cases[i].text);
        assert_int_equal(armor_read(&out, LABEL, cases[i].text, strlen(cases[i].text)),
                         cases[i].problem);
        if (cases[i].problem == ARMOR_FINE)
            assert_string_equal(out.bytes, "012");
    }
}

/* The text may lie in memory that goes on behind it. */
static void no_byte_behind_the_text_is_read(void **state)
{
    static const char text[] = B "MDEy\n" E;
    const size_t end = sizeof text - 1 - strlen("\n");

    (void)state;
    for (size_t len = 0; len <= end; len++) {
        AUTO_TEXT out = { 0 };
        const enum armor_problem wanted = len < strlen(ARMOR_BEGIN(LABEL)) ? ARMOR_NO_BEGIN
                                          : len < end                      ? ARMOR_NO_END
                                                                           : ARMOR_FINE;

        assert_int_equal(armor_read(&out, LABEL, text, len), wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_have_their_length),
        cmocka_unit_test(no_bytes_have_no_line),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(anything_else_has_its_problem),
        cmocka_unit_test(no_byte_behind_the_text_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
