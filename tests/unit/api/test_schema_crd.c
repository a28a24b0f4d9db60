/* tests/unit/api/test_schema_crd.c - the CRD of each kind is one document that names it. */
#include "api/kinds.h"
#include "api/schema_crd.h"
#include "base/parse_yaml.h"
#include "tests/lib/specs_sample.h"

#include <string.h>

static const struct node *crd_of(enum object_kind kind, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    const struct node *node;
    AUTO_TEXT text = { 0 };

    schema_crd_write(&text, kind, arena);
    assert_int_equal(text.bytes[0], '#');
    assert_int_equal(
        parse_yaml(&node, "crd", arena_text(arena, text.bytes), text.len, arena, &diags), 0);
    return node;
}

static void test_names(void **state)
{
    (void)state;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        const struct node *crd = crd_of((enum object_kind)kind, arena);
        const struct node *spec = node_find(crd, "spec");
        const struct node *version = node_find(spec, "versions")->first;
        const char *group = node_get(spec, "group", NULL), *plural;

        plural = node_get(spec, "names", "plural", NULL);
        assert_string_equal(node_get(spec, "names", "kind", NULL),
                            object_kind_name((enum object_kind)kind));
        assert_string_equal(node_get(crd, "metadata", "name", NULL),
                            arena_printf(arena, "%s.%s", plural, group));
        assert_string_equal(arena_printf(arena, "%s/%s", group, node_get(version, "name", NULL)),
                            kind_rows[kind].api_version);
        assert_string_equal(schema_crd_file((enum object_kind)kind, arena),
                            arena_printf(arena, "%s.yaml", plural));
        assert_non_null(node_find(node_find(version, "subresources"), "status"));
    }
}

/* A status that is not weft's is left as its controller writes it. */
static void test_status(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const struct node *spec = node_find(crd_of((enum object_kind)kind, arena), "spec");
        const struct node *schema = node_find(node_find(spec, "versions")->first, "schema");
        const struct node *object = node_find(schema, "openAPIV3Schema");
        const struct node *status = node_find(node_find(object, "properties"), "status");
        const bool ours = kind == KIND_VIRTUAL_MESH || kind == KIND_ACCESS_POLICY;

        assert_int_equal(node_find(status, "properties") != NULL, ours);
        assert_int_equal(node_find(status, "x-kubernetes-preserve-unknown-fields") != NULL, !ours);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
