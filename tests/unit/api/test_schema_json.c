/* tests/unit/api/test_schema_json.c - what a JSON Schema says of each kind of row.  That schemas
 * and the decoder agree on whole documents is shown by tests/schemas/agree.py. */
#include "api/cert_options.h"
#include "api/schema_json.h"
#include "api/selector.h"
#include "api/virtual_mesh.h"
#include "base/write_json.h"
#include "tests/lib/specs_sample.h"

#include "base/write.h"
#include <string.h>

/* The node at a path of property names below a schema. */
static const struct node *property(const struct node *schema, const char *path, struct arena *arena)
{
    char *rest = arena_text(arena, path);

    for (char *key = strsep(&rest, "."); key; key = strsep(&rest, "."))
        schema = node_find(node_find(schema, "properties"), key);
    return schema;
}

static const char *json_of(const struct node *node, const char *without, struct arena *arena)
{
    struct node *shown = node_map(arena);
    AUTO_TEXT json = { 0 };

    for (const struct node *member = node->first; member; member = member->next)
        if (strcmp(member->key, without) != 0)
            node_set(shown, member->key, node_copy(arena, member));
    write_json(&json, shown, false);
    return arena_bytes(arena, json.bytes, json.len);
}

/* clang-format off */
static const struct {
    const char *sentence;
    const struct schema *schema;
    const char *path;
    enum schema_dialect dialect;
    const char *json; /* without the description */
} rows[] = {
    { "a number has its range", &cert_options_root_schema, "ttlDays", SCHEMA_EDITOR,
      "{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":0,\"maximum\":365000}" },
    { "a ratio", &cert_options_root_schema, "secretRotationGracePeriodRatio", SCHEMA_EDITOR,
      "{\"type\":\"number\",\"minimum\":0,\"maximum\":1}" },
    { "a text with a limit", &cert_options_root_schema, "orgName", SCHEMA_CRD, "{\"type\":\"string\",\"maxLength\":64}" },
    { "an enum", &virtual_mesh_schema, "globalAccessPolicy", SCHEMA_EDITOR,
      "{\"type\":\"string\",\"enum\":[\"MESH_DEFAULT\",\"ENABLED\",\"DISABLED\"]}" },
    { "a map of text", &virtual_mesh_schema, "mtlsConfig.limited", SCHEMA_EDITOR,
      "{\"type\":\"object\",\"additionalProperties\":false}" },
    { "an empty map for a CRD", &virtual_mesh_schema, "mtlsConfig.limited", SCHEMA_CRD,
      "{\"type\":\"object\",\"maxProperties\":0}" },
    { "a value of a chart may be null", &virtual_mesh_schema, "globalAccessPolicy", SCHEMA_VALUES,
      "{\"type\":[\"string\",\"null\"],\"enum\":[\"MESH_DEFAULT\",\"ENABLED\",\"DISABLED\",null]}" },
    { "a deprecated field", &virtual_mesh_schema, "federation.permissive", SCHEMA_EDITOR,
      "{\"deprecated\":true,\"type\":\"object\",\"additionalProperties\":false}" },
    { "a name that may be absent but not empty", &account_ref_schema, "namespace", SCHEMA_EDITOR,
      "{\"type\":\"string\",\"minLength\":1,\"maxLength\":63,\"pattern\":\"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$\"}" },
    { "a name that may not", &object_ref_schema, "namespace", SCHEMA_EDITOR,
      "{\"type\":\"string\",\"minLength\":1,\"maxLength\":63,\"pattern\":\"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$\"}" },
};
/* clang-format on */

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        const struct node *schema = schema_json(rows[i].schema, rows[i].dialect, arena);

        assert_text(rows[i].sentence,
                    json_of(property(schema, rows[i].path, arena), "description", arena),
                    rows[i].json);
    }
}

static void test_maps(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct node *editor = schema_json(&virtual_mesh_schema, SCHEMA_EDITOR, arena);
    const struct node *crd = schema_json(&virtual_mesh_schema, SCHEMA_CRD, arena);
    const struct node *mtls = property(editor, "mtlsConfig", arena);
    const struct node *federation = property(crd, "federation", arena);

    (void)state;
    assert_non_null(node_find(mtls, "allOf"));
    assert_string_equal(json_of(mtls, "properties", arena),
                        "{\"description\":\"Trust between the meshes. When absent: weft manages no "
                        "certificates.\",\"type\":\"object\",\"additionalProperties\":false,"
                        "\"allOf\":[{\"not\":{\"required\":[\"shared\",\"limited\"]}}]}");
    assert_null(node_find(federation, "additionalProperties"));
    assert_non_null(property(federation, "eastWestIngressGatewaySelectors", arena));
    assert_string_equal(
        json_of(node_find(federation, "x-kubernetes-validations")->first, "", arena),
        "{\"rule\":\"[has(self.ingressGatewaySelectors), "
        "has(self.eastWestIngressGatewaySelectors)].filter(given, given).size() <= 1\","
        "\"message\":\"only one of ingressGatewaySelectors, eastWestIngressGatewaySelectors may be "
        "set\"}");
    assert_string_equal(node_get(property(crd, "meshes", arena), "x-kubernetes-list-type", NULL),
                        "map");
}

static void test_nothing_is_required_of_values(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    assert_non_null(node_find(schema_json(&object_ref_schema, SCHEMA_EDITOR, arena), "required"));
    assert_null(node_find(schema_json(&object_ref_schema, SCHEMA_VALUES, arena), "required"));
}

static void test_documents(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct node *kind = schema_json_kind(KIND_MESH, arena);
    const struct node *specs = schema_json_specs(arena);
    const struct node *config = schema_json_document(&object_ref_schema, "A title", arena);

    (void)state;
    assert_string_equal(node_get(kind, "title", NULL), "Mesh");
    assert_string_equal(node_get(property(kind, "apiVersion", arena), "const", NULL),
                        "discovery.mesh.gloo.solo.io/v1");
    assert_int_equal(node_find(specs, "allOf")->count, KIND_COUNT + 1);
    assert_string_equal(config->first->key, "$schema");
    assert_string_equal(node_get(config, "title", NULL), "A title");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_maps),
        cmocka_unit_test(test_nothing_is_required_of_values),
        cmocka_unit_test(test_documents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
