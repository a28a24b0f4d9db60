/* tests/unit/translate/test_external.c - Services outside of all meshes. */
#include "translate/external.h"

#include "tests/lib/translated.h"

static void add(struct translated *world, const char *name, const char *rest)
{
    translated_add(
        world,
        "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
        "metadata: {name: %s, namespace: gloo-mesh}\nspec:\n  externalService:\n    name: %s\n%s",
        name, name, rest);
}

static void begin(struct translated *world, const char *rest)
{
    translated_begin(world);
    world->options.external_services = true;
    translated_mesh(world, "a", "td.example", "");
    translated_virtual_mesh(world, "vm", "a", "  federation: {tcpKeepalive: {probes: 3}}\n");
    add(world, "pay", rest);
    translated_run(world);
}

#define TLS "    ports: [{name: tls, number: 443, protocol: TLS}]\n"
#define TCP "    ports: [{name: tcp, number: 443, protocol: TCP}]\n"

static void external_names__one_entry_and_a_rule_for_each_host(void **state)
{
    struct translated world;
    struct external_names names;

    (void)state;
    begin(&world, "    hosts: [a.example, b.example]\n" TLS);
    names = external_names(world.pass.plan.resolved, &world.pass.specs.destinations[0], true,
                           world.arena);
    assert_int_equal(names.count, 3);
    assert_string_equal(names.items[0].name, "pay");
    assert_null(names.items[0].host);
    assert_string_equal(names.items[1].name, "pay-a-example");
    assert_int_equal(translated_count(&world, "a", "ServiceEntry"), 1);
    assert_int_equal(translated_count(&world, "a", "DestinationRule"), 2);
    translated_free(&world);
}

/* Istio takes plain TCP for one host in an entry only. */
static void external_names__one_entry_for_each_host_with_plain_tcp(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "    hosts: [a.example, b.example]\n" TCP);
    assert_int_equal(external_names(world.pass.plan.resolved, &world.pass.specs.destinations[0],
                                    false, world.arena)
                         .count,
                     2);
    assert_int_equal(translated_count(&world, "a", "ServiceEntry"), 2);
    translated_free(&world);
}

static void external_warn__leaves_out_what_no_entry_can_hold(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "    hosts: [a.example]\n    addresses: [10.0.0.0/8]\n" TLS);
    assert_int_equal(external_names(world.pass.plan.resolved, &world.pass.specs.destinations[0],
                                    true, world.arena)
                         .count,
                     0);
    assert_string_equal(translated_findings(&world), "W14");
    assert_int_equal(translated_count(&world, "a", "ServiceEntry"), 0);
    translated_free(&world);
}

static void external_documents__sets_no_tls_mode(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "    hosts: [\"*.example.com\"]\n" TLS);
    assert_true(translated_has(&world, "clusters/a/external/services.yaml", "resolution: NONE"));
    assert_false(translated_has(&world, "clusters/a/external/services.yaml", "mode:"));
    assert_string_equal(external_owner(&world.pass.specs.destinations[0], "h", world.arena),
                        "Destination gloo-mesh/pay, host h");
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(external_names__one_entry_and_a_rule_for_each_host),
        cmocka_unit_test(external_names__one_entry_for_each_host_with_plain_tcp),
        cmocka_unit_test(external_warn__leaves_out_what_no_entry_can_hold),
        cmocka_unit_test(external_documents__sets_no_tls_mode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
