/* tests/unit/base/test_write_json.c - JSON that any reader takes, from trees of any bytes */
#include "tests/lib/check.h"

#include "base/write_json.h"

static const char *line(const struct node *node, bool pretty, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    write_json(&out, node, pretty);
    return arena_bytes(arena, out.bytes, out.len);
}

static void pretty_has_two_spaces_and_an_end(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };

    (void)state;
    assert_string_equal(line(yaml("{a: [1, {b: c}], d: {}, e: []}", &diags), true, arena),
                        "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"c\"\n    }\n  ],\n"
                        "  \"d\": {},\n  \"e\": []\n}\n");
}

static void numbers_that_json_has_not_become_strings(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };

    (void)state;
    assert_string_equal(
        line(yaml("[0, -0, 1.5, 1e3, 1E-3, 01, +1, 1., .5, 0x1, .inf, 1_0, -.5]", &diags), false,
             arena),
        "[0,-0,1.5,1e3,1E-3,\"01\",\"+1\",\"1.\",\".5\",\"0x1\",\".inf\",\"1_0\",\"-.5\"]");
}

static void strings_of_any_bytes_become_json(void **state)
{
    AUTO_TEXT out = { 0 };

    (void)state;
    write_json_string(&out, "a\xFF\x80z\0\xE2\x82", 7);
    assert_string_equal(out.bytes, "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\\u0000\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pretty_has_two_spaces_and_an_end),
        cmocka_unit_test(numbers_that_json_has_not_become_strings),
        cmocka_unit_test(strings_of_any_bytes_become_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
