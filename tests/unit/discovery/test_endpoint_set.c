/* tests/unit/discovery/test_endpoint_set.c - pods behind a Service. */
#include "discovery/endpoint_set.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#define SLICE(name, address, port)                                                                 \
    "{metadata: {name: " name ", namespace: shop, labels: {kubernetes.io/service-name: s}}, "      \
    "endpoints: [{addresses: [" address "], zone: z}], ports: [{port: " port ", name: p}]}"

static void test_slices_of_equal_ports_are_one_subset(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct facts *facts = DISCOVERY_SAMPLE(
        arena, SAMPLE_NAMESPACES,
        { FACT_ENDPOINT_SLICES,
          "[" SLICE("a", "10.0.0.2", "80") ", " SLICE("b", "10.0.0.1", "80") ", " SLICE(
              "c", "10.0.0.2", "80") ", " SLICE("d", "10.0.0.3", "81") "]" });
    const struct fact_service fact = { .namespace = "shop", .name = "s" };
    struct kube_service service = { .region = "" };

    (void)unused;
    endpoint_set_add(&service, &fact, NULL, discovery_sample_scan(arena, facts));
    assert_int_equal(service.subset_count, 2);
    assert_int_equal(service.subsets[0].endpoint_count, 2);
    assert_string_equal(service.subsets[0].endpoints[0].address, "10.0.0.1");
    assert_string_equal(service.subsets[0].endpoints[0].zone, "z");
    assert_int_equal(service.subsets[1].ports[0].port, 81);
}

static void test_unread_slices_leave_the_former_ones(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct facts *facts = DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES);
    const struct fact_service fact = { .namespace = "shop", .name = "s" };
    const struct endpoint_subset subset = { 0 };
    const struct kube_service former = { .subsets = &subset, .subset_count = 1 };
    struct kube_service service = { .region = "" };

    (void)unused;
    facts_close(facts, FACT_ENDPOINT_SLICES, FACT_UNREAD, "why");
    endpoint_set_add(&service, &fact, &former, discovery_sample_scan(arena, facts));
    assert_ptr_equal(service.subsets, &subset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slices_of_equal_ports_are_one_subset),
        cmocka_unit_test(test_unread_slices_leave_the_former_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
