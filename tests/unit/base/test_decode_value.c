/* tests/unit/base/test_decode_value.c - each value, its fallback, and how a wrong one is reported
 */
#include "tests/lib/decoding.h"

#include "base/decode_value.h"
#include "base/names.h"
#include <math.h>

static const char *const color_names[] = { "RED", "GREEN", "BLUE" };
static const struct enum_table colors = ENUM_TABLE(color_names);

static const char *read_text(struct at at) { return at_text(&at, "(fallback)"); }
static const char *read_need(struct at at) { return at_need(&at); }
static const char *read_bool(struct at at) { return at_bool(&at, true) ? "yes" : "no"; }
static const char *number(struct at at, int64_t value)
{
    return arena_printf(at.with->arena, "%lld", (long long)value);
}
static const char *read_int(struct at at) { return number(at, at_int(&at, 1, 65535, -7)); }
static const char *read_min(struct at at) { return number(at, at_int(&at, 1, INT64_MAX, -7)); }
static const char *read_float(struct at at)
{
    return arena_printf(at.with->arena, "%g", at_float(&at, 0, 100, -7));
}
static const char *read_enum(struct at at) { return number(at, at_enum(&at, &colors, -7)); }
static const char *read_long_enum(struct at at)
{
    static const char *const names[] = { "A", "B", "C", "D", "E", "F", "G",
                                         "H", "I", "J", "K", "L", "M" };
    static const struct enum_table letters = ENUM_TABLE(names);

    return number(at, at_enum(&at, &letters, -7));
}
static const char *read_duration(struct at at) { return number(at, at_duration(&at, 1000, -7)); }
static const char *read_any_duration(struct at at) { return number(at, at_duration(&at, 0, -7)); }
static const char *read_base64(struct at at)
{
    size_t len;
    const char *bytes = at_base64(&at, &len);

    return bytes ? arena_printf(at.with->arena, "%zu:%s", len, bytes) : "NULL";
}
static const char *read_texts(struct at at)
{
    AUTO_TEXT out = { 0 };
    size_t count;
    const char **texts = at_texts(&at, 3, &count);

    text_addf(&out, "%zu", count);
    for (size_t i = 0; i < count; i++)
        text_addf(&out, " %s", texts[i]);
    return arena_text(at.with->arena, out.bytes);
}
static const char *read_pairs(struct at at)
{
    AUTO_TEXT out = { 0 };
    size_t count;
    struct pair *pairs = at_pairs(&at, 3, &count);

    text_addf(&out, "%zu", count);
    for (size_t i = 0; i < count; i++)
        text_addf(&out, " %s=%s", pairs[i].key, pairs[i].value);
    return arena_text(at.with->arena, out.bytes);
}
// clang-format off
static const struct bench_row rows[] = {
    { "a string", read_text, "v: x", "x", "" },
    { "an empty string is one", read_text, "v: ''", "", "" },
    { "an absent string", read_text, "a: 1", "(fallback)", "" },
    { "a null string is absent", read_text, "v: ~", "(fallback)", "" },
    { "a number is no string", read_text, "v: 12", "(fallback)", "t.yaml:1:4: v: must be a string, is the number 12; write it in quotes\n" },
    { "a boolean is no string", read_text, "v: yes", "(fallback)", "t.yaml:1:4: v: must be a string, is the boolean yes; write it in quotes\n" },
    { "a map is no string", read_text, "v: {}", "(fallback)", "t.yaml:1:4: v: must be a string, is a map\n" },
    { "a list is no string", read_text, "v: []", "(fallback)", "t.yaml:1:4: v: must be a string, is a list\n" },

    { "something needed", read_need, "v: x", "x", "" },
    { "something needed is absent", read_need, "a: 1", "", "t.yaml:1:1: v: is required\n" },
    { "something needed is empty", read_need, "v: ''", "", "t.yaml:1:4: v: must not be empty\n" },
    { "something needed is a number", read_need, "v: 1", "", "t.yaml:1:4: v: must be a string, is the number 1; write it in quotes\n" },

    { "false", read_bool, "v: false", "no", "" },
    { "no is false, too", read_bool, "v: no", "no", "" },
    { "an absent boolean", read_bool, "a: 1", "yes", "" },
    { "a text is no boolean", read_bool, "v: 'false'", "yes", "t.yaml:1:4: v: must be true or false, is \"false\"\n" },
    { "a number is no boolean", read_bool, "v: 0", "yes", "t.yaml:1:4: v: must be true or false, is the number 0\n" },

    { "a number", read_int, "v: 80", "80", "" },
    { "the ends of the range", read_int, "v: 65535", "65535", "" },
    { "the lower end", read_int, "v: 1", "1", "" },
    { "a number as text", read_int, "v: '80'", "80", "" },
    { "an absent number", read_int, "a: 1", "-7", "" },
    { "below the range", read_int, "v: 0", "-7", "t.yaml:1:4: v: must be between 1 and 65535, is 0\n" },
    { "above the range", read_int, "v: 65536", "-7", "t.yaml:1:4: v: must be between 1 and 65535, is 65536\n" },
    { "a range without an upper end", read_min, "v: 0", "-7", "t.yaml:1:4: v: must be at least 1, is 0\n" },
    { "larger than any number", read_min, "v: 9223372036854775808", "-7", "t.yaml:1:4: v: must be a whole number, is the number 9223372036854775808\n" },
    { "a fraction", read_int, "v: 1.0", "-7", "t.yaml:1:4: v: must be a whole number, is the number 1.0\n" },
    { "octal to some, decimal to others", read_int, "v: 010", "-7", "t.yaml:1:4: v: must be a whole number, is the number 010\n" },
    { "the same below zero", read_min, "v: -010", "-7", "t.yaml:1:4: v: must be a whole number, is the number -010\n" },
    { "hexadecimal", read_int, "v: 0x10", "-7", "t.yaml:1:4: v: must be a whole number, is the number 0x10\n" },
    { "a word", read_int, "v: http", "-7", "t.yaml:1:4: v: must be a whole number, is \"http\"\n" },
    { "a boolean is no number", read_int, "v: true", "-7", "t.yaml:1:4: v: must be a whole number, is the boolean true\n" },
    { "a list is no number", read_int, "v: [1]", "-7", "t.yaml:1:4: v: must be a whole number, is a list\n" },

    { "a fraction where one may be", read_float, "v: 12.5", "12.5", "" },
    { "an exponent", read_float, "v: 1e1", "10", "" },
    { "a whole number", read_float, "v: 7", "7", "" },
    { "the ends of the fractions", read_float, "v: 100", "100", "" },
    { "the lower end of them", read_float, "v: 0", "0", "" },
    { "an absent fraction", read_float, "a: 1", "-7", "" },
    { "a fraction out of range", read_float, "v: 100.5", "-7", "t.yaml:1:4: v: must be between 0 and 100, is 100.5\n" },
    { "infinity", read_float, "v: .inf", "-7", "t.yaml:1:4: v: must be a number, is the number .inf\n" },
    { "not a number", read_float, "v: .nan", "-7", "t.yaml:1:4: v: must be a number, is the number .nan\n" },
    { "too large for a double", read_float, "v: 1e999", "-7", "t.yaml:1:4: v: must be a number, is the number 1e999\n" },
    { "hexadecimal is no fraction", read_float, "v: 0x10", "-7", "t.yaml:1:4: v: must be a number, is the number 0x10\n" },
    { "underscores", read_float, "v: 1_0", "-7", "t.yaml:1:4: v: must be a number, is the number 1_0\n" },
    { "a fraction as text", read_float, "v: '1.5'", "-7", "t.yaml:1:4: v: must be a number, is \"1.5\"\n" },

    { "an enum by name", read_enum, "v: GREEN", "1", "" },
    { "an absent enum", read_enum, "a: 1", "-7", "" },
    { "an enum by number", read_enum, "v: 2", "2", "t.yaml:1:4: v: warning: is the number 2; write the name BLUE\n" },
    { "an enum by a number that is none", read_enum, "v: 3", "-7", "t.yaml:1:4: v: the number 3 is not one of RED, GREEN, BLUE\n" },
    { "an enum with a typing error", read_enum, "v: GREN", "-7", "t.yaml:1:4: v: \"GREN\" is not one of RED, GREEN, BLUE; did you mean GREEN?\n" },
    { "an enum in small letters", read_enum, "v: blue", "-7", "t.yaml:1:4: v: \"blue\" is not one of RED, GREEN, BLUE; did you mean BLUE?\n" },
    { "an enum that is no name", read_enum, "v: []", "-7", "t.yaml:1:4: v: a list is not one of RED, GREEN, BLUE\n" },
    { "a quoted number is no enum", read_enum, "v: '1'", "-7", "t.yaml:1:4: v: \"1\" is not one of RED, GREEN, BLUE\n" },

    { "an enum of many names", read_long_enum, "v: XYZ", "-7", "t.yaml:1:4: v: \"XYZ\" is not one of A, B, C, D, E, F, G, H, I, J, K, L, ...\n" },

    { "a duration", read_duration, "v: 1h", "3600000", "" },
    { "a duration of several units", read_duration, "v: 1h2m3s4ms", "3723004", "" },
    { "a duration with a fraction", read_duration, "v: 1.5h", "5400000", "" },
    { "a long fraction", read_duration, "v: 1.123000000s", "1123", "" },
    { "parts of a millisecond", read_duration, "v: 2.000000003s", "-7", "t.yaml:1:4: v: must be whole milliseconds, is 2.000000003s\n" },
    { "a fraction without a whole", read_duration, "v: .5m", "30000", "" },
    { "microseconds add up", read_duration, "v: 1s1500us500us", "1002", "" },
    { "microseconds with a Greek letter", read_duration, "v: 1000000\xC2\xB5s1000000\xCE\xBCs", "2000", "" },
    { "nanoseconds", read_duration, "v: 1000000000ns", "1000", "" },
    { "zero needs no unit", read_any_duration, "v: '0'", "0", "" },
    { "an absent duration", read_duration, "a: 1", "-7", "" },
    { "a duration that is too short", read_duration, "v: 999ms", "-7", "t.yaml:1:4: v: must be at least 1s, is 999ms\n" },
    { "a negative duration", read_any_duration, "v: -1ns", "-7", "t.yaml:1:4: v: must be at least 0s, is -1ns\n" },
    { "a duration without unit", read_duration, "v: '10'", "-7", "t.yaml:1:4: v: must be a duration such as \"30s\" or \"1h30m\", is \"10\"\n" },
    { "a number is no duration", read_duration, "v: 10", "-7", "t.yaml:1:4: v: must be a duration such as \"30s\" or \"1h30m\", is the number 10\n" },
    { "an unknown unit", read_duration, "v: 1d", "-7", "t.yaml:1:4: v: must be a duration such as \"30s\" or \"1h30m\", is \"1d\"\n" },
    { "a unit without number", read_duration, "v: h", "-7", "t.yaml:1:4: v: must be a duration such as \"30s\" or \"1h30m\", is \"h\"\n" },
    { "only a dot", read_duration, "v: .s", "-7", "t.yaml:1:4: v: must be a duration such as \"30s\" or \"1h30m\", is \".s\"\n" },
    { "an empty duration", read_duration, "v: ''", "-7", "t.yaml:1:4: v: must be a duration such as \"30s\" or \"1h30m\", is \"\"\n" },
    { "300 years", read_duration, "v: 2628000h", "-7", "t.yaml:1:4: v: must be a duration such as \"30s\" or \"1h30m\", is \"2628000h\"\n" },
    { "many small steps", read_duration, "v: 2000000h2000000h", "-7", "t.yaml:1:4: v: must be a duration such as \"30s\" or \"1h30m\", is \"2000000h2000000h\"\n" },

    { "base64", read_base64, "v: aGVsbG8=", "5:hello", "" },
    { "empty base64", read_base64, "v: ''", "0:", "" },
    { "absent base64", read_base64, "a: 1", "NULL", "" },
    { "bad base64", read_base64, "v: aGVsbG8", "NULL", "t.yaml:1:4: v: must be base64 (RFC 4648, with padding, without line breaks)\n" },

    { "a list of strings", read_texts, "v: [b, a]", "2 b a", "" },
    { "an absent list", read_texts, "a: 1", "0", "" },
    { "an empty list", read_texts, "v: []", "0", "" },
    { "wrong items are told and left out", read_texts, "v: [a, 1, ~]", "1 a", "t.yaml:1:8: v[1]: must be a string, is the number 1; write it in quotes\nt.yaml:1:11: v[2]: must be a string, is null; remove it\n" },
    { "more items than may be", read_texts, "v: [a, b, c, d]", "3 a b c", "t.yaml:1:4: v: has 4 items, at most 3 are allowed\n" },
    { "a string is no list", read_texts, "v: a", "0", "t.yaml:1:4: v: must be a list, is \"a\"\n" },

    { "pairs come sorted", read_pairs, "v: {b: x, a: z}", "2 a=z b=x", "" },
    { "absent pairs", read_pairs, "a: 1", "0", "" },
    { "a wrong value of a pair", read_pairs, "v: {a/b: 1, c: ~, d: e}", "1 d=e", "t.yaml:1:10: v[\"a/b\"]: must be a string, is the number 1; write it in quotes\nt.yaml:1:16: v.c: must be a string, is null; write \"\" or remove it\n" },
    { "a list is no map of pairs", read_pairs, "v: [a]", "0", "t.yaml:1:4: v: must be a map (key: value), is a list\n" },
    { "more pairs than may be", read_pairs, "v: {a: a, b: b, c: c, d: d}", "3 a=a b=b c=c", "t.yaml:1:4: v: has 4 members, at most 3 are allowed\n" },


};
// clang-format on

