/* tests/unit/translate/test_gateway_pods.c - which Services lead to pods of gateways. */
#include "translate/gateway_pods.h"

#include "tests/lib/translated.h"

/* Clusters a and b with gateways; Service other of istio-system has the selector. */
static void begin(struct translated *world, const char *selector, const char *clusters,
                  const char *federation)
{
    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, "b", "td.example", "");
    translated_gateway(world, "a", "{ip: 192.0.2.1}");
    translated_gateway(world, "b", "{ip: 192.0.2.2}");
    translated_add(
        world,
        "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
        "metadata: {name: other, namespace: gloo-mesh}\nspec:\n"
        "  mesh: {name: istiod-a, namespace: gloo-mesh}\n  kubeService:\n"
        "    ref: {name: other, namespace: istio-system, clusterName: a}\n"
        "    workloadSelectorLabels: {%s}\n"
        "    endpointSubsets: [{endpoints: [{ipAddress: 10.0.0.1, labels: {tier: edge}}, "
        "{ipAddress: 10.0.0.2, labels: {tier: edge, istio: ingressgateway}}]}]\n",
        selector);
    if (*clusters)
        translated_virtual_mesh(world, "vm", clusters, federation);
    translated_run(world);
}

static const struct destination *find(const struct translated *world, const char *name)
{
    const struct resolved *resolved = world->pass.plan.resolved;

    for (size_t i = 0; i < resolved->specs->destination_count; i++) {
        const struct destination *destination = &resolved->specs->destinations[i];

        if (text_equal(destination->service->ref.name, name)
            && text_equal(destination->service->ref.cluster, "a"))
            return destination;
    }
    fail_msg("no Service %s", name);
    return NULL;
}

static enum gateway_access access_of(const struct translated *world, const char *name)
{
    return gateway_pods_access(world->pass.plan.resolved, find(world, name));
}

static const struct {
    const char *sentence;
    const char *selector, *clusters, *federation;
    enum gateway_access gateway, other;
} rows[] = {
    { "another Service of the gateway's pods", "istio: ingressgateway, app: gateway", "a b", "",
      GATEWAY_ACCESS_PASSTHROUGH, GATEWAY_ACCESS_PASSTHROUGH },
    { "weft admits every caller", "istio: ingressgateway, app: gateway", "a b",
      "  globalAccessPolicy: ENABLED\n", GATEWAY_ACCESS_LEFT_OUT, GATEWAY_ACCESS_LEFT_OUT },
    { "weft admits every caller of a mesh alone", "istio: ingressgateway, app: gateway", "a",
      "  globalAccessPolicy: ENABLED\n", GATEWAY_ACCESS_LEFT_OUT, GATEWAY_ACCESS_LEFT_OUT },
    { "some of its pods are the gateway's", "tier: edge", "a b", "", GATEWAY_ACCESS_PASSTHROUGH,
      GATEWAY_ACCESS_REFUSED },
    { "no virtual mesh", "tier: edge", "", "", GATEWAY_ACCESS_PLAIN, GATEWAY_ACCESS_PLAIN },
    { "a virtual mesh of one", "tier: edge", "a", "", GATEWAY_ACCESS_PLAIN, GATEWAY_ACCESS_PLAIN },
    { "no gateway is used", "tier: edge", "a b", "  federation: {flatNetwork: true}\n",
      GATEWAY_ACCESS_PLAIN, GATEWAY_ACCESS_PLAIN },
    { "an INVALID virtual mesh", "tier: edge", "a missing", "", GATEWAY_ACCESS_RETAINED,
      GATEWAY_ACCESS_REFUSED },
    { "an INVALID virtual mesh that was to admit every caller", "tier: edge", "a missing",
      "  globalAccessPolicy: ENABLED\n", GATEWAY_ACCESS_RETAINED, GATEWAY_ACCESS_REFUSED },
    { "a Service that is selected as gateway", "tier: edge", "a b",
      "  federation: {ingressGatewaySelectors: [{portName: tls, destinationSelectors: "
      "[{kubeServiceRefs: {services: [{name: gateway, namespace: istio-system, "
      "clusterName: a}]}}, {kubeServiceMatcher: {clusters: [b]}}]}]}\n",
      GATEWAY_ACCESS_PASSTHROUGH, GATEWAY_ACCESS_REFUSED },
};

static void gateway_pods_access__compares_pods(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct translated world;

        begin(&world, rows[i].selector, rows[i].clusters, rows[i].federation);
        if (access_of(&world, "gateway") != rows[i].gateway
            || access_of(&world, "other") != rows[i].other)
            fail_msg("%s: %d %d", rows[i].sentence, (int)access_of(&world, "gateway"),
                     (int)access_of(&world, "other"));
        translated_free(&world);
    }
}

/* A Service of the same pods has the ports of the gateway, and those of its own gateway alone. */
static void gateway_pods_open__lists_ports_of_pods(void **state)
{
    struct translated world;
    struct port_list ports;

    (void)state;
    begin(&world, "istio: ingressgateway", "a b", "");
    ports = gateway_pods_open(world.pass.plan.resolved, find(&world, "other"));
    assert_int_equal(ports.count, 1);
    assert_int_equal(ports.items[0], 15443);
    assert_true(gateway_pods_opens_as(world.pass.plan.resolved, find(&world, "other"),
                                      find(&world, "gateway")));
    translated_free(&world);
    begin(&world, "tier: edge", "a b", "");
    assert_int_equal(gateway_pods_open(world.pass.plan.resolved, find(&world, "other")).count, 0);
    assert_false(gateway_pods_opens_as(world.pass.plan.resolved, find(&world, "other"),
                                       find(&world, "gateway")));
    translated_free(&world);
}

/* Nothing is written there, so nothing is said about what would be. */
static void gateway_pods_check__is_all_where_policies_are_retained(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_gateway(&world, "a", "{ip: 192.0.2.1}");
    translated_service(&world, "pay", "shop", "a",
                       "    endpointSubsets: [{endpoints: [{ipAddress: 10.0.0.1, labels: {app: "
                       "pay, istio: ingressgateway}}]}]\n");
    translated_virtual_mesh(&world, "vm", "a missing", "");
    translated_policy(&world, "all", "  allowedMethods: [GET]\n");
    translated_run(&world);
    assert_null(strstr(translated_findings(&world), "A8"));
    assert_non_null(strstr(translated_findings(&world), "W65"));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gateway_pods_access__compares_pods),
        cmocka_unit_test(gateway_pods_open__lists_ports_of_pods),
        cmocka_unit_test(gateway_pods_check__is_all_where_policies_are_retained),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
