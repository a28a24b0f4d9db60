/* tests/unit/api/test_compact.c - what is compacted needs nothing of the arena that it was decoded
 * to, and equal arrays are kept once. */
#include "api/compact.h"
#include "api/kinds.h"
#include "api/schema_decode.h"
#include "api/schema_encode.h"
#include "base/intern.h"
#include "base/parse_yaml.h"
#include "base/write_json.h"
#include "tests/lib/specs_sample.h"

#include "base/write.h"
#include <string.h>

static const char *json_of(const void *object, const struct schema *schema, struct arena *arena)
{
    AUTO_TEXT json = { 0 };

    write_json(&json, schema_encode(object, schema, arena), false);
    return arena_bytes(arena, json.bytes, json.len);
}

/* Decodes into a scratch arena, compacts, and overwrites and frees the scratch arena. */
static const char *compacted(void *object, const char *yaml, const struct schema *schema,
                             const struct compact *to, struct intern *strings)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct diags diags = { .arena = to->arena };
    const struct decoder decoder = { &diags, scratch, strings };
    const struct node *node;
    const char *before;
    struct at root;

    assert_int_equal(parse_yaml(&node, "a", yaml, strlen(yaml), scratch, &diags), 0);
    root = at_root(node, &decoder);
    schema_decode(object, schema, &root, "");
    if (diags.errors)
        fail_msg("%s: %s", diags.first->path, diags.first->text);
    before = json_of(object, schema, to->arena);
    compact_object(object, schema, to);
    arena_reset(scratch);
    memset(arena_alloc(scratch, 1, 8192), 0x5A, 8192);
    return before;
}

static const char service[] =
    "mesh: {name: m, namespace: ns}\n"
    "kubeService:\n"
    "  ref: {name: cart, namespace: shop, clusterName: a}\n"
    "  workloadSelectorLabels: {app: cart}\n"
    "  labels: {app: cart}\n"
    "  ports: [{port: 80, name: http}, {port: 443, name: https}]\n"
    "  endpointSubsets:\n"
    "  - endpoints: [{ipAddress: 10.0.0.1, labels: {app: cart}, subLocality: {zone: z}}]\n"
    "    ports: [{port: 8080, name: http}]\n"
    "  externalAddresses: [{dnsName: lb.example}, {ip: 203.0.113.1}]\n";

static const char external[] = "externalService:\n"
                               "  name: api\n"
                               "  hosts: [api.example]\n"
                               "  addresses: [203.0.113.7]\n"
                               "  ports: [{number: 443, name: https, protocol: TLS}]\n"
                               "  endpoints: [{address: api.example.org, ports: {https: 8443}}]\n";

static const char workload[] = "kubernetes:\n"
                               "  controller: {name: cart, namespace: shop, clusterName: a}\n"
                               "  podLabels: {app: cart, version: v1}\n"
                               "mesh: {name: m, namespace: ns}\n";

static void test_nothing_stays_behind(void **state)
{
    static const struct {
        const char *yaml;
        enum object_kind kind;
    } objects[] = { { service, KIND_DESTINATION },
                    { external, KIND_DESTINATION },
                    { workload, KIND_WORKLOAD } };

    (void)state;
    for (size_t i = 0; i < LENGTH(objects); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        const struct compact to = { arena, intern_new(arena) };
        const struct kind_row *row = &kind_rows[objects[i].kind];
        void *object = arena_alloc(arena, 1, row->size);
        const char *before = compacted(object, objects[i].yaml, row->spec, &to, intern_new(arena));

        assert_true(row->many);
        assert_string_equal(json_of(object, row->spec, arena), before);
    }
}

static void test_equal_arrays_are_shared(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct compact to = { arena, intern_new(arena) };
    struct intern *strings = intern_new(arena);
    struct destination a = { 0 }, b = { 0 };

    (void)state;
    compacted(&a, service, &destination_schema, &to, strings);
    compacted(&b, service, &destination_schema, &to, strings);
    assert_ptr_not_equal(a.service, b.service);
    assert_ptr_equal(a.service->ports, b.service->ports);
    assert_ptr_equal(a.service->labels, b.service->labels);
    assert_ptr_equal(a.service->addresses, b.service->addresses);
    assert_ptr_equal(a.service->labels, a.service->selector);
    assert_ptr_equal(a.service->subsets[0].ports, b.service->subsets[0].ports);
    assert_ptr_equal(a.service->subsets[0].endpoints[0].labels, a.service->labels);
    assert_ptr_not_equal(a.service->subsets, b.service->subsets);
}

static void test_meta(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct compact to = { arena, intern_new(arena) };
    const struct pair annotations[] = { { "weft.dev/a", "b" } };
    struct meta meta = { .key = "a.b.", .annotations = annotations, .annotation_count = 1 };

    (void)state;
    compact_meta(&meta, &to);
    assert_string_equal(meta.key, "a.b.");
    assert_ptr_not_equal(meta.annotations, annotations);
    assert_string_equal(meta.annotations[0].value, "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_stays_behind),
        cmocka_unit_test(test_equal_arrays_are_shared),
        cmocka_unit_test(test_meta),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
