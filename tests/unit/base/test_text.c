/* tests/unit/base/test_text.c - buffers, numbers, comparing, character classes. */
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
    assert_string_equal(text_or_empty(NULL), "");
    assert_string_equal(text_or_empty("a"), "a");
    assert_true(text_starts("abc", "ab") && !text_starts("a", "ab") && text_starts("a", ""));
    assert_true(text_ends("abc", "bc") && !text_ends("c", "bc") && text_ends("a", ""));
    assert_true(text_listed(names, LENGTH(names), "B"));
    assert_false(text_listed(names, LENGTH(names), "A"));
    assert_false(text_listed(names, LENGTH(names) - 1, "B"));
    assert_false(text_listed(names, LENGTH(names), NULL));
    assert_false(text_listed(NULL, 0, "a"));
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

static void a_byte_order_mark_is_stepped_over_once(void **state)
{
    static const struct {
        const char *sentence, *text, *rest;
    } rows[] = {
        { "before a text", "\xEF\xBB\xBFkind", "kind" },
        { "alone", "\xEF\xBB\xBF", "" },
        { "a second one is text", "\xEF\xBB\xBF\xEF\xBB\xBF", "\xEF\xBB\xBF" },
        { "a part of one", "\xEF\xBB", "\xEF\xBB" },
        { "in the middle", "a\xEF\xBB\xBF", "a\xEF\xBB\xBF" },
        { "none", "kind", "kind" },
        { "nothing", "", "" },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *bytes = rows[i].text;
        size_t len = strlen(bytes);

        print_message("%s\n", rows[i].sentence);
        text_skip_bom(&bytes, &len);
        assert_string_equal(bytes, rows[i].rest);
        assert_int_equal(len, strlen(rows[i].rest));
    }
}

static void a_cut_splits_no_character(void **state)
{
    static const struct {
        const char *sentence, *text;
        size_t max, kept;
    } rows[] = {
        { "shorter", "abc", 4, 3 },
        { "as long", "abc", 3, 3 },
        { "longer", "abc", 2, 2 },
        { "nothing fits", "abc", 0, 0 },
        { "nothing is there", "", 5, 0 },
        { "behind a character", "a\xC3\xA4z", 3, 3 },
        { "within one of two bytes", "a\xC3\xA4z", 2, 1 },
        { "within one of four bytes", "a\xF0\x9F\x98\x80", 4, 1 },
        { "the whole of four bytes", "a\xF0\x9F\x98\x80", 5, 5 },
        { "no whole character fits", "\xE2\x82\xAC", 2, 0 },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].sentence);
        assert_int_equal(text_cut(rows[i].text, rows[i].max), rows[i].kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffers_grow_and_stay_terminated),
        cmocka_unit_test(a_secret_buffer_keeps_its_text_and_is_emptied),
        cmocka_unit_test(numbers_are_whole_and_within_their_range),
        cmocka_unit_test(comparing_texts),
        cmocka_unit_test(character_classes_are_ascii),
        cmocka_unit_test(a_byte_order_mark_is_stepped_over_once),
        cmocka_unit_test(a_cut_splits_no_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
