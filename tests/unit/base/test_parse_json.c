/* tests/unit/base/test_parse_json.c - JSON in and out. */
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write_json.h"
#include "tests/lib/check.h"

#include "base/write.h"

static const char *line(const struct node *node, bool pretty, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    write_json(&out, node, pretty);
    return arena_bytes(arena, out.bytes, out.len);
}

static void what_is_read_is_written_again(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *text, *want; } rows[] = {
        { "all kinds", " { \"b\" : [ 1, -2.5, true, false, null, \"x\" ], \"a\" : { } } ", "{\"b\":[1,-2.5,true,false,null,\"x\"],\"a\":{}}" },
        { "a scalar alone", "12", "12" },
        { "escapes", "\"\\u00e4\\n\\t\\\"\\\\\\/\\u0001\\u007f\\ud83d\\ude00\"", "\"\xC3\xA4\\n\\t\\\"\\\\/\\u0001\\u007f\xF0\x9F\x98\x80\"" },
        { "the largest number", "9223372036854775807", "9223372036854775807" },
        { "fractions keep their value", "[0.1, 1e100, 3.14159, 100.0]", "[0.1,1e+100,3.14159,100]" },
        { "an empty list", "[]", "[]" },
    };
    // clang-format on
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct node *node = NULL;
        struct err err = { 0 };

        CASE(rows[i].sentence);
        if (parse_json(&node, rows[i].text, strlen(rows[i].text), arena, &err) < 0)
            fail_msg("%s", err.text);
        assert_string_equal(line(node, false, arena), rows[i].want);
    }
}

static void lists_have_an_index(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct node *list = NULL;
    struct err err = { 0 };

    (void)state;
    assert_int_equal(parse_json(&list, "[1,2,3]", 7, arena, &err), 0);
    assert_ptr_equal(list->items[0], list->first);
    assert_ptr_equal(list->items[2], list->last);
    assert_int_equal(list->count, 3);
}

static void what_is_not_json_is_refused(void **state)
{
    static const char *const rows[] = { "",
                                        "{",
                                        "[1,]",
                                        "{a: 1}",
                                        "'x'",
                                        "\"\\ud800\"",
                                        "\"\xFF\"",
                                        "01",
                                        "1 2",
                                        "nul",
                                        "{\"a\":1,\"a\":2}",
                                        "\"\\u0000\"",
                                        "1e999",
                                        "NaN" };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct node *node = NULL;
        struct err err = { 0 };

        CASE(rows[i]);
        assert_int_equal(parse_json(&node, rows[i], strlen(rows[i]), arena, &err), -1);
        assert_int_equal(err.kind, ERR_INPUT);
        assert_true(text_starts(err.text, "read JSON, line "));
    }
}

static void depth_is_limited(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    AUTO_TEXT text = { 0 };
    const struct node *node;
    struct err err = { 0 };

    (void)state;
    for (int depth = PARSE_DEPTH_MAX; depth <= 3000; depth += 1468) {
        text_clear(&text);
        for (int i = 0; i < depth; i++)
            text_addc(&text, '[');
        for (int i = 0; i < depth; i++)
            text_addc(&text, ']');
        assert_int_equal(parse_json(&node, text.bytes, text.len, arena, &err),
                         depth == PARSE_DEPTH_MAX ? 0 : -1);
    }
}

/* The same tree and the same words for what is none. */
static void secrets_are_read_alike(void **state)
{
    static const char *const texts[] = { "{\"data\":{\"k\":\"dGV4dA==\"},\"n\":[1,2.5,null]}",
                                         "{\"a\":", "{\"a\":1,\"a\":2}" };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        const struct node *usual = NULL, *secret = NULL;
        struct err one = { 0 }, two = { 0 };

        assert_int_equal(parse_json(&usual, texts[i], strlen(texts[i]), arena, &one),
                         parse_json_secret(&secret, texts[i], strlen(texts[i]), arena, &two));
        assert_string_equal(one.text, two.text);
        assert_true(usual ? node_equal(usual, secret) : !secret);
    }
}

/* Found before jansson takes memory: a text of a few MB may cost a hundred times that. */
static void values_are_limited(void **state)
{
    static const struct {
        const char *text;
        size_t values;
    } rows[] = {
        { "1", 1 },
        { "[]", 2 },
        { "[1,2]", 3 },
        { "{\"a\":[{}]}", 4 },
        { "\"[,\\\",{\"", 1 },
        { "[\"a\\\\\",1]", 3 },
    };
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct node *node;
    struct err err = { .text = "" };
    AUTO_TEXT text = { 0 };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(parse_json_values(rows[i].text, strlen(rows[i].text)), rows[i].values);
    text_adds(&text, "[");
    for (int i = 0; i < PARSE_NODES_MAX - 2; i++)
        text_adds(&text, "0,");
    text_adds(&text, "0]");
    assert_int_equal(parse_json_values(text.bytes, text.len), PARSE_NODES_MAX);
    assert_int_equal(parse_json(&node, text.bytes, text.len, arena, &err), 0);
    text.bytes[0] = ' '; /* no list any more, and no JSON; but first of all too many */
    text_adds(&text, ",[");
    assert_int_equal(parse_json(&node, text.bytes, text.len, arena, &err), -1);
    assert_non_null(strstr(err.text, "more than 2000000 values"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_written_again),
        cmocka_unit_test(lists_have_an_index),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(values_are_limited),
        cmocka_unit_test(secrets_are_read_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
