/* tests/unit/translate/test_rule_name.c - names of the DestinationRules of imports. */
#include "translate/rule_name.h"

#include "tests/lib/translated.h"
#include "translate/name.h"

static const char *rule_name(const struct translated *world, const char *service)
{
    const struct resolved *resolved = world->pass.plan.resolved;

    for (size_t i = 0; i < resolved->export_count; i++)
        if (text_equal(resolved->exports[i].destination->service->ref.name, service))
            return resolved->exports[i].rule_name;
    return "none";
}

/* Clusters a, home and, unless it is "", other in one virtual mesh that federates everything. */
static void begin(struct translated *world, const char *home, const char *other)
{
    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, home, "td.example", "");
    translated_gateway(world, "a", "{ip: 192.0.2.1}");
    translated_gateway(world, home, "{ip: 192.0.2.2}");
    if (*other) {
        translated_mesh(world, other, "td.example", "");
        translated_gateway(world, other, "{ip: 192.0.2.3}");
    }
    translated_virtual_mesh(world, "vm", arena_printf(world->arena, "a %s %s", home, other),
                            "  federation: {permissive: {}}\n");
}

static void rule_name_give_all__is_plain(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "b", "");
    translated_service(&world, "web", "shop", "b", "");
    translated_run(&world);
    assert_string_equal(rule_name(&world, "web"), "web-shop-b");
    translated_free(&world);
}

/* A Service of b whose rule has the plain name of that of shop-eu/web. */
static void add_twin(struct translated *world)
{
    translated_add(world, "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
                          "metadata: {name: twin, namespace: gloo-mesh}\nspec:\n"
                          "  mesh: {name: istiod-b, namespace: gloo-mesh}\n  kubeService:\n"
                          "    ref: {name: web-shop, namespace: eu, clusterName: b}\n"
                          "    workloadSelectorLabels: {app: web}\n"
                          "    ports: [{name: http, port: 80, protocol: TCP}]\n");
}

static void rule_name_give_all__marks_both_of_one_plain_name(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "b", "");
    translated_service(&world, "web", "shop-eu", "b", "");
    add_twin(&world);
    translated_run(&world);
    assert_true(text_starts(rule_name(&world, "web"), "web-shop-eu-b-"));
    assert_true(text_starts(rule_name(&world, "web-shop"), "web-shop-eu-b-"));
    assert_string_equal(translated_findings(&world), "");
    translated_free(&world);
}

/* The import of web would be called like the export of web-shop-d in cluster a. */
static void rule_name_give_all__marks_what_is_the_host_of_an_export(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "d.istio-system.svc.a.global", "");
    translated_service(&world, "web", "shop", "d.istio-system.svc.a.global", "");
    translated_service(&world, "web-shop-d", "istio-system", "a", "");
    translated_run(&world);
    assert_true(text_starts(rule_name(&world, "web"), "web-shop-d.istio-system.svc.a.global-"));
    assert_string_equal(translated_findings(&world), "");
    translated_free(&world);
}

/* A cluster has the hash of another Service's rule in its name. */
static void rule_name_give_all__refuses_a_name_that_is_taken_with_its_hash(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct translated world;
    const char *cluster;

    (void)state;
    cluster = name_remote_rule((struct cluster_ref){ "web", "shop-eu", "b" }, true, arena)
              + strlen("web-shop-eu-");
    begin(&world, "b", cluster);
    translated_service(&world, "web", "shop-eu", "b", "");
    add_twin(&world);
    translated_service(&world, "web", "shop-eu", cluster, "");
    translated_run(&world);
    assert_string_equal(translated_findings(&world), "D12");
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_name_give_all__is_plain),
        cmocka_unit_test(rule_name_give_all__marks_both_of_one_plain_name),
        cmocka_unit_test(rule_name_give_all__marks_what_is_the_host_of_an_export),
        cmocka_unit_test(rule_name_give_all__refuses_a_name_that_is_taken_with_its_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
