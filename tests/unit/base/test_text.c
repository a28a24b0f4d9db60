/* tests/unit/base/test_text.c - buffers, numbers, names, UTF-8, base64. */
#include "base/base64.h"
#include "base/names.h"
#include "tests/lib/check.h"

#include "base/text.h"
#include <stdlib.h>

static void buffers_grow_and_stay_terminated(void **state)
{
    AUTO_TEXT text = { 0 };

    (void)state;
    text_add(&text, NULL, 0);
    assert_string_equal(text.bytes, "");
    for (int i = 0; i < 300; i++) {
        text_addc(&text, 'x');
        assert_int_equal(text.bytes[text.len], 0);
    }
    for (int len = 60; len < 300; len++) { /* over every border of its room */
        AUTO_TEXT whole = { 0 };
        AUTO_TEXT printed = { 0 };

        text_add(&whole, text.bytes, (size_t)len);
        text_addf(&printed, "%0*d", len, 1);
        assert_int_equal(strlen(whole.bytes), len);
        assert_int_equal(strlen(printed.bytes), len);
        assert_int_equal(printed.bytes[len - 1], '1');
    }
    text_clear(&text);
    assert_string_equal(text.bytes, "");
    text_adds(&text, "a");
    text_addf(&text, "%s-%d", "b", 1);
    text_addf(&text, "%0400d", 5);
    assert_int_equal(text.len, 404);
    assert_memory_equal(text.bytes, "ab-1000", 7);
    text_free(&text);
    assert_null(text.bytes);
    assert_int_equal(text.len + text.room, 0);
}

/* That what it grew out of is wiped is shown where keys are written
 * (k8s-job/apply/test_cacerts_secret.c). */
static void a_secret_buffer_keeps_its_text_and_is_emptied(void **state)
{
    AUTO_TEXT secret = { .secret = true };
    AUTO_TEXT usual = { 0 };

    (void)state;
    text_clear(&secret);
    for (int i = 0; i < 500; i++) {
        text_addf(&secret, "%d,", i);
        text_addf(&usual, "%d,", i);
    }
    assert_int_equal(secret.len, usual.len);
    assert_string_equal(secret.bytes, usual.bytes);
    text_clear(&secret);
    for (size_t i = 0; i < secret.room; i++)
        assert_int_equal(secret.bytes[i], 0);
    text_adds(&secret, "again");
    assert_string_equal(secret.bytes, "again");
    text_free(&secret);
    assert_null(secret.bytes);
}

static void numbers_are_whole_and_within_their_range(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *text; int64_t min, max; bool ok; int64_t value; } rows[] = {
        { "zero", "0", 0, 9, true, 0 },
        { "a negative number", "-12", -12, 0, true, -12 },
        { "the largest", "9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX },
        { "the smallest", "-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN },
        { "one above the largest", "9223372036854775808", INT64_MIN, INT64_MAX, false, 0 },
        { "one below the smallest", "-9223372036854775809", INT64_MIN, INT64_MAX, false, 0 },
        { "above the range", "10", 0, 9, false, 0 },
        { "below the range", "-1", 0, 9, false, 0 },
        { "nothing", "", 0, 9, false, 0 },
        { "no text at all", NULL, 0, 9, false, 0 },
        { "only a sign", "-", -9, 9, false, 0 },
        { "a plus", "+1", 0, 9, false, 0 },
        { "a blank before", " 1", 0, 9, false, 0 },
        { "something after", "1a", 0, 9, false, 0 },
        { "a fraction", "1.0", 0, 9, false, 0 },
    };
    // clang-format on

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t value = 77;

        CASE(rows[i].sentence);
        assert_int_equal(parse_int(rows[i].text, rows[i].min, rows[i].max, &value), rows[i].ok);
        assert_int_equal(value, rows[i].ok ? rows[i].value : 77);
    }
}

