/* tests/unit/discovery/test_node_address.c - nodes of NodePort gateways. */
#include "discovery/node_address.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#define NODE(name, zone, address)                                                                  \
    "{metadata: {name: " name ", labels: {topology.kubernetes.io/zone: " zone ", pool: " zone      \
    "}}, status: {conditions: [{type: Ready, status: 'True'}], addresses: [{type: ExternalIP, "    \
    "address: " address "}, {type: InternalIP, address: 10." address "}]}}"
#define NODES                                                                                      \
    "[" NODE("n1", "a", "192.0.2.1") ", " NODE("n2", "a", "192.0.2.2") ", " NODE(                  \
        "n3", "a", "192.0.2.3") ", " NODE("n4", "b", "192.0.2.4") ", " NODE("n5", "c",             \
                                                                            "192.0.2.5") "]"

static struct scan *scan_of(struct arena *arena, const char *nodes)
{
    return discovery_sample_scan(arena,
                                 DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, { FACT_NODES, nodes }));
}

static const char *choose(struct scan *scan, const char *selector, const char *const *former,
                          size_t former_count)
{
    const struct fact_service service = { .namespace = "n",
                                          .name = "s",
                                          .node_selector = selector };
    size_t count;
    const char *const *addresses =
        node_address_choose(scan, &service, former, former_count, &count);
    const char *out = "";

    for (size_t i = 0; i < count; i++)
        out = arena_printf(scan->arena, "%s%s%s", out, i ? " " : "", addresses[i]);
    return out;
}

/* One of each zone, whichever of zone a has the lowest hash. */
static void test_spread_over_zones(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *chosen;

    (void)unused;
    chosen = choose(scan_of(arena, NODES), "", NULL, 0);
    assert_non_null(strstr(chosen, "192.0.2.4 192.0.2.5"));
    assert_int_equal(strlen(chosen), strlen("192.0.2.1 192.0.2.4 192.0.2.5"));
}

static void test_former_addresses_stay(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const char *const former[] = { "192.0.2.2", "192.0.2.3", "192.0.2.99" };

    (void)unused;
    assert_non_null(strstr(choose(scan_of(arena, NODES), "", former, 3), "192.0.2.2 192.0.2.3 "));
}

/* More nodes change nothing once three are chosen. */
static void test_more_nodes_change_nothing(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const char *const former[] = { "192.0.2.1", "192.0.2.2", "192.0.2.3" };

    (void)unused;
    assert_string_equal(choose(scan_of(arena, NODES), "", former, 3),
                        "192.0.2.1 192.0.2.2 192.0.2.3");
}

static void test_node_selector(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *scan = scan_of(arena, NODES);

    (void)unused;
    assert_string_equal(choose(scan, "pool=b", NULL, 0), "192.0.2.4");
    assert_string_equal(choose(scan, "{\"pool\": \"c\"}", NULL, 0), "192.0.2.5");
    assert_string_equal(choose(scan, "pool=b,other=x", NULL, 0), "");
    assert_string_equal(choose(scan, "{\"pool\": ", NULL, 0), "");
    assert_string_equal(choose(scan, "pool", NULL, 0), "");
}

/* Addresses such as 127.0.0.1 or a host name are none. */
static void test_odd_addresses(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)unused;
    assert_string_equal(
        choose(scan_of(arena, "[" NODE("n1", "a", "127.0.0.1") ", " NODE("n2", "a", "host") "]"),
               "", NULL, 0),
        "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spread_over_zones),
        cmocka_unit_test(test_former_addresses_stay),
        cmocka_unit_test(test_more_nodes_change_nothing),
        cmocka_unit_test(test_node_selector),
        cmocka_unit_test(test_odd_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
