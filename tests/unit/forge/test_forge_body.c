/* tests/unit/forge/test_forge_body.c - weft's own texts, as forges give them back. */
#include "forge/forge_body.h"
#include "tests/lib/check.h"

static void the_marker_is_the_whole_first_line(void **state)
{
    static const struct {
        const char *sentence, *body;
        bool has;
    } rows[] = {
        { "alone", "<!-- m -->", true },
        { "before a line", "<!-- m -->\ntext", true },
        { "before CR LF", "<!-- m -->\r\ntext", true },
        { "with more behind it", "<!-- m --> text", false },
        { "on a later line", "text\n<!-- m -->", false },
        { "cut", "<!-- m --", false },
        { "no body", NULL, false },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        CASE(rows[i].sentence);
        assert_int_equal(forge_body_has_marker(rows[i].body, "<!-- m -->"), rows[i].has);
    }
}

static void line_ends_make_no_difference(void **state)
{
    static const struct {
        const char *sentence, *a, *b;
        bool equal;
    } rows[] = {
        { "the same", "a\nb", "a\nb", true },
        { "CR LF", "a\r\nb", "a\nb", true },
        { "lines dropped at the end", "a\nb", "a\nb\n\r\n", true },
        { "none and empty", NULL, "", true },
        { "none and line ends", NULL, "\n", true },
        { "none and a text", NULL, "a", false },
        { "another byte", "a\nb", "a\nc", false },
        { "an empty line inside", "a\n\nb", "a\nb", false },
        { "the beginning of the other", "a", "a\nb", false },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        CASE(rows[i].sentence);
        assert_int_equal(forge_body_equal(rows[i].a, rows[i].b), rows[i].equal);
        assert_int_equal(forge_body_equal(rows[i].b, rows[i].a), rows[i].equal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_marker_is_the_whole_first_line),
        cmocka_unit_test(line_ends_make_no_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
