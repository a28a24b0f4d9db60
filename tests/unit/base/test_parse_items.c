/* tests/unit/base/test_parse_items.c - a list of objects in JSON, one object at a time.  That it
 * takes the same texts as parse_json is shown by tests/fuzz/fuzz_json.c. */
#include "base/parse_items.h"
#include "base/write.h"
#include "base/write_json.h"
#include "tests/lib/check.h"

enum { MANY = 100 };

static void write_item(void *context, const struct node *item)
{
    struct text *out = context;

    write_json(out, item, false);
    text_addc(out, '\n');
}

static bool is_cut(const char *name, size_t len, bool is_text)
{
    return !is_text && len == 3 && memcmp(name, "cut", 3) == 0;
}

/* The items, each a line; values: how many there were. */
static int read_text(struct text *items, const struct node **head, size_t *values, const char *text,
                     size_t max, struct arena *arena, struct err *err)
{
    const struct parse_items how = { write_item, items, is_cut, max };

    text_adds(items, "");
    return parse_items(head, values, arena_text(arena, text), strlen(text), &how, arena, err);
}

static void items_come_one_by_one(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *text, *items, *head; size_t values; } rows[] = {
        { "a page", " {\"kind\":\"AList\",\"metadata\":{\"continue\":\"x\"},\"items\":[{\"a\":1} , {\"b\":[true,null]}]}\n",
          "{\"a\":1}\n{\"b\":[true,null]}\n", "{\"kind\":\"AList\",\"metadata\":{\"continue\":\"x\"},\"items\":[]}", 11 },
        { "the head may follow", "{\"items\":[1],\"kind\":\"AList\"}", "1\n", "{\"items\":[],\"kind\":\"AList\"}", 4 },
        { "no items", "{\"items\":null}", "", "{\"items\":null}", 2 },
        { "a map of that name is no list", "{\"items\":{\"a\":1}}", "", "{\"items\":{\"a\":1}}", 3 },
        { "only the list at the top", "{\"a\":{\"items\":[1]},\"items\":[{\"items\":[2]}]}", "{\"items\":[2]}\n", "{\"a\":{\"items\":[1]},\"items\":[]}", 8 },
        { "what is cut is empty", "{\"items\":[{\"cut\":[1,\"]\",{}],\"b\":{\"cut\":{\"x\":1}},\"cutX\":[1]}]}",
          "{\"cut\":[],\"b\":{\"cut\":{}},\"cutX\":[1]}\n", "{\"items\":[]}", 8 },
        { "a text of a name that is cut stays", "{\"items\":[{\"cut\":\"a\\u0062\"}]}", "{\"cut\":\"ab\"}\n", "{\"items\":[]}", 4 },
        { "numbers and texts as parse_json reads them", "{\"items\":[[0,-7,-0,1.50,1e2,123456789012345678],\"\\ud83d\\ude00\xC3\xA4\\n\"]}",
          "[0,-7,0,1.5,100,123456789012345678]\n\"\xF0\x9F\x98\x80\xC3\xA4\\n\"\n", "{\"items\":[]}", 10 },
    };
    // clang-format on
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_TEXT items = { 0 };
        AUTO_TEXT line = { 0 };
        const struct node *head;
        struct err err = { 0 };
        size_t values;

        CASE(rows[i].sentence);
        if (read_text(&items, &head, &values, rows[i].text, rows[i].values, arena, &err) < 0)
            fail_msg("%s", err.text);
        assert_string_equal(items.bytes, rows[i].items);
        write_json(&line, head, false);
        assert_string_equal(line.bytes, rows[i].head);
        assert_int_equal(values, rows[i].values);
        /* one value less is too many */
        assert_int_equal(
            read_text(&items, &head, &values, rows[i].text, rows[i].values - 1, arena, &err), -1);
        assert_int_equal(values, rows[i].values);
    }
}

