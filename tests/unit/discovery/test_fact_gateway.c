/* tests/unit/discovery/test_fact_gateway.c - Gateways of the Gateway API. */
#include "discovery/fact_gateway.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *says, *labels, *listeners;
    uint32_t port;
} cases[] = {
    { "no listener", "{}", "[]", 0 },
    { "TLS with the option", "{}", "[{port: 443, protocol: TLS, tls: {options: {gateway.istio.io/listener-protocol: auto-passthrough}}}]", 443 },
    { "TLS without it", "{}", "[{port: 15443, protocol: TLS}]", 0 },
    { "15443 with the network label", "{topology.istio.io/network: n}", "[{port: 15443, protocol: TLS}]", 15443 },
    { "another port with the network label", "{topology.istio.io/network: n}", "[{port: 443, protocol: TLS}]", 0 },
    { "not TLS", "{topology.istio.io/network: n}", "[{port: 15443, protocol: HTTP}]", 0 },
    { "15443 before others", "{topology.istio.io/network: n}",
      "[{port: 443, protocol: TLS, tls: {options: {gateway.istio.io/listener-protocol: auto-passthrough}}}, {port: 15443, protocol: TLS}]", 15443 },
};
/* clang-format on */

static void test_port(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct fact_gateway gateway = fact_gateway_read(
            &reader, discovery_sample_node(
                         arena, arena_printf(arena,
                                             "{metadata: {name: g, namespace: n, labels: %s}, "
                                             "spec: {gatewayClassName: istio, listeners: %s}}",
                                             cases[i].labels, cases[i].listeners)));

        if (gateway.port != cases[i].port)
            fail_msg("%s: %u", cases[i].says, gateway.port);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
