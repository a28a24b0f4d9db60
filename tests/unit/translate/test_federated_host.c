/* tests/unit/translate/test_federated_host.c - one Service for each host, and no foreign gateway.
 */
#include "translate/federated_host.h"

#include "tests/lib/translated.h"

static void federated_host_check__wants_a_host_name(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    char label[65] = { 0 };
    const struct cluster_ref service = { "web", "shop", "a" };

    (void)state;
    memset(label, 'x', 64);
    for (size_t len = 63; len <= 64; len++) {
        struct messages errors = { 0 };

        federated_host_check(service,
                             arena_printf(arena, "web.shop.svc.a.%.*s.global", (int)len, label),
                             &errors, arena);
        assert_int_equal(errors.count, len > 63);
    }
    for (size_t len = 253; len <= 254; len++) {
        struct messages errors = { 0 };

        label[63] = '\0';
        federated_host_check(
            service,
            arena_printf(arena, "%s.%s.%s.%.*s", label, label, label, (int)len - 192, label),
            &errors, arena);
        assert_int_equal(errors.count, len > 253);
    }
}

static void add_cluster(struct translated *world, const char *cluster, unsigned number)
{
    translated_mesh(world, cluster, "td.example", "");
    translated_gateway(world, cluster, arena_printf(world->arena, "{ip: 192.0.2.%u}", number));
}

#define HOST "web.shop.svc.a.b.example"

/* Two virtual meshes whose Services web have that one host. */
static void add_twins(struct translated *world)
{
    static const char *const clusters[] = { "a.b", "c", "a", "d" };

    for (unsigned i = 0; i < LENGTH(clusters); i++)
        add_cluster(world, clusters[i], i + 1);
    translated_service(world, "web", "shop", "a", "");
    translated_service(world, "web", "shop", "a.b", "");
    translated_virtual_mesh(world, "one", "a.b c",
                            "  federation: {permissive: {}, hostnameSuffix: example}\n");
    translated_virtual_mesh(world, "two", "a d",
                            "  federation: {permissive: {}, hostnameSuffix: b.example}\n");
}

static void federated_host_check_all__gives_a_host_to_the_first(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    add_twins(&world);
    translated_run(&world);
    assert_string_equal(translated_findings(&world), "D12");
    assert_non_null(translated_document(&world, "c", "ServiceEntry", HOST));
    assert_null(translated_document(&world, "d", "ServiceEntry", HOST));
    assert_non_null(federated_host_owner(world.pass.plan.resolved, HOST, "c"));
    assert_null(federated_host_owner(world.pass.plan.resolved, HOST, "d"));
    translated_free(&world);
}

/* What was served before is not taken over by a virtual mesh with a lower key. */
static void federated_host_check_all__gives_nothing_to_a_newcomer(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    add_cluster(&world, "a", 1);
    add_cluster(&world, "d", 2);
    translated_service(&world, "web", "shop", "a", "");
    translated_virtual_mesh(&world, "two", "a d",
                            "  federation: {permissive: {}, hostnameSuffix: b.example}\n");
    translated_run(&world);
    translated_clear(&world);
    add_twins(&world);
    translated_run(&world);
    assert_string_equal(translated_findings(&world), "D12");
    assert_null(translated_document(&world, "c", "ServiceEntry", HOST));
    assert_non_null(translated_document(&world, "d", "ServiceEntry", HOST));
    translated_free(&world);
}

static void federated_host_check_all__refuses_what_other_gateways_would_pass_on(void **state)
{
    static const struct {
        const char *says, *cluster, *namespace, *clients, *findings;
    } cases[] = {
        { "the end of its host is that of another cluster", "x.svc.b", "shop", "b", "D13" },
        { "it is the namespace that makes it so", "x", "svc", "svc.x", "D13" },
        { "that cluster does not get the Service", "x.svc.b", "shop", "c", "" },
        { "a label that only ends so", "x.nosvc.b", "shop", "b", "" },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;

        translated_begin(&world);
        add_cluster(&world, "b", 1);
        add_cluster(&world, "c", 2);
        add_cluster(&world, "svc.x", 3);
        add_cluster(&world, cases[i].cluster, 4);
        translated_service(&world, "web", cases[i].namespace, cases[i].cluster, "");
        translated_virtual_mesh(
            &world, "vm", arena_printf(world.arena, "b c svc.x %s", cases[i].cluster),
            arena_printf(world.arena,
                         "  federation: {selectors: [{meshes: [{name: istiod-%s, namespace: "
                         "gloo-mesh}]}]}\n",
                         cases[i].clients));
        translated_run(&world);
        if (!text_equal(translated_findings(&world), cases[i].findings))
            fail_msg("%s: %s", cases[i].says, translated_findings(&world));
        translated_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(federated_host_check__wants_a_host_name),
        cmocka_unit_test(federated_host_check_all__gives_a_host_to_the_first),
        cmocka_unit_test(federated_host_check_all__gives_nothing_to_a_newcomer),
        cmocka_unit_test(federated_host_check_all__refuses_what_other_gateways_would_pass_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
