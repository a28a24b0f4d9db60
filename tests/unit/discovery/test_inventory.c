/* tests/unit/discovery/test_inventory.c - objects of one cluster. */
#include "discovery/inventory.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct specs *specs(struct arena *arena, const char *text)
{
    struct diags diags = { .arena = arena };
    struct specs_reader *reader = specs_begin(arena, &diags, NULL);
    struct specs *out = ARENA_NEW(arena, struct specs, 1);

    specs_add(reader, "x.yaml", text, strlen(text));
    specs_end(out, reader);
    return out;
}

#define DESTINATION(name, service, namespace, cluster)                                             \
    "---\napiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\nmetadata: {name: " name   \
    ", namespace: gloo-mesh}\nspec: {kubeService: {ref: {name: " service                           \
    ", namespace: " namespace ", clusterName: " cluster "}}}\n"

static void test_of_one_cluster_in_order_of_services(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct inventory inventory;

    (void)unused;
    inventory = inventory_of_specs(specs(arena, DESTINATION("a", "z", "n1", "k")
                                                    DESTINATION("b", "x", "n1", "k")
                                                        DESTINATION("c", "x", "n0", "other")),
                                   "k", arena);
    assert_false(inventory.known);
    assert_int_equal(inventory.destination_count, 2);
    assert_string_equal(inventory.destinations[0].meta.name, "b");
    assert_string_equal(inventory_destination(&inventory, "n1", "z")->meta.name, "a");
    assert_null(inventory_destination(&inventory, "n0", "x"));
    assert_null(inventory_mesh(&inventory, "istio-system"));
    assert_null(inventory_workload(&inventory, "n1", "z"));
}

static void test_an_index_gives_the_same(void **unused)
{
    static const char *const clusters[] = { "k", "other", "absent" };
    static const char *const names[][2] = { { "b", "a" }, { "c" }, { NULL } };
    static const size_t counts[] = { 2, 1, 0 };
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct specs *all =
        specs(arena, DESTINATION("a", "z", "n1", "k") DESTINATION("b", "x", "n1", "k")
                         DESTINATION("c", "x", "n0", "other"));
    const struct inventory_index *index = inventory_index_new(all, arena);

    (void)unused;
    for (size_t i = 0; i < LENGTH(clusters); i++) {
        const struct inventory wanted = inventory_of_specs(all, clusters[i], arena);
        const struct inventory got = inventory_of_index(index, clusters[i], arena);

        assert_string_equal(got.cluster, clusters[i]);
        assert_int_equal(got.known, wanted.known);
        assert_int_equal(got.destination_count, counts[i]);
        assert_int_equal(got.destination_count, wanted.destination_count);
        for (size_t k = 0; k < got.destination_count; k++) {
            assert_string_equal(got.destinations[k].meta.name, names[i][k]);
            assert_string_equal(got.destinations[k].meta.name, wanted.destinations[k].meta.name);
        }
    }
}

static void test_annotations_are_sorted(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct meta meta = { 0 };

    (void)unused;
    inventory_annotate(&meta, "b", "2", arena);
    inventory_annotate(&meta, "a", "1", arena);
    assert_int_equal(meta.annotation_count, 2);
    assert_string_equal(meta.annotations[0].key, "a");
    assert_string_equal(meta_annotation(&meta, "b"), "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_one_cluster_in_order_of_services),
        cmocka_unit_test(test_an_index_gives_the_same),
        cmocka_unit_test(test_annotations_are_sorted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
