/* tests/unit/discovery/test_fact_node.c - Nodes. */
#include "discovery/fact_node.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct fact_node node(struct arena *arena, const char *yaml)
{
    struct reader reader = { arena, intern_new(arena) };

    return fact_node_read(&reader, discovery_sample_node(arena, yaml));
}

#define READY                                                                                      \
    "status: {conditions: [{type: DiskPressure, status: 'True'}, {type: Ready, status: 'True'}]"

static void test_usable(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const struct {
        const char *says, *yaml;
        bool usable;
    } cases[] = {
        { "ready", "{metadata: {name: n}, " READY "}}", true },
        { "no condition", "{metadata: {name: n}}", false },
        { "not ready", "{status: {conditions: [{type: Ready, status: 'False'}]}}", false },
        { "not known", "{status: {conditions: [{type: Ready, status: Unknown}]}}", false },
        { "cordoned", "{spec: {unschedulable: true}, " READY "}}", false },
        { "being deleted", "{metadata: {deletionTimestamp: t}, " READY "}}", false },
        { "excluded",
          "{metadata: {labels: {node.kubernetes.io/exclude-from-external-load-balancers: "
          "''}}, " READY "}}",
          false },
    };

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++)
        if (node(arena, cases[i].yaml).usable != cases[i].usable)
            fail_msg("%s", cases[i].says);
}

static void test_place_and_addresses(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct fact_node one, old;

    (void)unused;
    one = node(arena, "{metadata: {labels: {topology.kubernetes.io/region: r, "
                      "topology.kubernetes.io/zone: z, failure-domain.beta.kubernetes.io/zone: "
                      "o}}, spec: {providerID: 'kind://a/b'}, status: {addresses: [{type: "
                      "Hostname, address: h}, {type: ExternalIP, address: 192.0.2.1}, {type: "
                      "InternalIP, address: 10.0.0.1}]}}");
    old = node(arena, "{metadata: {labels: {failure-domain.beta.kubernetes.io/zone: o}}}");
    assert_string_equal(one.zone, "z");
    assert_string_equal(one.region, "r");
    assert_true(one.kind && !old.kind);
    assert_int_equal(one.external_count, 1);
    assert_string_equal(one.internal[0], "10.0.0.1");
    assert_string_equal(old.zone, "o");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_usable),
        cmocka_unit_test(test_place_and_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
