/* tests/unit/translate/test_resolved_mesh.c - Meshes as places where things are deployed. */
#include "translate/resolved_mesh.h"

#include "tests/lib/translated.h"

static void resolved_mesh_make_all__finds_namespaces_and_version(void **state)
{
    struct translated world;
    const struct resolved_mesh *mesh;

    (void)state;
    translated_begin(&world);
    translated_add(&world, "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Mesh\n"
                           "metadata: {name: bare, namespace: gloo-mesh}\nspec: {istio: "
                           "{installation: {cluster: a, namespace: istio-system}}}\n");
    translated_add(
        &world,
        "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Mesh\n"
        "metadata: {name: moved, namespace: gloo-mesh, annotations: {weft.dev/root-namespace: "
        "config}}\n"
        "spec: {istio: {installation: {cluster: b, namespace: istio-b, version: 1.7.8}}}\n");
    translated_add(
        &world,
        "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Mesh\n"
        "metadata: {name: odd, namespace: gloo-mesh, annotations: {weft.dev/root-namespace: a/b}}\n"
        "spec: {istio: {installation: {cluster: c, namespace: istio-system}}}\n");
    translated_run(&world);
    mesh = translated_resolved_mesh(&world, "a");
    assert_string_equal(mesh->namespace, "istio-system");
    assert_string_equal(mesh->root_namespace, "istio-system");
    assert_false(mesh->dialect->known);
    mesh = translated_resolved_mesh(&world, "b");
    assert_string_equal(mesh->namespace, "istio-b");
    assert_string_equal(mesh->root_namespace, "config");
    assert_true(mesh->dialect->gateway_opens_pod_port);
    mesh = translated_resolved_mesh(&world, "c");
    assert_string_equal(mesh->root_namespace, "istio-system");
    assert_string_equal(mesh->odd_root_namespace, "a/b");
    translated_free(&world);
}

static void resolved_mesh_make_all__gives_each_service_its_mesh(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_service(&world, "web", "shop", "a", "");
    translated_service(&world, "pay", "shop", "a", "");
    translated_service(&world, "web", "shop", "lost", "");
    translated_run(&world);
    assert_int_equal(translated_resolved_mesh(&world, "a")->destination_count, 2);
    assert_string_equal(translated_resolved_mesh(&world, "a")->destinations[0]->service->ref.name,
                        "pay");
    assert_int_equal(world.pass.plan.resolved->target_count, 2);
    translated_free(&world);
}

static void resolved_mesh_find__by_name_and_namespace(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_run(&world);
    assert_ptr_equal(resolved_mesh_find(world.pass.plan.resolved,
                                        (struct object_ref){ "istiod-a", "gloo-mesh" }),
                     translated_resolved_mesh(&world, "a"));
    assert_null(
        resolved_mesh_find(world.pass.plan.resolved, (struct object_ref){ "istiod-a", "other" }));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolved_mesh_make_all__finds_namespaces_and_version),
        cmocka_unit_test(resolved_mesh_make_all__gives_each_service_its_mesh),
        cmocka_unit_test(resolved_mesh_find__by_name_and_namespace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
