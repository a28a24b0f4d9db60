/* tests/unit/delivery/test_age_armor.c - the one armored text of a file, and what differs from it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "delivery/age_armor.h"
#include <string.h>

static void what_was_written_is_read(void **state)
{
    char bytes[200];

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    for (size_t len = 1; len <= sizeof bytes; len++) {
        AUTO_TEXT armored = { 0 };
        AUTO_TEXT file = { 0 };
        struct err err;

        age_armor_write(&armored, bytes, len);
        assert_int_equal(age_armor_read(&file, armored.bytes, armored.len, &err), 0);
        assert_int_equal(file.len, len);
        assert_memory_equal(file.bytes, bytes, len);
    }
}

#define B AGE_ARMOR_BEGIN "\n"
#define E "-----END AGE ENCRYPTED FILE-----"
#define FULL "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const struct {
    const char *text;
    bool good;
} cases[] = {
    { B "AAAA\n" E "\n", true },
    { B "AAAA\n" E, true },
    { B "AAAA\n" E "\n\n", true },
    { AGE_ARMOR_BEGIN "\r\nAAAA\r\n" E "\r\n", true },
    { B FULL "\nAA==\n" E "\n", true },
    { B FULL "AA==\n" E "\n", false },  /* a line too long */
    { B "AAAA\nAAAA\n" E "\n", false }, /* one too short */
    { B "\nAAAA\n" E "\n", false },     /* an empty one */
    { B " AAAA\n" E "\n", false },      /* a blank */
    { B "AAA\n" E "\n", false },        /* no padding */
    { B "AAB=\n" E "\n", false },       /* bits beyond the last byte */
    { B "AAAA\n" E "\n\n\n", false },   /* more after it */
    { B "AAAA\n" E "\nAAAA\n", false },
    { B "AAAA\n", false }, /* no end */
    { AGE_ARMOR_BEGIN, false },
    { B "AAAA\n-----END AGE FILE-----\n", false },
    { "", false },
};

static void anything_else_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO_TEXT file = { 0 };
        struct err err = { 0 };

        print_message("%s\n", cases[i].text);
        assert_int_equal(age_armor_read(&file, cases[i].text, strlen(cases[i].text), &err),
                         cases[i].good ? 0 : -1);
        if (!cases[i].good)
            assert_int_equal(err.kind, ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(anything_else_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
