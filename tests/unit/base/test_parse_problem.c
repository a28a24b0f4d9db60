/* tests/unit/base/test_parse_problem.c - why a stream cannot be read, and where, in words that help
 */
#include "tests/lib/documents.h"

/* clang-format off */
static const struct documents_row mistakes[] = {
    { "a tab for indentation", "a:\n\tb: 1\n", "t.yaml:2:1: a tab; YAML is indented with spaces, replace it\n" },
    { "a colon in a plain text", "a: b: c\n", "t.yaml:1:5: a ':' makes a key where none is allowed; indent the line, or quote the text that holds ': '\n" },
    { "a line without a colon", "a: 1\nb\nc: 2\n", "t.yaml:3:1: a key has no ':' after it; write 'key: value', or indent the line if it continues a text (in the key that began in line 2)\n" },
    { "wrong indentation", "a:\n  b: 1\n c: 2\n", "t.yaml:3:2: expected a key here; check the indentation of this line (in the map that began in line 1)\n" },
    { "a percent sign at the start of a value", "a: %x\n", "t.yaml:1:4: a value cannot begin with this character; quote it\n" },
    { "an open quote", "a: \"x\n", "t.yaml:2:1: a quoted text is still open; close its quote (in the quoted text that began in line 1); the file ends here\n" },
    { "an open list", "a: [1, 2\nb: 3\n", "t.yaml:2:2: expected ',' or ']' in a [...] list (in the list that began in line 1)\n" },
    { "an unknown escape", "a: \"\\q\"\n", "t.yaml:1:5: an unknown escape after '\\' in a \"...\" text; write '\\\\' for a backslash\n" },
    { "a list item beside a key", "a: - 1\n", "t.yaml:1:4: a '- ' item cannot begin here; put it on its own line\n" },
    { "a byte that is not UTF-8", "a: 1\nb: \xC3\xA4\xFF\n", "t.yaml:2:5: not UTF-8 (byte 0xFF); save the file as UTF-8\n" },
    { "a control character", "a: 1\nb: \x01\n", "t.yaml:2:4: a control character; remove it, or write it as an escape in a \"...\" text\n" },
};
/* clang-format on */

static void mistakes_say_where_and_what(void **state)
{
    (void)state;
    documents_check(mistakes, LENGTH(mistakes), "unreadable\n");
}

static void bytes_that_are_no_utf8_text(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(documents_read("\xFF\xFE"
                                       "a\0",
                                       4, arena),
                        "t.yaml: is UTF-16; save it as UTF-8\nunreadable\n");
    assert_string_equal(documents_read("\xFE\xFF\0a", 4, arena),
                        "t.yaml: is UTF-16; save it as UTF-8\nunreadable\n");
    assert_string_equal(documents_read("a\0:\0", 4, arena),
                        "t.yaml: is UTF-16; save it as UTF-8\nunreadable\n");
    assert_string_equal(documents_read("\0GITCRYPT\0abc", 13, arena),
                        "t.yaml: is encrypted by git-crypt, which weft does not decrypt; keep "
                        "this file in plain text\nunreadable\n");
    assert_string_equal(documents_read("\xFF"
                                       "a: 1",
                                       5, arena),
                        "t.yaml:1:1: not UTF-8 (byte 0xFF); save the file as UTF-8\nunreadable\n");
    assert_string_equal(documents_read("a: 1\nb\0", 7, arena),
                        "t.yaml:2:2: a NUL byte (0x00); this is no text file\nunreadable\n");
}

/* libyaml would compare each with all before it: it must not get to see them. */
static void many_directives_never_reach_libyaml(void **state)
{
    static const char *const breaks[] = { "\n", "\r", "\r\n", "\xC2\x85", "\xE2\x80\xA8" };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(breaks); i++) {
        AUTO_TEXT text = { 0 };

        while (text.len < 6 * 1024 * 1024)
            text_addf(&text, "%%TAG !a%zu! x%s", text.len, breaks[i]);
        text_adds(&text, "--- a: 1\n");
        assert_true(text_ends(documents_refusal(text.bytes, text.len, arena),
                              ": the %TAG directive is not supported; remove it"));
    }
}

static void a_large_file_is_one_diag(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT text = { 0 };

    (void)state;
    text_adds(&text, "a: ");
    while (text.len < PARSE_BYTES_MAX - 1)
        text_addc(&text, 'x');
    text_addc(&text, '\n');
    assert_int_equal(text.len, PARSE_BYTES_MAX);
    assert_false(strstr(documents_read(text.bytes, text.len, arena), "unreadable"));
    while (text.len < 10 * 1024 * 1024)
        text_addc(&text, '#');
    assert_string_equal(documents_refusal(text.bytes, text.len, arena),
                        "t.yaml: is 10.0 MB, more than the 8 MB that weft reads; split it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_say_where_and_what),
        cmocka_unit_test(bytes_that_are_no_utf8_text),
        cmocka_unit_test(many_directives_never_reach_libyaml),
        cmocka_unit_test(a_large_file_is_one_diag),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
