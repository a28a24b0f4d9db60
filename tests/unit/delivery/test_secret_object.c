/* tests/unit/delivery/test_secret_object.c - what every cacerts carries beside its data. */
#include "delivery/secret_object.h"
#include "tests/lib/check.h"

static const struct secret_object object = {
    .name = "cacerts", .namespace = "istio-system", .owner = "gloo-mesh", .parents = "the parents"
};

static void test_name_and_labels(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *manifest = node_map(arena);
    struct node *annotations = secret_object_name(manifest, &object, arena);

    (void)state;
    assert_string_equal(node_get(manifest, "metadata", "name", NULL), "cacerts");
    assert_string_equal(node_get(manifest, "metadata", "namespace", NULL), "istio-system");
    assert_string_equal(
        node_get(manifest, "metadata", "labels", "app.kubernetes.io/managed-by", NULL), "weft");
    assert_string_equal(
        node_get(manifest, "metadata", "labels", "owner.networking.mesh.gloo.solo.io", NULL),
        "gloo-mesh");
    assert_int_equal(annotations->count, 0);
}

/* Argo CD and Flux delete what leaves the branch: a CA in use must stay. */
static void test_no_tool_prunes_it(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *manifest = node_map(arena);

    (void)state;
    secret_object_metadata(manifest, &object, arena);
    assert_string_equal(
        node_get(manifest, "metadata", "annotations", "argocd.argoproj.io/sync-options", NULL),
        "Prune=false");
    assert_string_equal(
        node_get(manifest, "metadata", "annotations", "kustomize.toolkit.fluxcd.io/prune", NULL),
        "disabled");
    assert_string_equal(
        node_get(manifest, "metadata", "annotations", "parents.networking.mesh.gloo.solo.io", NULL),
        "the parents");
}

static void test_parents(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct virtual_mesh mesh = { .meta = { .name = "retail", .namespace = "gloo-mesh" } };

    (void)state;
    assert_string_equal(
        secret_object_parents(&mesh, arena),
        "{\"networking.mesh.gloo.solo.io/v1, Kind=VirtualMesh\":[{\"name\":\"retail\","
        "\"namespace\":\"gloo-mesh\"}]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_name_and_labels),
        cmocka_unit_test(test_no_tool_prunes_it),
        cmocka_unit_test(test_parents),
    };

    return cmocka_run_group_tests_name("delivery/secret_object", tests, NULL, NULL);
}
