/* tests/unit/discovery/test_facts.c - lists of one cluster. */
#include "discovery/facts.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_order_and_lookup(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct facts *facts;
    size_t count;

    (void)unused;
    facts =
        DISCOVERY_SAMPLE(arena,
                         { FACT_SERVICES, "[" SAMPLE_SERVICE("b", "x", "") ", " SAMPLE_SERVICE(
                                              "a", "z", "") ", " SAMPLE_SERVICE("a", "y", "") "]" },
                         { FACT_SERVICE_EXPORTS, "[{metadata: {name: y, namespace: a}}]" },
                         SAMPLE_NAMESPACES, SAMPLE_CONFIG_MAPS);
    assert_string_equal(facts->services[0].name, "y");
    assert_string_equal(facts_services_in(facts, "a", &count)->name, "y");
    assert_int_equal(count, 2);
    (void)facts_services_in(facts, "c", &count);
    assert_int_equal(count, 0);
    assert_true(facts_exported(facts, "a", "y") && !facts_exported(facts, "a", "z"));
    assert_non_null(facts_namespace(facts, "shop"));
    assert_null(facts_namespace(facts, "other"));
    assert_true(facts_config_map(facts, "istio-system", "istio")->readable);
}

static void test_an_object_twice_or_without_a_name_makes_a_list_unread(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct facts *twice, *nameless, *dotted;

    (void)unused;
    twice =
        DISCOVERY_SAMPLE(arena, { FACT_NODES, "[{metadata: {name: n}}, {metadata: {name: n}}]" });
    nameless = DISCOVERY_SAMPLE(arena, { FACT_NODES, "[{spec: {}}]" });
    dotted = DISCOVERY_SAMPLE(arena, { FACT_SERVICES, "[" SAMPLE_SERVICE("a", "b.c", "") "]" });
    assert_int_equal(twice->lists[FACT_NODES].read, FACT_UNREAD);
    assert_int_equal(nameless->lists[FACT_NODES].read, FACT_UNREAD);
    assert_int_equal(dotted->lists[FACT_SERVICES].read, FACT_UNREAD);
    assert_true(facts_complete(twice, FACT_SERVICES));
}

/* The same name may be that of two kinds of workloads. */
static void test_workloads_of_two_kinds(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct facts *facts;

    (void)unused;
    facts = DISCOVERY_SAMPLE(arena, { FACT_DEPLOYMENTS, "[{metadata: {name: a, namespace: b}}]" },
                             { FACT_DAEMON_SETS, "[{metadata: {name: a, namespace: b}}]" });
    assert_true(facts_complete(facts, FACT_DEPLOYMENTS));
    assert_int_equal(facts->workload_count, 2);
    facts_forget(facts, FACT_DEPLOYMENTS);
    assert_int_equal(facts->workload_count, 1);
    assert_int_equal(facts->workloads[0].kind, WORKLOAD_DAEMON_SET);
}

static void test_the_first_failure_of_a_list_stays(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct facts *facts = facts_new("k", arena);

    (void)unused;
    facts_close(facts, FACT_NODES, FACT_COMPLETE, "");
    facts_close(facts, FACT_NODES, FACT_REFUSED, "first");
    facts_close(facts, FACT_NODES, FACT_COMPLETE, "");
    facts_close(facts, FACT_NODES, FACT_UNREAD, "second");
    assert_int_equal(facts->lists[FACT_NODES].read, FACT_REFUSED);
    assert_string_equal(facts->lists[FACT_NODES].why, "first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_lookup),
        cmocka_unit_test(test_an_object_twice_or_without_a_name_makes_a_list_unread),
        cmocka_unit_test(test_workloads_of_two_kinds),
        cmocka_unit_test(test_the_first_failure_of_a_list_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
