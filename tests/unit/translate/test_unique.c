/* tests/unit/translate/test_unique.c - who gets a name that two objects want. */
#include "translate/unique.h"

#include "tests/lib/translated.h"

/* A Service in the root namespace that has the name of the denial for all callers. */
static void unique_check__lets_the_narrower_access_stay(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_service(&world, "global-access-control", "istio-system", "a", "");
    translated_virtual_mesh(&world, "vm", "a", "  globalAccessPolicy: ENABLED\n");
    translated_policy(&world, "p", "  allowedMethods: [GET]\n");
    translated_run(&world);
    assert_int_equal(translated_count(&world, "a", "AuthorizationPolicy"), 1);
    assert_true(translated_has(&world, "clusters/a/mesh/mesh.yaml", "spec: {}"));
    assert_string_equal(translated_findings(&world), "A7");
    translated_free(&world);
}

static void unique_check__gives_local_rules_way_to_imports(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_service(&world, "web", "shop", "a", "");
    translated_virtual_mesh(&world, "vm", "a", "");
    translated_run(&world);
    assert_string_equal(translated_findings(&world), "");
    assert_string_equal(unique_owner(&world.pass.specs.destinations[0], world.arena),
                        "Destination gloo-mesh/web-shop-a");
    translated_free(&world);
}

/* A previous document in another folder has no claim on a name that a new one has. */
static void unique_taken_elsewhere__compares_folders(void **state)
{
    static const struct place_folder policies = { AREA_POLICIES, "a", NULL },
                                     mesh = { AREA_MESH, "a", NULL };
    static const struct document denial = { .kind = "AuthorizationPolicy",
                                            .namespace = "istio-system",
                                            .name = "global-access-control" };
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_virtual_mesh(&world, "vm", "a", "  globalAccessPolicy: ENABLED\n");
    translated_run(&world);
    assert_true(unique_taken_elsewhere(world.pass.plan.resolved, &policies, &denial, world.arena));
    assert_false(unique_taken_elsewhere(world.pass.plan.resolved, &mesh, &denial, world.arena));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unique_check__lets_the_narrower_access_stay),
        cmocka_unit_test(unique_check__gives_local_rules_way_to_imports),
        cmocka_unit_test(unique_taken_elsewhere__compares_folders),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