static void what_is_no_page_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "[]",
        "{\"items\":[1,]}",
        "{\"items\":[1 2]}",
        "{\"items\":[1",
        "{\"items\":[1]",
        "{\"items\":[1]}}",
        "{\"items\":[1]} x",
        "{\"items\":[1],\"items\":[2]}",
        "{\"items\":[{\"a\":1,\"a\":2}]}",
        "{\"items\":[{\"a\":1,\"\\u0061\":2}]}",
        "{\"items\":[{\"cut\":[1],\"cut\":[2]}]}",
        "{\"items\":[{\"cut\":[1}}]}",
        "{\"items\":[{\"cut\":[\"1]}]}",
        "{\"items\":[{\"cut\":[",
        "{\"items\":[{a:1}]}",
        "{\"items\":[{\"a\" 1}]}",
        "{\"items\":[\"\\u0000\"]}",
        "{\"items\":[\"\\ud800\"]}",
        "{\"items\":[\"\xC0\x80\"]}",
        "{\"items\":[\"a\nb\"]}",
        "{\"items\":[\"a]}",
        "{\"items\":[\"a\\",
        "{\"items\":[01]}",
        "{\"items\":[-]}",
        "{\"items\":[1.]}",
        "{\"items\":[1e999]}",
        "{\"items\":[9223372036854775808]}",
        "{\"items\":[tru]}",
        "{\"items\":[nul",
    };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_TEXT items = { 0 };
        const struct node *head;
        struct err err = { 0 };
        size_t values;

        CASE(rows[i]);
        assert_int_equal(read_text(&items, &head, &values, rows[i], 1000, arena, &err), -1);
        assert_null(head);
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

/* A NUL ends no text that goes on behind it. */
static void a_nul_inside_is_refused(void **state)
{
    char bytes[] = "{\"items\":[]}\0 ";
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct parse_items how = { write_item, NULL, NULL, 1000 };
    const struct node *head;
    struct err err = { 0 };
    size_t values;

    (void)state;
    assert_int_equal(parse_items(&head, &values, bytes, sizeof bytes - 1, &how, arena, &err), -1);
}

/* 0 or -1 for the text alone; its items are not looked at. */
static int parse_only(const char *text, struct arena *arena)
{
    AUTO_TEXT items = { 0 };
    const struct node *head;
    struct err err = { 0 };
    size_t values;

    return read_text(&items, &head, &values, text, 1000, arena, &err);
}

static const char *nested(unsigned depth, const char *inside, struct arena *arena)
{
    AUTO_TEXT text = { 0 };

    text_adds(&text, "{\"items\":[");
    for (unsigned i = 0; i < depth; i++)
        text_addc(&text, '[');
    text_adds(&text, inside);
    for (unsigned i = 0; i < depth; i++)
        text_addc(&text, ']');
    text_adds(&text, "]}");
    return arena_text(arena, text.bytes);
}

static void the_depth_has_a_limit(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(parse_only(nested(PARSE_DEPTH_MAX - 2, "", arena), arena), 0);
    assert_int_equal(parse_only(nested(PARSE_DEPTH_MAX - 2, "1", arena), arena), -1);
    assert_int_equal(parse_only(nested(PARSE_DEPTH_MAX - 1, "", arena), arena), -1);
}

/* Twice: the last key is that of the first member. */
static const char *many_keys(bool twice, struct arena *arena)
{
    AUTO_TEXT text = { 0 };

    text_adds(&text, "{\"items\":[{\"k0\":0");
    for (int i = 1; i < MANY; i++)
        text_addf(&text, ",\"k%d\":%d", i, i);
    text_addf(&text, ",\"k%d\":1}]}", twice ? 0 : MANY);
    return arena_text(arena, text.bytes);
}

static void keys_of_large_maps_are_compared_too(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(parse_only(many_keys(false, arena), arena), 0);
    assert_int_equal(parse_only(many_keys(true, arena), arena), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_one_by_one),
        cmocka_unit_test(what_is_no_page_is_refused),
        cmocka_unit_test(a_nul_inside_is_refused),
        cmocka_unit_test(the_depth_has_a_limit),
        cmocka_unit_test(keys_of_large_maps_are_compared_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