static void values_and_their_mistakes(void **state)
{
    (void)state;
    bench_check(rows, LENGTH(rows));
}

static void strings_are_interned_and_outlive_the_tree(void **state)
{
    struct arena *tree = arena_new();
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = tree };
    struct decoder with = { &diags, arena, intern_new(arena) };
    struct at root = at_root(yaml("[reviews, reviews]", &diags), &with);
    struct at one = at_item(&root, 0), two = at_item(&root, 1);
    const char *first = at_text(&one, NULL), *second = at_need(&two);

    (void)state;
    arena_free(tree);
    assert_string_equal(first, "reviews");
    assert_ptr_equal(first, second);
}

static void a_long_value_is_shortened_in_messages(void **state)
{
    AUTO_TEXT text = { 0 };
    struct bench bench;
    struct arena *arena;

    (void)state;
    text_adds(&text, "\"x");
    for (int i = 0; i < 100; i++)
        text_adds(&text, "\xC3\xA4");
    text_adds(&text, "\"");
    arena = bench_open(&bench, text.bytes);
    at_int(&bench.root, 0, 1, 0);
    assert_true(names_is_utf8(bench.diags.first->text, strlen(bench.diags.first->text), NULL));
    assert_true(text_ends(bench.diags.first->text, "\xC3\xA4...\""));
    assert_true(strlen(bench.diags.first->text) < 110);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_their_mistakes),
        cmocka_unit_test(strings_are_interned_and_outlive_the_tree),
        cmocka_unit_test(a_long_value_is_shortened_in_messages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
