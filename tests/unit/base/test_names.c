/* tests/unit/base/test_names.c - names as Kubernetes takes them, and UTF-8 to the byte */
#include "tests/lib/check.h"

#include "base/names.h"

#define LETTERS63 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"

static void kubernetes_names(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *text; bool label, subdomain; } rows[] = {
        { "a word", "reviews", true, true },
        { "digits and dashes", "cluster-1", true, true },
        { "a digit first", "1a", true, true },
        { "63 letters", LETTERS63, true, true },
        { "64 letters", LETTERS63 "a", false, true },
        { "dots", "reviews.default", false, true },
        { "nothing", "", false, false },
        { "no text at all", NULL, false, false },
        { "upper case", "Reviews", false, false },
        { "a dash first", "-a", false, false },
        { "a dash last", "a-", false, false },
        { "an underscore", "a_b", false, false },
        { "a dot first", ".a", false, false },
        { "a dot last", "a.", false, false },
        { "two dots", "a..b", false, false },
        { "a dash beside a dot", "a-.b", false, false },
        { "a slash", "a/b", false, false },
        { "254 bytes", LETTERS63 "." LETTERS63 "." LETTERS63 "." LETTERS63 "", false, false },
        { "253 bytes", LETTERS63 "." LETTERS63 "." LETTERS63 "." "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxy", false, true },
    };
    // clang-format on

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        CASE(rows[i].sentence);
        assert_int_equal(names_is_dns_label(rows[i].text), rows[i].label);
        assert_int_equal(names_is_dns_subdomain(rows[i].text), rows[i].subdomain);
    }
}

static void utf8_is_checked_byte_by_byte(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *bytes; size_t len; int bad; } rows[] = {
        { "nothing", "", 0, -1 },
        { "ASCII longer than a word", "0123456789abcdef-", 17, -1 },
        { "two, three and four bytes", "\xC2\x80\xE0\xA0\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 13, -1 },
        { "a NUL", "abcdefgh\0z", 10, 8 },
        { "a NUL within the first word", "abc\0efghijkl", 12, 3 },
        { "a lone continuation byte", "a\x80", 2, 1 },
        { "an overlong slash", "\xC0\xAF", 2, 0 },
        { "an overlong form of three bytes", "\xE0\x9F\xBF", 3, 0 },
        { "an overlong form of four bytes", "\xF0\x8F\xBF\xBF", 4, 0 },
        { "a surrogate", "ab\xED\xA0\x80", 5, 2 },
        { "above U+10FFFF", "\xF4\x90\x80\x80", 4, 0 },
        { "a byte that never occurs", "\xFF", 1, 0 },
        { "cut at the end", "abcdefgh\xE2\x82", 10, 8 },
        { "a wrong third byte", "\xE2\x82X", 3, 0 },
    };
    // clang-format on

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        size_t bad = 99;

        CASE(rows[i].sentence);
        assert_int_equal(names_is_utf8(rows[i].bytes, rows[i].len, &bad), rows[i].bad < 0);
        assert_int_equal(bad, rows[i].bad < 0 ? 99 : (size_t)rows[i].bad);
        assert_int_equal(names_is_utf8(rows[i].bytes, rows[i].len, NULL), rows[i].bad < 0);
    }
}

static void code_points_of_each_length(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *bytes; size_t len, want; uint32_t code; } rows[] = {
        { "ASCII", "z", 1, 1, 'z' },
        { "two bytes", "\xC3\xA9x", 3, 2, 0xE9 },
        { "three bytes", "\xE2\x80\xA6", 3, 3, 0x2026 },
        { "four bytes", "\xF4\x8F\xBF\xBF", 4, 4, 0x10FFFF },
        { "a NUL", "\0z", 2, 0, 0 },
        { "a lone continuation byte", "\x80z", 2, 0, 0x80 },
        { "an overlong slash", "\xC0\xAF", 2, 0, 0xC0 },
        { "cut at the end", "\xE2\x82", 2, 0, 0xE2 },
    };
    // clang-format on

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint32_t code = 99;

        CASE(rows[i].sentence);
        assert_int_equal(names_code_point(&code, rows[i].bytes, rows[i].len), rows[i].want);
        assert_int_equal(code, rows[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kubernetes_names),
        cmocka_unit_test(utf8_is_checked_byte_by_byte),
        cmocka_unit_test(code_points_of_each_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
