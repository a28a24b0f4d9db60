/* tests/unit/api/test_schema_decode.c - values, defaults and diags by a table of its own, one field
 * of each kind. */
#include "api/schema_decode.h"
#include "api/schema_encode.h"
#include "base/parse_yaml.h"
#include "base/write_json.h"
#include "tests/lib/specs_sample.h"

#include "base/intern.h"
#include "base/write.h"
#include <string.h>

enum shape { SHAPE_ROUND, SHAPE_SQUARE };
static const char *const shape_names[] = { "ROUND", "SQUARE" };
static const struct enum_table shapes = ENUM_TABLE(shape_names);

enum source { SOURCE_NONE, SOURCE_MADE, SOURCE_GIVEN, SOURCE_NOWHERE };

struct leaf {
    const char *name;
    struct place place;
};

struct thing {
    const char *text, *name, *namespace;
    bool flag, empty, has_part;
    uint32_t number;
    int64_t count;
    double ratio;
    enum shape shape;
    const char *const *texts;
    size_t text_count;
    const struct place *text_places;
    const uint32_t *ports;
    size_t port_count;
    const struct pair *pairs;
    size_t pair_count;
    struct object_ref ref;
    const struct object_ref *refs;
    size_t ref_count;
    struct leaf part;
    const struct leaf *pointer;
    const struct leaf *leaves;
    size_t leaf_count;
    enum source source;
    const char *made;
};

static const struct schema_field leaf_fields[] = {
    ROW_TEXT(struct leaf, "leafName", name, .need = "write a name"),
};
static const struct schema leaf_schema = { .name = "Leaf",
                                           .size = sizeof(struct leaf),
                                           SCHEMA_FIELDS(leaf_fields),
                                           .place = SCHEMA_OPTIONAL(struct leaf, place) };

static const struct schema_field source_fields[] = {
    ROW_TEXT(struct thing, "made", made, .member = true, .chosen = SOURCE_MADE, .text = "by hand"),
    ROW_CHOICE("given", .chosen = SOURCE_GIVEN),
};
static const struct schema source_schema = { .name = "Source",
                                             .size = sizeof(struct thing),
                                             SCHEMA_FIELDS(source_fields),
                                             .choice = SCHEMA_OPTIONAL(struct thing, source),
                                             .none = SOURCE_NOWHERE };

static void check_odd(const struct at *at, const void *object)
{
    if (((const struct thing *)object)->number % 2 == 0)
        at_warn(at, "is even");
}

static const struct schema_field thing_fields[] = {
    ROW_TEXT(struct thing, "text", text, .text = "usual", .older = "oldText"),
    ROW_NAME(struct thing, "name", name),
    ROW_NAMESPACE(struct thing, "namespace", namespace),
    ROW_BOOL(struct thing, "flag", flag),
    ROW_EMPTY(struct thing, "empty", empty),
    ROW_UINT32(struct thing, "number", number, .max = 10, .number = 7, .check = check_odd),
    ROW_INT64(struct thing, "count", count),
    ROW_FLOAT(struct thing, "ratio", ratio, .ratio = 0.5),
    ROW_ENUM(struct thing, "shape", shape, shapes),
    ROW_TEXTS(struct thing, "texts", texts, text_count, .max = 2, .fill = "write a text",
              .places = SCHEMA_OPTIONAL(struct thing, text_places)),
    ROW_PORTS(struct thing, "ports", ports, port_count),
    ROW_PAIRS(struct thing, "pairs", pairs, pair_count),
    ROW_REF(struct thing, "ref", ref, "Mesh"),
    ROW_REFS(struct thing, "refs", refs, ref_count, "Mesh"),
    ROW_MAP(struct thing, "part", part, leaf_schema,
            .given = SCHEMA_OPTIONAL(struct thing, has_part)),
    ROW_POINTER(struct thing, "pointer", pointer, leaf_schema),
    ROW_LIST(struct thing, "leaves", leaves, leaf_count, leaf_schema),
    ROW_FLAT("source", source_schema),
    ROW_ANY("any"),
};
static const struct schema thing_schema = { .name = "Thing",
                                            .size = sizeof(struct thing),
                                            SCHEMA_FIELDS(thing_fields) };