static void comparing_texts(void **state)
{
    const char *names[] = { "b", "a-b", "a", "\xC3\xA4", "B" };

    (void)state;
    assert_true(text_equal("a", (char[]){ "a" }));
    assert_false(text_equal("a", "b"));
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal("a", NULL));
    assert_false(text_equal(NULL, "a"));
    assert_true(text_empty(NULL) && text_empty("") && !text_empty("a"));
    assert_true(text_starts("abc", "ab") && !text_starts("a", "ab") && text_starts("a", ""));
    assert_true(text_ends("abc", "bc") && !text_ends("c", "bc") && text_ends("a", ""));
    qsort(names, LENGTH(names), sizeof *names, text_compare);
    assert_string_equal(names[0], "B");
    assert_string_equal(names[1], "a");
    assert_string_equal(names[2], "a-b");
    assert_string_equal(names[4], "\xC3\xA4");
}

static void character_classes_are_ascii(void **state)
{
    (void)state;
    for (int c = -128; c < 128; c++) {
        char x = (char)c;
        bool lower = x >= 'a' && x <= 'z', upper = x >= 'A' && x <= 'Z',
             digit = x >= '0' && x <= '9';

        assert_int_equal(is_lower(x), lower);
        assert_int_equal(is_digit(x), digit);
        assert_int_equal(is_alnum(x), lower || upper || digit);
        assert_int_equal(to_lower(x), upper ? x + 32 : x);
    }
}

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

/* RFC 4648, 10. */
static void base64_of_the_rfc(void **state)
{
    static const char *const rows[][2] = { { "", "" },
                                           { "f", "Zg==" },
                                           { "fo", "Zm8=" },
                                           { "foo", "Zm9v" },
                                           { "foob", "Zm9vYg==" },
                                           { "fooba", "Zm9vYmE=" },
                                           { "foobar", "Zm9vYmFy" } };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_TEXT encoded = { 0 };
        AUTO_TEXT decoded = { 0 };

        base64_encode(&encoded, rows[i][0], strlen(rows[i][0]));
        assert_string_equal(encoded.bytes, rows[i][1]);
        assert_true(base64_decode(&decoded, rows[i][1], strlen(rows[i][1])));
        assert_string_equal(decoded.bytes, rows[i][0]);
    }
}

static void base64_of_every_byte_comes_back(void **state)
{
    AUTO_TEXT encoded = { 0 };
    AUTO_TEXT decoded = { 0 };
    unsigned char all[256];

    (void)state;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (unsigned char)(255 - i);
    base64_encode(&encoded, all, sizeof all);
    assert_true(base64_decode(&decoded, encoded.bytes, encoded.len));
    assert_int_equal(decoded.len, sizeof all);
    assert_memory_equal(decoded.bytes, all, sizeof all);
}

static void what_is_not_base64_is_refused(void **state)
{
    static const char *const rows[] = { "Zg",       "Zg=",  "Zg===",  "Z===", "====",
                                        "Zh==",     "Zm9=", "Zm9v\n", "Zm 9", "Zm9-",
                                        "Zg==Zg==", "=AAA", "Zm9v=" };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_TEXT decoded = { 0 };

        CASE(rows[i]);
        assert_false(base64_decode(&decoded, rows[i], strlen(rows[i])));
    }
}

static void hex_is_lower_case(void **state)
{
    char out[9];

    (void)state;
    hex_encode(out, "\x00\x9a\xbc\xff", 4);
    assert_string_equal(out, "009abcff");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffers_grow_and_stay_terminated),
        cmocka_unit_test(a_secret_buffer_keeps_its_text_and_is_emptied),
        cmocka_unit_test(numbers_are_whole_and_within_their_range),
        cmocka_unit_test(comparing_texts),
        cmocka_unit_test(character_classes_are_ascii),
        cmocka_unit_test(kubernetes_names),
        cmocka_unit_test(utf8_is_checked_byte_by_byte),
        cmocka_unit_test(base64_of_the_rfc),
        cmocka_unit_test(base64_of_every_byte_comes_back),
        cmocka_unit_test(what_is_not_base64_is_refused),
        cmocka_unit_test(hex_is_lower_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
