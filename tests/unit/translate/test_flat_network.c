/* tests/unit/translate/test_flat_network.c - addresses of pods in a network that is said to be
 * flat. */
#include "translate/flat_network.h"

#include "tests/lib/translated.h"

static void begin(struct translated *world, const char *a, const char *b)
{
    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, "b", "td.example", "");
    translated_service(world, "web", "shop", "a",
                       arena_printf(world->arena, "    endpointSubsets: [{endpoints: [%s]}]\n", a));
    translated_service(world, "pay", "shop", "b",
                       arena_printf(world->arena, "    endpointSubsets: [{endpoints: [%s]}]\n", b));
    translated_virtual_mesh(world, "vm", "a b",
                            "  federation: {permissive: {}, flatNetwork: true}\n");
    translated_run(world);
}

static void flat_network_check__refuses_an_address_in_two_clusters(void **state)
{
    struct translated world;
    const struct resolved *resolved;

    (void)state;
    begin(&world, "{ipAddress: 10.0.0.1}, {ipAddress: 10.0.0.2}", "{ipAddress: 10.0.0.2}");
    resolved = world.pass.plan.resolved;
    assert_int_equal(resolved->export_count, 2);
    assert_true(resolved->exports[0].retained && resolved->exports[1].retained);
    assert_string_equal(translated_findings(&world), "D9 W8");
    translated_free(&world);
}

static void flat_network_check__takes_addresses_of_one_cluster(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "{ipAddress: 10.0.0.1}, {ipAddress: 10.0.0.1}", "{ipAddress: 10.0.0.2}");
    assert_string_equal(translated_findings(&world), "W8");
    assert_true(translated_has(&world, "clusters/b/imports/a/shop.yaml", "10.0.0.1"));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_network_check__refuses_an_address_in_two_clusters),
        cmocka_unit_test(flat_network_check__takes_addresses_of_one_cluster),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
