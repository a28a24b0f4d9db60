/* tests/unit/discovery/test_discovery_summary.c - what is kept of a cluster for a report. */
#include "api/annotation.h"
#include "discovery/discovery_summary.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#define GATEWAY                                                                                    \
    "{metadata: {name: gw, namespace: istio-system, labels: {topology.istio.io/network: n}}, "     \
    "spec: {type: LoadBalancer, selector: {app: gw}, ports: [{port: 15443}]}, "                    \
    "status: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}}"

#define GATEWAY_PODS                                                                               \
    "{metadata: {name: gw, namespace: istio-system}, spec: {template: {metadata: {labels: {app: "  \
    "gw}}, spec: {containers: [{name: istio-proxy, image: auto}]}}}}"

/* A cluster with a gateway, a Service that is left out, and this many Destinations and workloads;
 * all of it in arena. */
static struct discovery discovery_of(size_t services, struct arena *arena)
{
    AUTO_TEXT deployments = { 0 };
    AUTO_TEXT list = { 0 };
    struct discovery_settings *settings = ARENA_NEW(arena, struct discovery_settings, 1);
    struct inventory *none = ARENA_NEW(arena, struct inventory, 1);
    struct discovery out;

    text_adds(&deployments, "[" SAMPLE_ISTIOD ", " GATEWAY_PODS);
    text_adds(&list, "[" GATEWAY ", " SAMPLE_SERVICE("plain", "t", "ports: [{port: 80}]"));
    for (size_t i = 0; i < services; i++) {
        text_addf(&deployments, ", " SAMPLE_DEPLOYMENT("shop", "w%zu", "app: a%zu"), i, i);
        text_addf(&list,
                  ", " SAMPLE_SERVICE("shop", "s%zu", "selector: {app: a%zu}, ports: [{port: 80}]"),
                  i, i);
    }
    text_adds(&deployments, "]");
    text_adds(&list, "]");
    *settings = discovery_sample_settings(arena, NULL);
    none->cluster = "k";
    discovery_run(&out,
                  &(struct discovery_request){
                      .facts = DISCOVERY_SAMPLE(
                          arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
                          { FACT_DEPLOYMENTS, deployments.bytes }, { FACT_SERVICES, list.bytes }),
                      .settings = settings,
                      .former = none,
                      .now = 1000,
                      .pod_namespace = POD_NAMESPACE_DEFAULT,
                      .taken = map_new(arena) },
                  arena);
    return out;
}

/* The full discovery and its facts are overwritten before the summary is looked at. */
static struct discovery summary_of(size_t services, struct arena *arena)
{
    AUTO(arena_shred) struct arena *scratch = arena_new();
    const struct discovery full = discovery_of(services, scratch);

    return discovery_summary(&full, arena);
}

static void test_it_says_what_the_full_one_says(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct discovery full = discovery_of(3, arena), out = summary_of(3, arena);
    const struct destination *gateway = out.inventory.destinations;
    AUTO_TEXT a = { 0 };
    AUTO_TEXT b = { 0 };

    (void)unused;
    assert_string_equal(out.cluster, "k");
    assert_int_equal(out.outcome, DISCOVERY_READ);
    assert_string_equal(out.why, "");
    assert_memory_equal(&out.found, &full.found, sizeof out.found);
    assert_int_equal(out.found.services, 5);
    assert_int_equal(out.found.destinations, full.inventory.destination_count);
    assert_int_equal(out.found.workloads, full.inventory.workload_count);
    assert_int_equal(out.inventory.mesh_count, 1);
    assert_string_equal(out.inventory.meshes[0].trust_domain, "td.example");
    assert_string_equal(out.inventory.meshes[0].version, full.inventory.meshes[0].version);
    assert_string_equal(meta_annotation(&out.inventory.meshes[0].meta, ANNOTATION_REVISIONS),
                        meta_annotation(&full.inventory.meshes[0].meta, ANNOTATION_REVISIONS));
    assert_int_equal(out.inventory.destination_count, 1);
    assert_string_equal(gateway->service->ref.name, "gw");
    assert_string_equal(gateway->service->addresses[0], "203.0.113.9");
    assert_non_null(meta_annotation(&gateway->meta, ANNOTATION_GATEWAY));
    left_out_write(&a, &full.left_out);
    left_out_write(&b, &out.left_out);
    assert_int_equal(out.left_out.count, 1);
    assert_string_equal(a.bytes ? a.bytes : "", b.bytes ? b.bytes : "");
    assert_string_equal(discovery_sample_findings(&out.findings, arena),
                        discovery_sample_findings(&full.findings, arena));
}

static void test_destinations_and_workloads_cost_nothing(void **unused)
{
    AUTO(arena_free) struct arena *small = arena_new();
    AUTO(arena_free) struct arena *large = arena_new();

    (void)unused;
    assert_int_equal(summary_of(1, small).found.services, 3);
    assert_int_equal(summary_of(200, large).found.services, 202);
    assert_int_equal(arena_used(small), arena_used(large));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_says_what_the_full_one_says),
        cmocka_unit_test(test_destinations_and_workloads_cost_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
