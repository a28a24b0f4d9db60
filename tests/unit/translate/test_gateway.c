/* tests/unit/translate/test_gateway.c - which Services are gateways, and their ports. */
#include "translate/gateway.h"

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

static void gateway_find_all__takes_the_default_one(void **state)
{
    struct translated world;
    const struct resolved_mesh *mesh;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    mesh = translated_resolved_mesh(&world, "a");
    assert_int_equal(mesh->gateway_count, 1);
    assert_int_equal(mesh->gateways[0].dial_port, 15443);
    assert_int_equal(mesh->gateways[0].listen_port, 15443);
    assert_string_equal(gateway_hosts(mesh, world.arena), "*.svc.a.global");
    assert_string_equal(translated_findings(&world), "");
    translated_free(&world);
}

static void gateway_find_all__takes_those_that_are_selected(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation:\n    permissive: {}\n    ingressGatewaySelectors:\n"
                  "    - {destinationSelectors: [{kubeServiceMatcher: {labels: {team: edge}}}], "
                  "portName: https}\n");
    translated_service(&world, "edge", "edge", "a",
                       "    serviceType: NODE_PORT\n    externalAddresses: [{ip: 192.0.2.9}]\n"
                       "    ports: [{name: https, port: 443, protocol: TCP, nodePort: 30443, "
                       "targetPortNumber: 8443}]\n");
    translated_run(&world);
    assert_int_equal(translated_resolved_mesh(&world, "a")->gateway_count, 1);
    assert_int_equal(translated_resolved_mesh(&world, "a")->gateways[0].dial_port, 30443);
    assert_int_equal(translated_resolved_mesh(&world, "a")->gateways[0].listen_port, 443);
    assert_int_equal(gateway_passthrough_port(translated_resolved_mesh(&world, "a"),
                                              &translated_resolved_mesh(&world, "a")->gateways[0]),
                     8443);
    assert_string_equal(translated_findings(&world), "D6 M6");
    translated_free(&world);
}

/* Two gateways behind one address and port are one endpoint. */
static void gateway_check_all__lists_each_endpoint_once(void **state)
{
    struct translated world;
    const struct resolved_mesh *mesh;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_mesh(&world, "b", "td.example", "");
    translated_gateway(&world, "a",
                       "{ip: 192.0.2.1}, {ip: 192.0.2.1}, {ip: 192.0.2.0}, {dnsName: \"\"}");
    translated_gateway(&world, "b", "{dnsName: gw.example}");
    translated_virtual_mesh(&world, "vm", "a b", "  federation: {permissive: {}}\n");
    translated_run(&world);
    mesh = translated_resolved_mesh(&world, "a");
    assert_int_equal(mesh->endpoint_count, 2);
    assert_string_equal(mesh->endpoints[0].address, "192.0.2.0");
    assert_int_equal(mesh->unreachable.count, 0);
    assert_int_equal(translated_resolved_mesh(&world, "b")->resolution, RESOLUTION_DNS);
    translated_free(&world);
}

static void gateway_check_all__says_why_a_mesh_is_unreachable(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_mesh(&world, "b", "td.example", "");
    translated_gateway(&world, "a", "");
    translated_gateway(&world, "b", "{ip: \"2001:db8::1\"}, {dnsName: gw.example}");
    translated_virtual_mesh(&world, "vm", "a b", "  federation: {permissive: {}}\n");
    translated_run(&world);
    assert_string_equal(messages_origin(&translated_resolved_mesh(&world, "a")->unreachable, 0).id,
                        "D5");
    assert_string_equal(messages_origin(&translated_resolved_mesh(&world, "b")->unreachable, 0).id,
                        "D2");
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gateway_find_all__takes_the_default_one),
        cmocka_unit_test(gateway_find_all__takes_those_that_are_selected),
        cmocka_unit_test(gateway_check_all__lists_each_endpoint_once),
        cmocka_unit_test(gateway_check_all__says_why_a_mesh_is_unreachable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
