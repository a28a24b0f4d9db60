/* tests/unit/api/test_encode.c - values to members of a map; zero values are left out. */
#include "api/encode.h"
#include "base/write_json.h"
#include "tests/lib/specs_sample.h"

#include "base/write.h"

static const char *json_of(const struct node *node, struct arena *arena)
{
    AUTO_TEXT json = { 0 };

    write_json(&json, node, false);
    return arena_bytes(arena, json.bytes, json.len);
}

static const char *const colour_names[] = { "RED", "GREEN" };
static const struct enum_table colours = ENUM_TABLE(colour_names);

static void test_zero_values_are_left_out(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *map = node_map(arena);

    (void)state;
    encode_text(arena, map, "a", NULL);
    encode_text(arena, map, "b", "");
    encode_int(arena, map, "c", 0);
    encode_true(arena, map, "d", false);
    encode_enum(arena, map, "e", &colours, 0);
    encode_texts(arena, map, "f", NULL, 0);
    encode_pairs(arena, map, "g", NULL, 0);
    assert_string_equal(json_of(map, arena), "{}");
}

static void test_values(void **state)
{
    static const char *const texts[] = { "x", "" };
    static const struct pair pairs[] = { { "k", "v" }, { "l", "" } };
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *map = node_map(arena);

    (void)state;
    encode_text(arena, map, "a", "x");
    encode_int(arena, map, "b", -1);
    encode_true(arena, map, "c", true);
    encode_enum(arena, map, "d", &colours, 1);
    encode_texts(arena, map, "e", texts, 2);
    encode_pairs(arena, map, "f", pairs, 2);
    node_set(map, "g", encode_object_ref((struct object_ref){ "n", "ns" }, arena));
    assert_string_equal(json_of(map, arena),
                        "{\"a\":\"x\",\"b\":-1,\"c\":true,\"d\":\"GREEN\",\"e\":[\"x\",\"\"],"
                        "\"f\":{\"k\":\"v\",\"l\":\"\"},"
                        "\"g\":{\"name\":\"n\",\"namespace\":\"ns\"}}");
}

/* The shortest number that reads back as the same double. */
static void test_floats(void **state)
{
    static const struct {
        double value;
        const char *json;
    } rows[] = { { 0.25, "{\"a\":0.25}" },
                 { 0.1, "{\"a\":0.1}" },
                 { 1.0 / 3, "{\"a\":0.3333333333333333}" },
                 { 0.1 + 0.2, "{\"a\":0.30000000000000004}" } };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        struct node *map = node_map(arena);

        encode_float(arena, map, "a", rows[i].value);
        assert_string_equal(json_of(map, arena), rows[i].json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zero_values_are_left_out),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_floats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
