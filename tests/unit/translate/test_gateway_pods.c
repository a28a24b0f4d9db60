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

static enum gateway_share share(const struct translated *world, const char *name)
{
    const struct resolved *resolved = world->pass.plan.resolved;

    for (size_t i = 0; i < resolved->specs->destination_count; i++) {
        const struct destination *destination = &resolved->specs->destinations[i];

        if (text_equal(destination->service->ref.name, name)
            && text_equal(destination->service->ref.cluster, "a"))
            return gateway_pods_share(resolved, destination);
    }
    fail_msg("no Service %s", name);
    return GATEWAY_SHARE_NONE;
}

static const struct {
    const char *sentence;
    const char *selector, *clusters, *federation;
    enum gateway_share gateway, other;
} rows[] = {
    { "another Service of the gateway's pods", "istio: ingressgateway, app: gateway", "a b", "",
      GATEWAY_SHARE_ALL, GATEWAY_SHARE_ALL },
    { "some of its pods are the gateway's", "tier: edge", "a b", "", GATEWAY_SHARE_ALL,
      GATEWAY_SHARE_SOME },
    { "no virtual mesh", "tier: edge", "", "", GATEWAY_SHARE_NONE, GATEWAY_SHARE_NONE },
    { "a virtual mesh of one", "tier: edge", "a", "", GATEWAY_SHARE_ALL, GATEWAY_SHARE_SOME },
    { "no gateway is used", "tier: edge", "a b", "  federation: {flatNetwork: true}\n",
      GATEWAY_SHARE_NONE, GATEWAY_SHARE_NONE },
    { "an INVALID virtual mesh", "tier: edge", "a missing", "", GATEWAY_SHARE_ALL,
      GATEWAY_SHARE_SOME },
    { "a Service that is selected as gateway", "tier: edge", "a b",
      "  federation: {ingressGatewaySelectors: [{portName: tls, destinationSelectors: "
      "[{kubeServiceRefs: {services: [{name: gateway, namespace: istio-system, "
      "clusterName: a}]}}, {kubeServiceMatcher: {clusters: [b]}}]}]}\n",
      GATEWAY_SHARE_ALL, GATEWAY_SHARE_SOME },
};

static void gateway_pods_find__compares_pods(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct translated world;

        begin(&world, rows[i].selector, rows[i].clusters, rows[i].federation);
        if (share(&world, "gateway") != rows[i].gateway || share(&world, "other") != rows[i].other)
            fail_msg("%s: %d %d", rows[i].sentence, (int)share(&world, "gateway"),
                     (int)share(&world, "other"));
        translated_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gateway_pods_find__compares_pods),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
