/* tests/unit/discovery/test_completion.c - fields that the specs leave to what was found. */
#include "discovery/completion.h"

#include "api/meta.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka wants the others first */
#include <cmocka.h>

static const struct pair labels[] = { { "app", "a" } };

static void test_mesh(void **unused)
{
    static const struct pair marks[] = { { "discovery.weft.dev/revisions", "default" } };
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct mesh found = { .meta = { .annotations = marks, .annotation_count = 1 },
                                .version = "1.30.1",
                                .region = "r",
                                .trust_domain = "found.example",
                                .service_account = "istiod",
                                .smart_dns = true,
                                .pod_labels = labels,
                                .pod_label_count = 1 };
    struct mesh own = {
        .version = "", .region = "", .trust_domain = "own.example", .service_account = ""
    };

    (void)unused;
    completion_mesh(&own, &found, arena);
    assert_string_equal(own.trust_domain, "own.example");
    assert_string_equal(own.version, "1.30.1");
    assert_string_equal(own.region, "r");
    assert_string_equal(own.service_account, "istiod");
    assert_true(own.smart_dns);
    assert_int_equal(own.pod_label_count, 1);
    assert_string_equal(meta_annotation(&own.meta, marks[0].key), "default");
}

static void test_destination(void **unused)
{
    static const char *const addresses[] = { "192.0.2.1" }, *const others[] = { "192.0.2.2" };
    static const struct service_port ports[] = { { .port = 80, .protocol = "TCP" } };
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct kube_service found_service = { .selector = labels,
                                                .selector_count = 1,
                                                .labels = labels,
                                                .label_count = 1,
                                                .ports = ports,
                                                .port_count = 1,
                                                .addresses = others,
                                                .address_count = 1,
                                                .type = SERVICE_LOAD_BALANCER,
                                                .region = "r" };
    const struct kube_service own_service = { .addresses = addresses,
                                              .address_count = 1,
                                              .region = "" };
    const struct destination found = { .service = &found_service,
                                       .has_mesh = true,
                                       .mesh = { "m", "g" } };
    struct destination own = { .service = &own_service };

    (void)unused;
    completion_destination(&own, &found, arena);
    assert_string_equal(own.service->addresses[0], "192.0.2.1");
    assert_int_equal(own.service->port_count, 1);
    assert_int_equal(own.service->selector_count, 1);
    assert_int_equal(own.service->label_count, 1);
    assert_int_equal(own.service->type, SERVICE_LOAD_BALANCER);
    assert_string_equal(own.service->region, "r");
    assert_true(own.has_mesh);
    assert_string_equal(own.mesh.name, "m");
    assert_int_equal(own_service.port_count, 0); /* what was decoded stays */
}

static void test_workload_and_cluster(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct workload found = { .service_account = "a", .mesh = { "m", "g" } };
    struct workload usual = { .service_account = "default", .mesh = { "", "" } };
    struct workload given = { .service_account = "b", .mesh = { "n", "g" } };
    const struct kubernetes_cluster there = { .secret_name = "", .domain = "k.example" };
    struct kubernetes_cluster one = { .secret_name = "s", .domain = CLUSTER_DOMAIN_DEFAULT };

    (void)unused;
    completion_workload(&usual, &found, arena);
    completion_workload(&given, &found, arena);
    completion_cluster(&one, &there, arena);
    assert_string_equal(usual.service_account, "a");
    assert_string_equal(usual.mesh.name, "m");
    assert_string_equal(given.service_account, "b");
    assert_string_equal(given.mesh.name, "n");
    assert_string_equal(one.domain, "k.example");
    assert_string_equal(one.secret_name, "s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mesh),
        cmocka_unit_test(test_destination),
        cmocka_unit_test(test_workload_and_cluster),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
