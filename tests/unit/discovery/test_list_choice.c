/* tests/unit/discovery/test_list_choice.c - which further lists a cluster needs. */
#include "discovery/list_choice.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#define SERVICE(metadata, spec)                                                                    \
    "[{metadata: {name: g, namespace: istio-system, " metadata "}, spec: {" spec "}}]"
#define NODE_PORT "type: NodePort"
#define PODS "selector: {istio: eastwestgateway}"

/* clang-format off */
static const struct {
    const char *sentence, *services;
    bool slices, nodes, gateways;
} cases[] = {
    { "an ordinary Service", SERVICE("", "selector: {app: a}, ports: [{port: 80, targetPort: 8080}]"), false, false, false },
    { "a named target port", SERVICE("", "selector: {app: a}, ports: [{port: 80, targetPort: http}]"), true, false, false },
    { "a NodePort Service that is no gateway", SERVICE("", NODE_PORT ", selector: {app: a}"), false, false, false },
    { "one with a node selector", SERVICE("annotations: {traffic.istio.io/nodeSelector: '{}'}", NODE_PORT), false, true, false },
    { "a NodePort gateway by its network", SERVICE("labels: {topology.istio.io/network: n}", NODE_PORT), false, true, false },
    { "a NodePort gateway by its pods", SERVICE("", NODE_PORT ", " PODS), false, true, false },
    { "a NodePort gateway of old installations", SERVICE("", NODE_PORT ", selector: {istio: ingressgateway}"), false, true, false },
    { "one that keeps to its nodes", SERVICE("", NODE_PORT ", externalTrafficPolicy: Local, " PODS), true, true, false },
    { "a gateway with a load balancer", SERVICE("", "type: LoadBalancer, " PODS), false, false, false },
    { "a gateway of the Gateway API", SERVICE("labels: {gateway.networking.k8s.io/gateway-name: g}", "type: LoadBalancer"), false, false, true },
    { "the same on nodes", SERVICE("labels: {gateway.networking.k8s.io/gateway-class-name: istio}", NODE_PORT), false, true, true },
};
/* clang-format on */

static void test_services_decide(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct discovery_settings settings = discovery_sample_settings(arena, NULL);

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct facts *facts = DISCOVERY_SAMPLE(arena, { FACT_SERVICES, cases[i].services });

        if (list_choice_needs(facts, &settings, FACT_ENDPOINT_SLICES) != cases[i].slices
            || list_choice_needs(facts, &settings, FACT_NODES) != cases[i].nodes
            || list_choice_needs(facts, &settings, FACT_GATEWAYS) != cases[i].gateways)
            fail_msg("%s", cases[i].sentence);
    }
}

static void test_settings_decide_on_service_exports(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings = discovery_sample_settings(arena, NULL);
    const struct facts *facts = DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES);

    (void)unused;
    assert_false(list_choice_needs(facts, &settings, FACT_SERVICE_EXPORTS));
    settings.exports = EXPORTS_LABEL;
    assert_true(list_choice_needs(facts, &settings, FACT_SERVICE_EXPORTS));
    assert_false(list_choice_needs(facts, &settings, FACT_SERVICES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_services_decide),
        cmocka_unit_test(test_settings_decide_on_service_exports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
