/* tests/unit/discovery/test_injection.c - membership of workloads. */
#include "discovery/injection.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *says, *namespace, *spec;
    enum dataplane dataplane;
} cases[] = {
    { "an injected namespace", "shop", "metadata: {labels: {a: b}}", DATAPLANE_SIDECAR },
    { "another namespace", "plain", "metadata: {labels: {a: b}}", DATAPLANE_NONE },
    { "an unknown namespace", "gone", "metadata: {labels: {a: b}}", DATAPLANE_NONE },
    { "the host's network", "shop", "spec: {hostNetwork: true}", DATAPLANE_NONE },
    { "label false", "shop", "metadata: {labels: {sidecar.istio.io/inject: 'false'}}", DATAPLANE_NONE },
    { "annotation false", "shop", "metadata: {annotations: {sidecar.istio.io/inject: 'false'}}", DATAPLANE_NONE },
    { "the label beats the annotation", "shop",
      "metadata: {labels: {sidecar.istio.io/inject: 'true'}, annotations: {sidecar.istio.io/inject: 'false'}}", DATAPLANE_SIDECAR },
    { "only true counts", "shop", "metadata: {labels: {sidecar.istio.io/inject: 'yes'}}", DATAPLANE_NONE },
    { "a proxy of its own", "plain", "spec: {containers: [{name: istio-proxy}]}", DATAPLANE_SIDECAR },
    { "a waypoint", "plain",
      "metadata: {labels: {gateway.networking.k8s.io/gateway-class-name: istio-waypoint}}, spec: {containers: [{name: istio-proxy}]}", DATAPLANE_AMBIENT },
    { "ambient by label", "plain", "metadata: {labels: {istio.io/dataplane-mode: ambient}}", DATAPLANE_AMBIENT },
    { "ambient with the host's network", "plain",
      "metadata: {labels: {istio.io/dataplane-mode: ambient}}, spec: {hostNetwork: true}", DATAPLANE_NONE },
    { "a sidecar beats ambient", "shop", "metadata: {labels: {istio.io/dataplane-mode: ambient}}", DATAPLANE_SIDECAR },
};
/* clang-format on */

static void test_dataplane(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct facts *facts = DISCOVERY_SAMPLE(
            arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
            { FACT_DEPLOYMENTS,
              arena_printf(arena,
                           "[" SAMPLE_ISTIOD ", {metadata: {name: a, namespace: %s}, spec: "
                           "{template: {%s}}}]",
                           cases[i].namespace, cases[i].spec) });
        struct scan *scan = discovery_sample_scan(arena, facts);
        size_t count;
        const struct fact_workload *one = facts_workloads_in(facts, cases[i].namespace, &count);

        if (injection_of(facts, &scan->planes, one, "").dataplane != cases[i].dataplane)
            fail_msg("%s", cases[i].says);
    }
}

/* The proxy of the nodes has a container istio-proxy, and is in no mesh. */
static void test_ztunnel(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct facts *facts;
    struct scan *scan;

    (void)unused;
    facts = DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
                             { FACT_DEPLOYMENTS, "[" SAMPLE_ISTIOD "]" },
                             { FACT_DAEMON_SETS,
                               "[{metadata: {name: ztunnel, namespace: plain}, spec: {template: "
                               "{metadata: {labels: {app: ztunnel}}, spec: {containers: [{name: "
                               "istio-proxy}]}}}}]" });
    scan = discovery_sample_scan(arena, facts);
    assert_string_equal(facts->workloads[1].name, "ztunnel");
    assert_int_equal(scan->injections[1].dataplane, DATAPLANE_NONE);
}

#define TWO_PLANES                                                                                 \
    { FACT_NAMESPACES,                                                                             \
      "[{metadata: {name: a}}, {metadata: {name: b}}, {metadata: {name: shop}}]" },                \
        { FACT_WEBHOOKS, "[{metadata: {name: w}, webhooks: [{clientConfig: {service: {namespace: " \
                         "b}}}]}, {metadata: {name: x}, webhooks: [{clientConfig: {service: "      \
                         "{namespace: a}}}]}]" },                                                  \
    {                                                                                              \
        FACT_DEPLOYMENTS, "[{metadata: {name: i, namespace: a, labels: {app: istiod}}}, {metadata" \
                          ": {name: i, namespace: b, labels: {app: istiod}}}, " SAMPLE_DEPLOYMENT( \
                              "shop", "w", "a: b") "]"                                             \
    }

static void test_the_former_plane_stays_on_a_draw(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct facts *facts;
    struct scan *scan;
    struct injection first, former;

    (void)unused;
    facts = DISCOVERY_SAMPLE(arena, TWO_PLANES);
    scan = discovery_sample_scan(arena, facts);
    first = injection_of(facts, &scan->planes, &facts->workloads[2], "");
    former = injection_of(facts, &scan->planes, &facts->workloads[2], "b");
    assert_true(first.several && former.several);
    assert_string_equal(first.plane->namespace, "a");
    assert_string_equal(former.plane->namespace, "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dataplane),
        cmocka_unit_test(test_ztunnel),
        cmocka_unit_test(test_the_former_plane_stays_on_a_draw),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