struct reading {
    struct arena *arena;
    struct diags diags;
    struct thing thing;
    const char *said, *json;
};

static void read_thing(struct reading *reading, const char *yaml)
{
    AUTO_TEXT said = { 0 }, json = { 0 };
    struct decoder decoder;
    const struct node *node;
    struct at root;

    *reading = (struct reading){ .arena = arena_new() };
    reading->diags.arena = reading->arena;
    decoder = (struct decoder){ &reading->diags, reading->arena, intern_new(reading->arena) };
    if (parse_yaml(&node, "t", yaml, strlen(yaml), reading->arena, &reading->diags) < 0)
        fail_msg("%s: %s", yaml, reading->diags.first->text);
    root = at_root(node, &decoder);
    schema_decode(&reading->thing, &thing_schema, &root, "spec");
    diags_sort(&reading->diags);
    for (const struct diag *diag = reading->diags.first; diag; diag = diag->next) {
        diag_print(&said, diag);
        text_addc(&said, '\n');
    }
    reading->said = arena_bytes(reading->arena, said.bytes, said.len);
    write_json(&json, schema_encode(&reading->thing, &thing_schema, reading->arena), false);
    reading->json = arena_bytes(reading->arena, json.bytes, json.len);
}

/* clang-format off */
static const struct {
    const char *sentence, *yaml, *said, *json; /* json: what was decoded, encoded again */
} rows[] = {
    { "defaults are values", "{number: 0}", "",
      "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5}" },
    { "null is absent, so nothing in it is missed", "{part: null, pointer: null}", "",
      "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5}" },
    { "a value of each kind",
      "{text: a, name: b, namespace: c, flag: true, empty: {}, number: 9, count: 12345678901, ratio: 0.25, shape: SQUARE,\n"
      " texts: [x, z], ports: [80, 443], pairs: {q: r, o: p}, ref: {name: m, namespace: ns}, refs: [{name: k, namespace: l}],\n"
      " part: {leafName: u}, pointer: {leafName: v}, leaves: [{leafName: w}], source: {made: x}, any: [1, {a: b}]}", "",
      "{\"text\":\"a\",\"name\":\"b\",\"namespace\":\"c\",\"flag\":true,\"empty\":{},\"number\":9,\"count\":12345678901,"
      "\"ratio\":0.25,\"shape\":\"SQUARE\",\"texts\":[\"x\",\"z\"],\"ports\":[80,443],\"pairs\":{\"o\":\"p\",\"q\":\"r\"},"
      "\"ref\":{\"name\":\"m\",\"namespace\":\"ns\"},\"refs\":[{\"name\":\"k\",\"namespace\":\"l\"}],\"part\":{\"leafName\":\"u\"},"
      "\"pointer\":{\"leafName\":\"v\"},\"leaves\":[{\"leafName\":\"w\"}],\"source\":{\"made\":\"x\"}}" },
    { "wrong types leave defaults",
      "{text: 1, flag: 1, number: x, ratio: x, shape: OVAL, texts: x, part: x, pointer: x, leaves: {}}",
      "t:1:8: text: must be a string, is the number 1; write it in quotes\n"
      "t:1:17: flag: must be true or false, is the number 1\n"
      "t:1:28: number: must be a whole number, is \"x\"\n"
      "t:1:38: ratio: must be a number, is \"x\"\n"
      "t:1:48: shape: \"OVAL\" is not one of ROUND, SQUARE\n"
      "t:1:61: texts: must be a list, is \"x\"\n"
      "t:1:70: part: must be a map (key: value)\n"
      "t:1:82: pointer: must be a map (key: value)\n"
      "t:1:93: leaves: must be a list, is a map\n",
      "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5}" },
    { "limits, and a rule of the row", "{number: 11, texts: [a, b, c]}",
      "t:1:10: number: must be between 0 and 10, is 11\n"
      "t:1:21: texts: has 3 items, at most 2 are allowed\n",
      "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5,\"texts\":[\"a\",\"b\"]}" },
    { "a rule of the row warns", "{number: 4}", "t:1:10: number: warning: is even\n",
      "{\"text\":\"usual\",\"number\":4,\"ratio\":0.5}" },
    { "an empty list that would count as any", "{texts: []}", "t:1:9: texts: is empty; write a text\n",
      "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5}" },
    { "required fields are missed in maps and items that are given",
      "{part: {}, pointer: {}, leaves: [{}, null]}",
      "t:1:8: part.leafName: is required; write a name\n"
      "t:1:21: pointer.leafName: is required; write a name\n"
      "t:1:33: leaves[1].leafName: is required; write a name\n"
      "t:1:34: leaves[0].leafName: is required; write a name\n",
      "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5,\"part\":{},\"pointer\":{},\"leaves\":[{},{}]}" },
    { "an older name", "{oldText: b}", "", "{\"text\":\"b\",\"number\":7,\"ratio\":0.5}" },
    { "both names of a field", "{oldText: b, text: a}",
      "t:1:11: oldText: is the older name of text, which is given, too; move its entries there\n",
      "{\"text\":\"a\",\"number\":7,\"ratio\":0.5}" },
    { "a oneof without a member", "{source: {}}", "", "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5}" },
    { "the other member of a oneof", "{source: {given: {}}}", "",
      "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5,\"source\":{\"given\":{}}}" },
    { "of two members the second is not looked into", "{source: {given: {x: 1}, made: []}}",
      "t:1:10: source: only one of made, given may be set; remove one\n"
      "t:1:32: source.made: must be a string, is a list\n",
      "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5,\"source\":{\"made\":\"by hand\"}}" },
    { "an unknown field with a near name", "{nmber: 3}",
      "t:1:2: nmber: unknown field; did you mean number?\n",
      "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5}" },
    { "a near name that is given already is not suggested", "{nmber: 3, number: 5}",
      "t:1:2: nmber: unknown field; remove it\n",
      "{\"text\":\"usual\",\"number\":5,\"ratio\":0.5}" },
    { "a field that belongs into another map", "{part: {leafName: a, shape: ROUND}}",
      "t:1:22: part.shape: unknown field here: it belongs to spec; move it there\n",
      "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5,\"part\":{\"leafName\":\"a\"}}" },
    { "a field that is known in several maps", "{leafName: a}",
      "t:1:2: leafName: unknown field; remove it\n",
      "{\"text\":\"usual\",\"number\":7,\"ratio\":0.5}" },
};
/* clang-format on */

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct reading reading;

        read_thing(&reading, rows[i].yaml);
        assert_text(rows[i].sentence, reading.said, rows[i].said);
        assert_text(rows[i].sentence, reading.json, rows[i].json);
        arena_free(reading.arena);
    }
}

static void test_members(void **state)
{
    struct reading reading;

    (void)state;
    read_thing(&reading, "texts: [a]\npart:\n  leafName: b\n");
    assert_true(reading.thing.has_part);
    assert_int_equal(reading.thing.part.place.line, 3);
    assert_int_equal(reading.thing.text_places[0].column, 9);
    assert_int_equal(reading.thing.source, SOURCE_NONE);
    arena_free(reading.arena);
    read_thing(&reading, "source: {}\n");
    assert_false(reading.thing.has_part);
    assert_int_equal(reading.thing.source, SOURCE_NOWHERE);
    assert_string_equal(reading.thing.made, "by hand");
    assert_null(reading.thing.pointer);
    arena_free(reading.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
