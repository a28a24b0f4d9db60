/* tests/unit/translate/test_mesh_manifests.c - what a mesh as a whole gets. */
#include "translate/mesh_manifests.h"

#include "tests/lib/translated.h"

/* Clusters a and b with gateways, and Service shop/web of a, in VirtualMesh vm. */
static void begin(struct translated *world, const char *federation)
{
    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, "b", "td.example", "");
    translated_gateway(world, "a", "{ip: 192.0.2.1}");
    translated_gateway(world, "b", "{ip: 192.0.2.2}");
    translated_service(world, "web", "shop", "a", "");
    translated_virtual_mesh(world, "vm", "a b", federation);
}

static void mesh_manifests_make__writes_gateway_denial_and_enforcement(void **state)
{
    struct translated world;
    const struct previous_document *policy;

    (void)state;
    begin(
        &world,
        "  globalAccessPolicy: ENABLED\n"
        "  federation: {permissive: {}, tlsEnforcementSettings: {enforcementMode: PERMISSIVE}}\n");
    translated_run(&world);
    assert_int_equal(translated_count(&world, "a", "Gateway"), 1);
    assert_int_equal(translated_count(&world, "a", "AuthorizationPolicy"), 2);
    policy = translated_document(&world, "a", "AuthorizationPolicy", DENY_ALL_NAME);
    assert_int_equal(node_find(policy->object, "spec")->count, 0);
    assert_non_null(translated_document(&world, "a", "PeerAuthentication", ENFORCEMENT_NAME));
    assert_true(translated_has(&world, "clusters/a/mesh/mesh.yaml", "AUTO_PASSTHROUGH"));
    translated_free(&world);
}

/* Nothing passes a gateway, so none is opened. */
static void mesh_manifests_make__opens_no_gateway_in_a_flat_network(void **state)
{
    struct translated world;

    (void)state;
    begin(&world,
          "  globalAccessPolicy: ENABLED\n  federation: {permissive: {}, flatNetwork: true}\n");
    translated_run(&world);
    assert_int_equal(translated_count(&world, "a", "Gateway"), 0);
    assert_int_equal(translated_count(&world, "a", "AuthorizationPolicy"), 1);
    translated_free(&world);
}

static void mesh_manifests_make__writes_nothing_that_is_not_asked_for(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_gateway(&world, "a", "{ip: 192.0.2.1}");
    translated_virtual_mesh(&world, "vm", "a", "");
    translated_run(&world);
    assert_false(translated_has(&world, "clusters/a/mesh/mesh.yaml", ""));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mesh_manifests_make__writes_gateway_denial_and_enforcement),
        cmocka_unit_test(mesh_manifests_make__opens_no_gateway_in_a_flat_network),
        cmocka_unit_test(mesh_manifests_make__writes_nothing_that_is_not_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
