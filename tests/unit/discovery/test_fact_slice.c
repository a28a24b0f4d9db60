/* tests/unit/discovery/test_fact_slice.c - EndpointSlices. */
#include "discovery/fact_slice.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_ready_addresses(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    struct fact_slice slice;

    (void)unused;
    slice = fact_slice_read(
        &reader,
        discovery_sample_node(
            arena, "{metadata: {name: s, namespace: n, labels: {kubernetes.io/service-name: svc}}, "
                   "addressType: IPv4, endpoints: [{addresses: [10.0.0.1], nodeName: a, zone: z}, "
                   "{addresses: [10.0.0.2], conditions: {ready: false}}, {addresses: [10.0.0.3, "
                   "odd], conditions: {ready: true}}], ports: [{port: 90, name: b}, {port: 80, "
                   "name: a}]}"));
    assert_string_equal(slice.service, "svc");
    assert_int_equal(slice.address_count, 2);
    assert_string_equal(slice.addresses[0].node, "a");
    assert_string_equal(slice.addresses[0].zone, "z");
    assert_string_equal(slice.addresses[1].address, "10.0.0.3");
    assert_int_equal(slice.ports[0].port, 80);
}

static void test_host_names_are_left_out(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    const struct node *item = discovery_sample_node(
        arena, "{metadata: {name: s}, addressType: FQDN, endpoints: [{addresses: [10.0.0.1]}]}");

    (void)unused;
    assert_int_equal(fact_slice_read(&reader, item).address_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ready_addresses),
        cmocka_unit_test(test_host_names_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
