/* tests/unit/discovery/test_found_gateway.c - which Services are east-west gateways. */
#include "discovery/found_gateway.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *says, *labels, *selector, *ports;
    enum gateway_class class;
    uint32_t port;
} cases[] = {
    { "the network label", "topology.istio.io/network: n", "app: g", "{port: 15443}", GATEWAY_NETWORK, 15443 },
    { "its own port", "topology.istio.io/network: n, networking.istio.io/gatewayPort: '443'", "app: g", "{port: 443}", GATEWAY_NETWORK, 443 },
    { "without the port", "topology.istio.io/network: n", "app: g", "{port: 443}", GATEWAY_NONE, 0 },
    { "the pods of the chart", "a: b", "istio: eastwestgateway", "{port: 15443}", GATEWAY_EASTWEST, 15443 },
    { "an ingress gateway with a port tls", "a: b", "istio: ingressgateway", "{port: 15443, name: tls}", GATEWAY_INGRESS, 15443 },
    { "an ingress gateway of today", "a: b", "istio: ingressgateway", "{port: 443, name: https}", GATEWAY_NONE, 0 },
    { "another Service", "a: b", "app: x", "{port: 15443, name: tls}", GATEWAY_NONE, 0 },
    { "a waypoint", "topology.istio.io/network: n, gateway.networking.k8s.io/gateway-class-name: istio-waypoint", "app: g", "{port: 15443}", GATEWAY_NONE, 0 },
};
/* clang-format on */

static struct scan *scan_of(struct arena *arena, const char *services)
{
    return discovery_sample_scan(
        arena,
        DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
                         { FACT_DEPLOYMENTS, "[" SAMPLE_ISTIOD "]" }, { FACT_SERVICES, services }));
}

static void test_classes(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct scan *scan = scan_of(
            arena, arena_printf(arena,
                                "[{metadata: {name: g, namespace: istio-system, labels: {%s}}, "
                                "spec: {selector: {%s}, ports: [%s]}}]",
                                cases[i].labels, cases[i].selector, cases[i].ports));

        if (scan->candidates[0].class != cases[i].class
            || (cases[i].port && scan->candidates[0].port != cases[i].port))
            fail_msg("%s: %d", cases[i].says, (int)scan->candidates[0].class);
    }
}

static void test_trusted_namespaces(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *scan = scan_of(
        arena, "[{metadata: {name: g, namespace: plain, labels: {topology.istio.io/network: n}}, "
               "spec: {ports: [{port: 15443}]}}]");

    (void)unused;
    assert_false(scan->candidates[0].trusted);
    assert_string_equal(discovery_sample_findings(scan->findings, arena), "I13");
    assert_true(found_gateway_namespace(scan, "istio-system"));
    assert_false(found_gateway_namespace(scan, "plain"));
}

/* Of the first class that has any all are marked, and of others none. */
static void test_marks(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *scan = scan_of(
        arena,
        "[{metadata: {name: a, namespace: istio-system, labels: {topology.istio.io/network: n}}, "
        "spec: {ports: [{port: 15443}]}}, {metadata: {name: b, namespace: istio-system}, spec: "
        "{selector: {istio: eastwestgateway}, ports: [{port: 15443}]}}]");
    static const struct pair selector[] = { { "app", "g" } };
    const struct kube_service service = { .selector = selector,
                                          .selector_count = 1,
                                          .type = SERVICE_LOAD_BALANCER };
    struct destination destinations[] = {
        { .has_mesh = true, .mesh = { "istiod-istio-system-k", "gloo-mesh" }, .service = &service },
        { .has_mesh = true, .mesh = { "istiod-istio-system-k", "gloo-mesh" }, .service = &service }
    };
    const struct fact_service *facts[] = { &scan->facts->services[0], &scan->facts->services[1] };

    (void)unused;
    found_gateway_mark(destinations, facts, 2, scan);
    assert_string_equal(meta_annotation(&destinations[0].meta, ANNOTATION_GATEWAY),
                        "port=15443 network=n class=a");
    assert_null(meta_annotation(&destinations[1].meta, ANNOTATION_GATEWAY));
    assert_int_equal(scan->findings->count, 0);
}

/* clang-format off */
static const struct {
    const char *says, *mark; /* of the last inventory; NULL: none */
    enum gateway_class class;
    const char *network;
    uint32_t port;
} former_cases[] = {
    { "as weft writes it", "port=15443 network=n class=a", GATEWAY_NETWORK, "n", 15443 },
    { "in another order", "network=net-1 port=8443", GATEWAY_NETWORK, "net-1", 8443 },
    { "without a network", "port=15443", GATEWAY_NETWORK, "", 15443 },
    { "an empty network", "network= port=15443", GATEWAY_NETWORK, "", 15443 },
    { "keys that begin alike", "networks=x ports=1 port=15443", GATEWAY_NETWORK, "", 15443 },
    { "a key alone", "port network=n", GATEWAY_NONE, "", 0 },
    { "more blanks", "network=n   port=15443", GATEWAY_NETWORK, "n", 15443 },
    { "no port", "network=n", GATEWAY_NONE, "", 0 },
    { "a port that is none", "port=65536", GATEWAY_NONE, "", 0 },
    { "an ordinary Service then", NULL, GATEWAY_NONE, "", 0 },
};
/* clang-format on */

/* While Gateways cannot be read, a Service is what the last inventory says. */
static void test_former_marks(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < LENGTH(former_cases); i++) {
        struct scan *scan = scan_of(
            arena, "[{metadata: {name: g, namespace: istio-system, labels: "
                   "{gateway.networking.k8s.io/gateway-name: g, "
                   "gateway.networking.k8s.io/gateway-class-name: istio}}, spec: {selector: {app: "
                   "g}, ports: [{port: 80}]}}]");
        struct pair pair = { ANNOTATION_GATEWAY, former_cases[i].mark };
        struct kube_service service = {
            .ref = { .name = "g", .namespace = "istio-system", .cluster = scan->former->cluster }
        };
        struct destination former = { .meta.annotations = &pair,
                                      .meta.annotation_count = former_cases[i].mark ? 1 : 0,
                                      .service = &service };
        struct inventory inventory = { .cluster = scan->former->cluster,
                                       .destinations = &former,
                                       .destination_count = 1 };
        const struct gateway_candidate *found;

        print_message("  %s\n", former_cases[i].says);
        scan->former = &inventory;
        facts_close((struct facts *)(uintptr_t)scan->facts, FACT_GATEWAYS, FACT_UNREAD, "why");
        found = found_gateway_candidates(scan);
        assert_int_equal(found[0].class, former_cases[i].class);
        if (found[0].class == GATEWAY_NONE)
            continue;
        assert_string_equal(found[0].network, former_cases[i].network);
        assert_int_equal(found[0].port, former_cases[i].port);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_trusted_namespaces),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_former_marks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
