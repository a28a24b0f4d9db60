/* tests/unit/translate/test_federate.c - which Services are exported to which meshes. */
#include "translate/federate.h"

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

static const struct export *find(const struct translated *world, const char *name)
{
    const struct resolved *resolved = world->pass.plan.resolved;

    for (size_t i = 0; i < resolved->export_count; i++)
        if (text_equal(resolved->exports[i].destination->service->ref.name, name))
            return &resolved->exports[i];
    return NULL;
}

static void federate_exports__exports_what_is_selected(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    assert_non_null(find(&world, "web"));
    assert_null(find(&world, "gateway"));
    assert_string_equal(find(&world, "web")->host, "web.shop.svc.a.global");
    assert_true(
        importers_have(find(&world, "web")->importers, translated_resolved_mesh(&world, "b")));
    assert_false(
        importers_have(find(&world, "web")->importers, translated_resolved_mesh(&world, "a")));
    translated_free(&world);
}

static void federate_exports__exports_nothing_without_selectors(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {hostnameSuffix: mesh.example}\n");
    translated_run(&world);
    assert_int_equal(world.pass.plan.resolved->export_count, 0);
    assert_string_equal(translated_findings(&world), "W51");
    translated_free(&world);
}

static void federate_exports__leaves_out_clients_without_dns(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{}], hostnameSuffix: mesh.example}\n");
    translated_mesh(&world, "c", "td.example", "");
    translated_gateway(&world, "c", "{ip: 192.0.2.3}");
    translated_run(&world);
    assert_string_equal(translated_findings(&world), "");
    translated_free(&world);
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_add(&world, "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Mesh\n"
                           "metadata: {name: istiod-b, namespace: gloo-mesh}\nspec:\n  istio:\n"
                           "    installation: {namespace: istio-system, cluster: b, version: "
                           "1.22.3}\n    trustDomain: td.example\n");
    translated_gateway(&world, "a", "{ip: 192.0.2.1}");
    translated_gateway(&world, "b", "{ip: 192.0.2.2}");
    translated_service(&world, "web", "shop", "a", "");
    translated_virtual_mesh(&world, "vm", "a b",
                            "  federation: {selectors: [{}], hostnameSuffix: mesh.example}\n");
    translated_run(&world);
    assert_false(
        importers_have(find(&world, "web")->importers, translated_resolved_mesh(&world, "b")));
    assert_true(
        importers_have(find(&world, "web")->selected, translated_resolved_mesh(&world, "b")));
    assert_string_equal(translated_findings(&world), "D1");
    translated_free(&world);
}

static void federate_selects_any__asks_for_services_of_the_mesh(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    assert_true(federate_selects_any(translated_resolved_mesh(&world, "a"), world.arena));
    assert_false(federate_selects_any(translated_resolved_mesh(&world, "b"), world.arena));
    translated_free(&world);
}

/* Whether it is named first, last or not at all. */
static void federate_selector__tells_which_names_the_mesh(void **state)
{
    struct translated world;
    const struct resolved_mesh *a;

    (void)state;
    begin(&world, "  federation: {selectors: [{meshes: [{name: istiod-b, namespace: gloo-mesh}, "
                  "{name: istiod-a, namespace: gloo-mesh}]}]}\n");
    translated_mesh(&world, "c", "td.example", "");
    translated_virtual_mesh(&world, "other", "c", "");
    translated_run(&world);
    a = translated_resolved_mesh(&world, "a");
    assert_int_equal(federate_selector(a, find(&world, "web")->destination,
                                       translated_resolved_mesh(&world, "b")),
                     0);
    assert_int_equal(federate_selector(a, find(&world, "web")->destination, a), 0);
    assert_true(federate_selector(a, find(&world, "web")->destination,
                                  translated_resolved_mesh(&world, "c"))
                == FEDERATE_NONE);
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(federate_exports__exports_what_is_selected),
        cmocka_unit_test(federate_exports__exports_nothing_without_selectors),
        cmocka_unit_test(federate_exports__leaves_out_clients_without_dns),
        cmocka_unit_test(federate_selects_any__asks_for_services_of_the_mesh),
        cmocka_unit_test(federate_selector__tells_which_names_the_mesh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
