/* tests/unit/discovery/test_fact_workload.c - pod templates. */
#include "discovery/fact_workload.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_template(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    struct fact_workload workload;

    (void)unused;
    workload = fact_workload_read(
        &reader, WORKLOAD_STATEFUL_SET,
        discovery_sample_node(
            arena,
            "{metadata: {name: db, namespace: shop, labels: {not: these}}, spec: {template: "
            "{metadata: {labels: {app: db}, annotations: {sidecar.istio.io/inject: 'no'}}, "
            "spec: {hostNetwork: true, serviceAccountName: sa, containers: [{name: x}]}}}}"));
    assert_string_equal(workload.name, "db");
    assert_int_equal(workload.label_count, 1);
    assert_string_equal(workload.labels[0].key, "app");
    assert_string_equal(workload.inject_annotation, "no");
    assert_string_equal(workload.service_account, "sa");
    assert_true(workload.host_network && !workload.has_proxy && !workload.istiod);
}

/* Native sidecars are init containers. */
static void test_proxy_among_init_containers(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    const struct node *item = discovery_sample_node(
        arena, "{metadata: {name: a, namespace: b}, spec: {template: {spec: {initContainers: "
               "[{name: istio-proxy, restartPolicy: Always}]}}}}");

    (void)unused;
    assert_true(fact_workload_read(&reader, WORKLOAD_DEPLOYMENT, item).has_proxy);
}

/* A StatefulSet with the labels of istiod is none. */
static void test_only_a_deployment_can_be_istiod(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    const struct node *item = discovery_sample_node(arena, SAMPLE_ISTIOD);

    (void)unused;
    assert_non_null(fact_workload_read(&reader, WORKLOAD_DEPLOYMENT, item).istiod);
    assert_null(fact_workload_read(&reader, WORKLOAD_STATEFUL_SET, item).istiod);
    assert_string_equal(enums_name(&workload_kinds, WORKLOAD_DAEMON_SET), "daemonset");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_template),
        cmocka_unit_test(test_proxy_among_init_containers),
        cmocka_unit_test(test_only_a_deployment_can_be_istiod),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
