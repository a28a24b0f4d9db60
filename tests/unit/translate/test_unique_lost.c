/* tests/unit/translate/test_unique_lost.c - names that another owner has. */
#include "translate/unique_lost.h"

#include "tests/lib/translated.h"

static void unique_lost__tells_the_loser_alone(void **state)
{
    static const struct document denial = { .kind = "AuthorizationPolicy",
                                            .namespace = "istio-system",
                                            .name = "global-access-control" };
    struct translated world;
    const struct resolved *resolved;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_service(&world, "global-access-control", "istio-system", "a", "");
    translated_virtual_mesh(&world, "vm", "a", "  globalAccessPolicy: ENABLED\n");
    translated_policy(&world, "p", "  allowedMethods: [GET]\n");
    translated_run(&world);
    resolved = world.pass.plan.resolved;
    assert_true(unique_lost(resolved, "a", &denial,
                            "Destination gloo-mesh/global-access-control-istio-system-a"));
    assert_false(unique_lost(resolved, "a", &denial, "globalAccessPolicy"));
    assert_false(unique_lost(resolved, "b", &denial,
                             "Destination gloo-mesh/global-access-control-istio-system-a"));
    translated_free(&world);
}

static void unique_lost__is_false_where_all_names_differ(void **state)
{
    static const struct document document = { .kind = "AuthorizationPolicy",
                                              .namespace = "shop",
                                              .name = "web" };
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_service(&world, "web", "shop", "a", "");
    translated_run(&world);
    assert_false(
        unique_lost(world.pass.plan.resolved, "a", &document, "Destination gloo-mesh/web-shop-a"));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unique_lost__tells_the_loser_alone),
        cmocka_unit_test(unique_lost__is_false_where_all_names_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
