/* tests/unit/discovery/test_admission.c - whether what was found is what the API takes. */
#include "discovery/admission.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct scan *scan_of(struct arena *arena)
{
    return discovery_sample_scan(arena, DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES));
}

static struct destination destination(const struct service_port *port, struct arena *arena)
{
    struct kube_service *service = ARENA_NEW(arena, struct kube_service, 1);

    *service = (struct kube_service){
        .ref = { "s", "shop", "k" }, .ports = port, .port_count = 1, .region = ""
    };
    return (struct destination){ .meta = { .name = "s-shop-k", .namespace = "gloo-mesh" },
                                 .has_mesh = true,
                                 .mesh = { "m", "gloo-mesh" },
                                 .service = service };
}

static void test_destinations(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct service_port good = {
        .port = 80, .name = "http", .protocol = "TCP", .app_protocol = ""
    };
    const struct service_port bad = {
        .port = 80, .name = "NOT a label", .protocol = "TCP", .app_protocol = ""
    };
    struct destination one = destination(&good, arena), other = destination(&bad, arena);
    struct scan *scan = scan_of(arena);

    (void)unused;
    assert_true(admission_destination(&one, scan));
    assert_int_equal(scan->findings->count, 0);
    assert_false(admission_destination(&other, scan));
    assert_string_equal(discovery_sample_findings(scan->findings, arena), "I25");
}

static void test_workloads(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct workload one = { .meta = { .name = "w", .namespace = "gloo-mesh" },
                            .controller = { "w", "shop", "k" },
                            .service_account = "sa",
                            .mesh = { "m", "gloo-mesh" } };
    struct workload other = one;
    struct scan *scan = scan_of(arena);

    (void)unused;
    other.service_account = "No Account";
    assert_true(admission_workload(&one, scan));
    assert_false(admission_workload(&other, scan));
}

static void test_meshes(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct mesh one = { .meta = { .name = "m", .namespace = "gloo-mesh" },
                        .istio = true,
                        .type = "istio",
                        .namespace = "istio-system",
                        .cluster = "k",
                        .version = "",
                        .region = "",
                        .trust_domain = "td",
                        .service_account = "istiod",
                        .agent_namespace = "" };
    struct mesh other = one;
    struct scan *scan = scan_of(arena);
    struct err err;

    (void)unused;
    other.trust_domain = "a b";
    assert_int_equal(admission_mesh(&one, scan, &err), 0);
    assert_int_equal(admission_mesh(&other, scan, &err), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_destinations),
        cmocka_unit_test(test_workloads),
        cmocka_unit_test(test_meshes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
