/* tests/unit/app/test_color.c - which lines are colored, and when. */
#include "app/color.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* "<" and ">" mark the begin and the end of a color. */
static void color__lines_that_matter_stand_out(void **state)
{
    static const char in[] = "No action needed\n\nNAME\n! error\n- warning\n-1d\n"
                             "--- a\n+++ b\n@@ 1 @@\n-- item\n+- item\n unchanged\n";
    static const char wanted[] = "<No action needed>\n\nNAME\n<! error>\n<- warning>\n-1d\n"
                                 "<--- a>\n<+++ b>\n<@@ 1 @@>\n<-- item>\n<+- item>\n unchanged\n";
    struct text out = { 0 }, marked = { 0 };

    (void)state;
    color_lines(&out, in);
    for (const char *at = out.bytes; *at; at++) {
        if (*at != '\033') {
            text_addc(&marked, *at);
            continue;
        }
        text_addc(&marked, strncmp(at, "\033[0m", 4) == 0 ? '>' : '<');
        at += strcspn(at, "m");
    }
    assert_string_equal(marked.bytes, wanted);
    text_free(&out);
    text_free(&marked);
}

static void color__a_file_is_plain_unless_color_is_asked_for(void **state)
{
    const struct options automatic = { 0 }, always = { .color = "always" };
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_false(color_wanted(&automatic, ends[1]));
    assert_true(color_wanted(&always, ends[1]));
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(color__lines_that_matter_stand_out),
        cmocka_unit_test(color__a_file_is_plain_unless_color_is_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
