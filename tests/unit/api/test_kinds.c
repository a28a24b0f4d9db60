/* tests/unit/api/test_kinds.c - the table of kinds, and what each table of fields must keep. */
#include "api/kinds.h"
#include "api/schema_decode.h"
#include "api/schema_encode.h"
#include "api/status.h"
#include "base/files.h"
#include "base/intern.h"
#include "base/parse_yaml.h"
#include "base/write_json.h"
#include "tests/lib/specs_sample.h"

#include "base/write.h"
#include <string.h>

static void test_names(void **state)
{
    (void)state;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        assert_int_equal(kinds_find(object_kind_name((enum object_kind)kind)), kind);
        assert_true(kinds_group_known(kind_rows[kind].api_version));
    }
    assert_int_equal(kinds_find("virtualmesh"), -1);
    assert_string_equal(kinds_nearest("virtualmesh"), "VirtualMesh");
    assert_null(kinds_nearest("Deployment"));
    assert_true(kinds_group_known("networking.mesh.gloo.solo.io/v2"));
    assert_false(kinds_group_known("networking.istio.io/v1"));
    assert_false(kinds_group_known("v1"));
    assert_true(kinds_not_needed("TrafficPolicy"));
    assert_false(kinds_not_needed("Mesh"));
}

static bool is_list(enum schema_kind kind)
{
    return kind == SCHEMA_TEXTS || kind == SCHEMA_PORTS || kind == SCHEMA_PAIRS
           || kind == SCHEMA_REFS || kind == SCHEMA_LIST || kind == SCHEMA_KEYED;
}

/* Sentences for docs/reference.md, hints that read on after "is required;". */
static void check_texts(const struct schema *schema, const struct schema_field *field)
{
    if (text_empty(field->doc) || !text_ends(field->doc, ".") || strchr(field->doc, '\n'))
        fail_msg("%s.%s has no sentence", schema->name, field->key);
    if (field->need && !text_starts(field->need, "write "))
        fail_msg("%s.%s: need is no hint: %s", schema->name, field->key, field->need);
}

static void check_field(const struct schema *schema, const struct schema_field *field)
{
    check_texts(schema, field);
    if (!field->foreign && is_list(field->kind) != (field->count > 0))
        fail_msg("%s.%s: only lists have a count", schema->name, field->key);
    if ((field->kind == SCHEMA_ENUM) != (field->names != NULL))
        fail_msg("%s.%s: only enums have names", schema->name, field->key);
    if ((field->kind == SCHEMA_BYTES || field->kind == SCHEMA_SECONDS) && !field->decode)
        fail_msg("%s.%s: is never decoded", schema->name, field->key);
    if (!field->member && field->chosen)
        fail_msg("%s.%s: is no member", schema->name, field->key);
    if (field->offset >= schema->size)
        fail_msg("%s.%s: lies outside of its struct", schema->name, field->key);
}

static size_t check_schema(const struct schema *schema, bool many)
{
    size_t fields = schema->count;

    assert_in_range(schema->count, 1, SCHEMA_FIELDS_MAX);
    assert_non_null(schema->doc);
    assert_true(text_ends(schema->doc, "."));
    if (many)
        assert_false(schema->place); /* compact.c leaves places behind */
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];

        check_field(schema, field);
        assert_false(many && field->places);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(schema->fields[k].key, field->key);
        if (field->schema)
            fields += check_schema(field->schema, many);
    }
    return fields;
}

static void test_tables(void **state)
{
    (void)state;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        assert_true(check_schema(kind_rows[kind].spec, kind_rows[kind].many) > 2);
    check_schema(&object_ref_schema, false);
    check_schema(&status_virtual_mesh_schema, false);
    check_schema(&status_policy_schema, false);
}

/* Of each object of the file that has every field: what is decoded, encoded and decoded again. */
static const char *round_trip(const struct node *object, const struct kind_row *row,
                              const struct decoder *decoder)
{
    const struct at at = at_root(object, decoder), spec = at_key(&at, "spec");
    void *value = arena_alloc(decoder->arena, 1, row->size);
    AUTO_TEXT json = { 0 };

    schema_decode(value, row->spec, &spec, "spec");
    write_json(&json, schema_encode(value, row->spec, decoder->arena), false);
    return arena_bytes(decoder->arena, json.bytes, json.len);
}

static void test_round_trip(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    const struct decoder decoder = { &diags, arena, intern_new(arena) };
    struct err err;
    char *bytes;
    size_t len, objects = 0;
    const struct node *node;

    (void)state;
    assert_int_equal(file_read(&bytes, &len, RICH, 1 << 20, arena, &err), 0);
    {
        AUTO(parse_yaml_close)
        struct yaml_reader *yaml = parse_yaml_open("rich", bytes, len, &diags);

        for (; parse_yaml_next(yaml, &node, arena) > 0; objects++) {
            const struct kind_row *row = &kind_rows[kinds_find(node_get(node, "kind", NULL))];
            const char *first = round_trip(node, row, &decoder);
            struct node *again = node_map(arena);
            const struct node *spec;

            assert_int_equal(parse_yaml(&spec, "again", first, strlen(first), arena, &diags), 0);
            node_set(again, "spec", node_copy(arena, spec));
            assert_text(node_get(node, "metadata", "name", NULL), round_trip(again, row, &decoder),
                        first);
        }
    }
    assert_int_equal(diags.errors, 0);
    assert_true(objects > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_round_trip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
