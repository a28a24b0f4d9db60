/* tests/unit/discovery/test_target_port.c - named container ports. */
#include "discovery/target_port.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#define SLICE(name, port)                                                                          \
    "{metadata: {name: " name ", namespace: shop, labels: {kubernetes.io/service-name: s}}, "      \
    "endpoints: [{addresses: [10.0.0.1]}], ports: [{port: " port ", name: http}]}"

static const struct service_port named[] = {
    { .port = 80, .name = "http", .protocol = "TCP", .app_protocol = "", .target_name = "web" }
};
static const struct fact_service fact = {
    .namespace = "shop", .name = "s", .ports = named, .port_count = 1
};

struct resolved {
    struct destination destination;
    struct kube_service service;
    struct scan *scan;
};

static struct resolved resolve(struct arena *arena, const char *slices, enum fact_read read,
                               const struct destination *former)
{
    struct facts *facts =
        DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, { FACT_ENDPOINT_SLICES, slices });
    struct resolved out = { .scan = discovery_sample_scan(arena, facts) };

    facts_close(facts, FACT_ENDPOINT_SLICES, read, "");
    target_port_resolve(&out.destination, &out.service, &fact, former, out.scan);
    return out;
}

static void test_all_endpoints_agree(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct resolved out;

    (void)unused;
    out = resolve(arena, "[" SLICE("a", "8080") ", " SLICE("b", "8080") "]", FACT_COMPLETE, NULL);
    assert_int_equal(out.service.ports[0].target_number, 8080);
    assert_null(out.service.ports[0].target_name);
    assert_string_equal(meta_annotation(&out.destination.meta, ANNOTATION_TARGET_NAMES), "80=web");
    assert_int_equal(out.service.subset_count, 0);
}

static void test_endpoints_differ(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct resolved out;

    (void)unused;
    out = resolve(arena, "[" SLICE("a", "8080") ", " SLICE("b", "8081") "]", FACT_COMPLETE, NULL);
    assert_string_equal(out.service.ports[0].target_name, "web");
    assert_int_equal(out.service.subset_count, 2);
    assert_string_equal(discovery_sample_findings(out.scan->findings, arena), "I19");
}

/* The former number stays for the same name alone, also while no pod is ready. */
static void test_former_number(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct service_port ports[] = { { .port = 80, .name = "http", .target_number = 9090 } };
    struct kube_service service = { .ports = ports, .port_count = 1 };
    struct destination former = { .service = &service }, other = { .service = &service };

    (void)unused;
    inventory_annotate(&former.meta, ANNOTATION_TARGET_NAMES, "80=web", arena);
    inventory_annotate(&other.meta, ANNOTATION_TARGET_NAMES, "80=webs", arena);
    assert_int_equal(resolve(arena, "[]", FACT_UNREAD, &former).service.ports[0].target_number,
                     9090);
    assert_int_equal(resolve(arena, "[]", FACT_COMPLETE, &former).service.ports[0].target_number,
                     9090);
    assert_string_equal(resolve(arena, "[]", FACT_UNREAD, &other).service.ports[0].target_name,
                        "web");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_endpoints_agree),
        cmocka_unit_test(test_endpoints_differ),
        cmocka_unit_test(test_former_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
