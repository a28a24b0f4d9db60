/* tests/unit/discovery/test_fact_service.c - Services. */
#include "discovery/fact_service.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct fact_service service(struct arena *arena, const char *yaml)
{
    struct reader reader = { arena, intern_new(arena) };

    return fact_service_read(&reader, discovery_sample_node(arena, yaml));
}

static void test_ports(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct fact_service one;

    (void)unused;
    one = service(arena, "{spec: {type: NodePort, ports: [{port: 90, targetPort: web, nodePort: "
                         "30090}, {port: 80, name: http, protocol: UDP, appProtocol: h2, "
                         "targetPort: 8080}, {port: 70000}]}}");
    assert_int_equal(one.type, SERVICE_NODE_PORT);
    assert_int_equal(one.port_count, 2);
    assert_int_equal(one.ports[0].port, 80);
    assert_int_equal(one.ports[0].target_number, 8080);
    assert_null(one.ports[0].target_name);
    assert_string_equal(one.ports[0].protocol, "UDP");
    assert_string_equal(one.ports[1].target_name, "web");
    assert_string_equal(one.ports[1].protocol, "TCP");
    assert_int_equal(one.ports[1].node_port, 30090);
}

static void test_status(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct fact_service one;

    (void)unused;
    one = service(arena,
                  "{spec: {type: LoadBalancer, externalIPs: [192.0.2.1]}, status: {loadBalancer: "
                  "{ingress: [{}, {ip: 192.0.2.2, hostname: x, ports: [{port: 80, error: bad}, "
                  "{port: 81}]}, {hostname: gw.example.com}]}}}");
    assert_int_equal(one.ingress_count, 2);
    assert_string_equal(one.ingress[0].address, "192.0.2.2");
    assert_int_equal(one.ingress[0].broken_count, 1);
    assert_int_equal(one.ingress[0].broken[0], 80);
    assert_string_equal(one.ingress[1].address, "gw.example.com");
    assert_int_equal(one.external_ip_count, 1);
}

static void test_flags(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct fact_service one, other;

    (void)unused;
    one = service(arena, "{metadata: {deletionTimestamp: t, annotations: "
                         "{networking.istio.io/exportTo: '~'}}, spec: {clusterIP: None, "
                         "externalTrafficPolicy: Local}}");
    other = service(arena, "{spec: {type: Odd}}");
    assert_true(one.deleting && one.headless && one.local);
    assert_string_equal(one.export_to, "~");
    assert_false(other.deleting || other.headless || other.local);
    assert_int_equal(other.type, SERVICE_CLUSTER_IP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ports),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_flags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
