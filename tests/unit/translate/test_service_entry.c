/* tests/unit/translate/test_service_entry.c - ServiceEntries of federated Services. */
#include "translate/service_entry.h"

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

static void service_entry_remote__leads_to_the_gateway(void **state)
{
    struct translated world;
    const struct node *spec, *endpoint;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    spec = node_find(
        translated_document(&world, "b", "ServiceEntry", "web.shop.svc.a.global")->object, "spec");
    endpoint = node_find(spec, "endpoints")->first;
    assert_string_equal(node_get(endpoint, "address", NULL), "192.0.2.1");
    assert_string_equal(node_get(endpoint, "ports", "http", NULL), "15443");
    assert_string_equal(node_text(node_find(spec, "addresses")->first),
                        world.pass.plan.resolved->exports[0].address);
    assert_null(node_find(spec, "exportTo"));
    translated_free(&world);
}

static void service_entry_local__selects_pods_for_the_gateways_alone(void **state)
{
    struct translated world;
    const struct node *spec;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    spec = node_find(
        translated_document(&world, "a", "ServiceEntry", "web.shop.svc.a.global")->object, "spec");
    assert_string_equal(node_get(spec, "workloadSelector", "labels", "app", NULL), "web");
    assert_string_equal(node_get(node_find(spec, "ports")->first, "targetPort", NULL), "8080");
    assert_string_equal(node_text(node_find(spec, "exportTo")->first), "istio-system");
    assert_null(node_find(spec, "addresses"));
    translated_free(&world);
}

static void service_entry_export_namespace__is_that_of_istiod_for_old_versions(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    assert_string_equal(service_entry_export_namespace(&world.pass.plan.resolved->exports[0]),
                        "shop");
    translated_resolved_mesh(&world, "a")->dialect = istio_version_dialect("1.7.8");
    assert_string_equal(service_entry_export_namespace(&world.pass.plan.resolved->exports[0]),
                        "istio-system");
    translated_free(&world);
}

static void service_entry_remote__has_an_ipv6_address_for_pods_with_ipv6_alone(void **state)
{
    struct translated world;
    const struct previous_document *entry;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_service(&world, "six", "bank", "b",
                       "    endpointSubsets: [{endpoints: [{ipAddress: \"fd00::1\"}]}]\n");
    translated_run(&world);
    entry = translated_document(&world, "b", "ServiceEntry", "web.shop.svc.a.global");
    assert_true(
        text_starts(node_text(node_find(node_find(entry->object, "spec"), "addresses")->first),
                    "fd00:7765:6674::"));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service_entry_remote__leads_to_the_gateway),
        cmocka_unit_test(service_entry_local__selects_pods_for_the_gateways_alone),
        cmocka_unit_test(service_entry_export_namespace__is_that_of_istiod_for_old_versions),
        cmocka_unit_test(service_entry_remote__has_an_ipv6_address_for_pods_with_ipv6_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
