/* tests/unit/discovery/test_found_service.c - Services as Destinations. */
#include "discovery/found_service.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct scan *scan_of(struct arena *arena, const char *services)
{
    return discovery_sample_scan(
        arena, DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
                                { FACT_DEPLOYMENTS,
                                  "[" SAMPLE_ISTIOD ", " SAMPLE_DEPLOYMENT(
                                      "shop", "w", "app: a") ", " SAMPLE_DEPLOYMENT("plain", "v",
                                                                                    "app: a") "]" },
                                { FACT_SERVICES, services }));
}

#define PORTS "ports: [{port: 80}]"

static void test_reasons(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const struct {
        const char *says, *service;
        enum left_out_reason reason;
    } cases[] = {
        { "pods with a sidecar", SAMPLE_SERVICE("shop", "s", "selector: {app: a}, " PORTS),
          LEFT_OUT_NOT },
        { "pods without one", SAMPLE_SERVICE("plain", "s", "selector: {app: a}, " PORTS),
          LEFT_OUT_NOT_IN_MESH },
        { "no pods", SAMPLE_SERVICE("shop", "s", "selector: {app: z}, " PORTS),
          LEFT_OUT_NO_WORKLOAD },
        { "no selector", SAMPLE_SERVICE("shop", "s", PORTS), LEFT_OUT_NO_SELECTOR },
        { "no ports", SAMPLE_SERVICE("shop", "s", "selector: {app: a}"), LEFT_OUT_NO_PORTS },
        { "ExternalName", SAMPLE_SERVICE("shop", "s", "type: ExternalName"),
          LEFT_OUT_EXTERNAL_NAME },
        { "a namespace of the system",
          SAMPLE_SERVICE("kube-system", "s", "selector: {app: a}, " PORTS), LEFT_OUT_EXCLUDED },
        { "consent for one without a selector",
          "{metadata: {name: s, namespace: shop, annotations: "
          "{discovery.mesh.gloo.solo.io/enabled: 'true'}}, spec: {" PORTS "}}",
          LEFT_OUT_NOT },
        { "a veto",
          "{metadata: {name: s, namespace: shop, annotations: "
          "{discovery.mesh.gloo.solo.io/enabled: 'false'}}, "
          "spec: {selector: {app: a}, " PORTS "}}",
          LEFT_OUT_VETOED },
        { "hidden",
          "{metadata: {name: s, namespace: shop, annotations: {networking.istio.io/exportTo: "
          "'.'}}, "
          "spec: {selector: {app: a}, " PORTS "}}",
          LEFT_OUT_EXPORT_TO },
        { "shown to the gateway",
          "{metadata: {name: s, namespace: shop, annotations: {networking.istio.io/exportTo: 'x, "
          "istio-system'}}, "
          "spec: {selector: {app: a}, " PORTS "}}",
          LEFT_OUT_NOT },
    };

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct scan *scan = scan_of(arena, arena_printf(arena, "[%s]", cases[i].service));
        struct found_service found = found_service_judge(scan, &scan->facts->services[0]);

        if (found.reason != cases[i].reason)
            fail_msg("%s: %s", cases[i].says, enums_name(&left_out_reasons, (int)found.reason));
    }
}

static void test_destination(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *scan = scan_of(
        arena, "[{metadata: {name: s, namespace: shop, labels: {a: b, helm.sh/chart: c}}, spec: "
               "{selector: {app: a}, type: LoadBalancer, " PORTS "}}]");
    struct found_service found = found_service_judge(scan, &scan->facts->services[0]);
    struct destination destination;

    (void)unused;
    destination = found_service_destination(scan, &found, "name");
    assert_string_equal(destination.meta.name, "name");
    assert_string_equal(destination.mesh.name, "istiod-istio-system-k");
    assert_string_equal(destination.service->ref.cluster, "k");
    assert_int_equal(destination.service->label_count, 1);
    assert_int_equal(destination.service->type, SERVICE_LOAD_BALANCER);
    assert_int_equal(destination.meta.annotation_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_destination),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
