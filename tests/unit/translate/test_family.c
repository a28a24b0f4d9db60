/* tests/unit/translate/test_family.c - which addresses the pods of a cluster can reach. */
#include "translate/family.h"

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

static void family_of__tells_addresses_from_names(void **state)
{
    (void)state;
    assert_int_equal(family_of("192.0.2.1"), FAMILY_IPV4);
    assert_int_equal(family_of("2001:db8::1"), FAMILY_IPV6);
    assert_int_equal(family_of("gateway.example"), 0);
    assert_int_equal(family_of("*.example"), 0);
}

static void family_find_pods__takes_all_pods_of_the_cluster(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_service(&world, "six", "shop", "b",
                       "    endpointSubsets: [{endpoints: [{ipAddress: \"fd00::1\"}]}]\n");
    translated_run(&world);
    assert_int_equal(translated_resolved_mesh(&world, "a")->pod_families, 0);
    assert_int_equal(translated_resolved_mesh(&world, "b")->pod_families, FAMILY_IPV6);
    translated_service(&world, "four", "bank", "b",
                       "    endpointSubsets: [{endpoints: [{ipAddress: 10.0.0.1}]}]\n");
    translated_run(&world);
    assert_int_equal(translated_resolved_mesh(&world, "b")->pod_families, FAMILY_BOTH);
    translated_free(&world);
}

/* Endpoints of a Service without a selector may be no pods. */
static void family_find_pods__ignores_services_without_selector(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_add(&world, "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
                           "metadata: {name: manual, namespace: gloo-mesh}\nspec:\n"
                           "  mesh: {name: istiod-b, namespace: gloo-mesh}\n  kubeService:\n"
                           "    ref: {name: manual, namespace: shop, clusterName: b}\n"
                           "    ports: [{name: http, port: 80, protocol: TCP}]\n"
                           "    endpointSubsets: [{endpoints: [{ipAddress: \"fd00::1\"}]}]\n");
    translated_run(&world);
    assert_int_equal(translated_resolved_mesh(&world, "b")->pod_families, 0);
    translated_free(&world);
}

static void family_check_doors__warns_where_pods_are_unknown(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_mesh(&world, "b", "td.example", "");
    translated_gateway(&world, "a", "{ip: 192.0.2.1}, {ip: \"2001:db8::1\"}");
    translated_gateway(&world, "b", "{ip: 192.0.2.2}");
    translated_service(&world, "web", "shop", "a", "");
    translated_virtual_mesh(&world, "vm", "a b",
                            "  federation: {selectors: [{destinationSelectors: "
                            "[{kubeServiceMatcher: {namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    assert_true(translated_resolved_mesh(&world, "a")->dual_stack);
    assert_false(translated_resolved_mesh(&world, "b")->dual_stack);
    assert_string_equal(translated_findings(&world), "W55");
    translated_free(&world);
}

/* Clusters a and b; requests go from b to a. */
static const char *findings_between(const char *gateway, const char *home_pod,
                                    const char *client_pod, const char *federation,
                                    struct arena *arena)
{
    static const char pods[] = "    ports: [{name: http, port: 80, targetPortNumber: 8080}]\n"
                               "    endpointSubsets: [{endpoints: [{ipAddress: \"%s\"}], "
                               "ports: [{name: http, port: 8080}]}]\n";
    struct translated world;
    const char *found;

    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_mesh(&world, "b", "td.example", "");
    translated_gateway(&world, "a", gateway);
    translated_gateway(&world, "b", "{dnsName: gw.example.com}");
    translated_service(&world, "web", "shop", "a", arena_printf(arena, pods, home_pod));
    translated_service(&world, "cart", "bank", "b", arena_printf(arena, pods, client_pod));
    translated_virtual_mesh(&world, "vm", "a b",
                            arena_printf(arena,
                                         "  federation: {%sselectors: [{destinationSelectors: "
                                         "[{kubeServiceMatcher: {namespaces: [shop]}}]}]}\n",
                                         federation));
    translated_run(&world);
    found = arena_text(arena, translated_findings(&world));
    translated_free(&world);
    return found;
}

static void family_warn_clients__compares_what_a_client_dials(void **state)
{
    static const struct {
        const char *says, *gateway, *home_pod, *client_pod, *federation, *findings;
    } cases[] = {
        { "one family", "{ip: 192.0.2.1}", "10.0.0.1", "10.0.1.1", "", "" },
        { "IPv6 pods, IPv4 gateway", "{ip: 192.0.2.1}", "10.0.0.1", "fd00::1", "", "W60" },
        { "IPv4 pods, IPv6 gateway", "{ip: \"2001:db8::1\"}", "10.0.0.1", "10.0.1.1", "", "W60" },
        { "the pods behind the gateway do not count", "{ip: 192.0.2.1}", "fd00::1", "10.0.1.1", "",
          "" },
        { "a gateway with both", "{ip: 192.0.2.1}, {ip: \"2001:db8::1\"}", "10.0.0.1", "fd00::1",
          "", "" },
        { "a gateway with a host name", "{dnsName: g.example.com}", "10.0.0.1", "fd00::1", "", "" },
        { "pods themselves", "{ip: 192.0.2.1}", "10.0.0.1", "fd00::1", "flatNetwork: true, ",
          "W60 W8" },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        const char *found = findings_between(cases[i].gateway, cases[i].home_pod,
                                             cases[i].client_pod, cases[i].federation, arena);

        if (!text_equal(found, cases[i].findings))
            fail_msg("%s: %s", cases[i].says, found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(family_of__tells_addresses_from_names),
        cmocka_unit_test(family_find_pods__takes_all_pods_of_the_cluster),
        cmocka_unit_test(family_find_pods__ignores_services_without_selector),
        cmocka_unit_test(family_check_doors__warns_where_pods_are_unknown),
        cmocka_unit_test(family_warn_clients__compares_what_a_client_dials),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
