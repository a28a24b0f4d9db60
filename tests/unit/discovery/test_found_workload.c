/* tests/unit/discovery/test_found_workload.c - workloads of a mesh. */
#include "discovery/found_workload.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_object(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *scan;
    struct workload workload;

    (void)unused;
    scan = discovery_sample_scan(
        arena, DISCOVERY_SAMPLE(
                   arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
                   { FACT_DEPLOYMENTS, "[" SAMPLE_ISTIOD ", " SAMPLE_DEPLOYMENT(
                                           "shop", "w", "app: a, helm.sh/chart: c") "]" },
                   { FACT_SERVICES, "[" SAMPLE_SERVICE("shop", "s", "selector: {app: a}") "]" }));
    workload =
        found_workload_object(scan, &scan->facts->workloads[1], &scan->injections[1], "w-shop-k");
    assert_string_equal(workload.meta.name, "w-shop-k-deployment");
    assert_string_equal(workload.service_account, "default");
    assert_string_equal(workload.mesh.name, "istiod-istio-system-k");
    assert_int_equal(workload.pod_label_count, 1);
    assert_true(scan->planes.items[0].revisions[0].asked);
}

static void test_istiod_itself_is_in_no_mesh(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *scan;

    (void)unused;
    scan = discovery_sample_scan(
        arena, DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
                                { FACT_DEPLOYMENTS, "[" SAMPLE_ISTIOD "]" }));
    assert_null(scan->injections[0].plane);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_object),
        cmocka_unit_test(test_istiod_itself_is_in_no_mesh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
