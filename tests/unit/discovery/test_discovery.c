/* tests/unit/discovery/test_discovery.c - the read of one cluster. */
#include "discovery/discovery.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct facts *facts_of(struct arena *arena)
{
    return DISCOVERY_SAMPLE(
        arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
        { FACT_DEPLOYMENTS, "[" SAMPLE_ISTIOD ", " SAMPLE_DEPLOYMENT("shop", "w", "app: a") "]" },
        { FACT_SERVICES,
          "[" SAMPLE_SERVICE(
              "shop", "s",
              "selector: {app: a}, ports: [{port: 80}]") ", " SAMPLE_SERVICE("plain", "t",
                                                                             "ports: [{port: "
                                                                             "80}]") "]" });
}

static struct discovery run(const struct facts *facts, const struct inventory *former,
                            struct arena *arena)
{
    struct discovery_settings *settings = ARENA_NEW(arena, struct discovery_settings, 1);
    struct discovery_request request = { .facts = facts,
                                         .settings = settings,
                                         .former = former,
                                         .now = 1000,
                                         .pod_namespace = POD_NAMESPACE_DEFAULT,
                                         .taken = map_new(arena) };
    struct discovery out;

    *settings = discovery_sample_settings(arena, NULL);
    discovery_run(&out, &request, arena);
    out.findings.arena = arena;
    return out;
}

static void test_read(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct inventory none = { .cluster = "k" };
    struct discovery out;

    (void)unused;
    out = run(facts_of(arena), &none, arena);
    assert_int_equal(out.outcome, DISCOVERY_READ);
    assert_true(out.inventory.known);
    assert_int_equal(out.inventory.mesh_count, 1);
    assert_int_equal(out.inventory.destination_count, 1);
    assert_string_equal(out.inventory.destinations[0].meta.name, "s-shop-k");
    assert_int_equal(out.inventory.workload_count, 1);
    assert_int_equal(out.left_out.count, 1);
    assert_int_equal(out.left_out.items[0].reason, LEFT_OUT_NO_SELECTOR);
    assert_string_equal(discovery_sample_findings(&out.findings, arena), "I12");
}

/* Nothing of the last inventory is touched, and what was missing then is remembered. */
static void test_what_cannot_be_read_keeps_all(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct inventory none = { .cluster = "k" };
    struct discovery first, second;
    struct facts *unread = facts_of(arena), *refused = facts_of(arena);

    (void)unused;
    first = run(facts_of(arena), &none, arena);
    facts_close(unread, FACT_SERVICES, FACT_UNREAD, "timed out");
    second = run(unread, &first.inventory, arena);
    assert_int_equal(second.outcome, DISCOVERY_KEPT);
    assert_int_equal(second.inventory.destination_count, 1);
    assert_ptr_equal(second.inventory.destinations, first.inventory.destinations);
    facts_close(refused, FACT_SERVICES, FACT_REFUSED, "forbidden");
    assert_int_equal(run(refused, &first.inventory, arena).outcome, DISCOVERY_REFUSED);
}

/* Compared are seconds: the limit, and when the cluster was last read; it is 1000 now. */
static void test_an_inventory_that_is_kept_for_long_is_stale(void **unused)
{
    static const struct {
        const char *says;
        int64_t limit, read_at;
        bool unread, known, stale;
    } cases[] = {
        { "older than the limit", 600, 399, true, true, true },
        { "as old as the limit", 600, 400, true, true, false },
        { "of an age that is not known", 600, 0, true, true, true },
        { "the clock was set back", 600, 2000, true, true, false },
        { "without a limit", -1, 1, true, true, false },
        { "a limit of nothing", 0, 1, true, true, false },
        { "nothing to keep", 600, 0, true, false, false },
        { "read now", 600, 1, false, true, false },
    };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct discovery_settings settings = discovery_sample_settings(arena, NULL);
        const struct inventory former = { .cluster = "k", .known = cases[i].known };
        struct facts *facts = facts_of(arena);
        struct discovery_request request = { .facts = facts,
                                             .settings = &settings,
                                             .former = &former,
                                             .read_at = cases[i].read_at,
                                             .now = 1000,
                                             .pod_namespace = POD_NAMESPACE_DEFAULT,
                                             .taken = map_new(arena) };
        struct discovery out;

        settings.stale_after = cases[i].limit;
        if (cases[i].unread)
            facts_close(facts, FACT_SERVICES, FACT_UNREAD, "timed out");
        discovery_run(&out, &request, arena);
        out.findings.arena = arena;
        if (out.stale != cases[i].stale
            || (strstr(discovery_sample_findings(&out.findings, arena), "I33") != NULL)
                   != cases[i].stale)
            fail_msg("%s", cases[i].says);
    }
}

/* The second read of an unchanged cluster gives the same objects. */
static void test_repeated(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct inventory none = { .cluster = "k" };
    struct discovery first, second;

    (void)unused;
    first = run(facts_of(arena), &none, arena);
    second = run(facts_of(arena), &first.inventory, arena);
    assert_int_equal(second.inventory.destination_count, first.inventory.destination_count);
    assert_int_equal(second.inventory.workload_count, first.inventory.workload_count);
    assert_int_equal(second.damping.after_count, 0);
    assert_int_equal(second.held, 0);
}

/* Workloads of every kind keep their names, each apart from those of other kinds. */
static void test_names_of_all_kinds_are_reserved(void **unused)
{
    static const struct {
        const char *name, *key;
    } cases[] = {
        { "w-shop-k-deployment", "Workload deployment/w-shop-k" },
        { "w-shop-k-daemonset", "Workload daemonset/w-shop-k" },
        { "w-shop-k-statefulset", "Workload statefulset/w-shop-k" },
        { "w-shop-k-cronjob", NULL },
    };
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct workload workload = { .meta.name = cases[i].name,
                                     .controller = {
                                         .name = "w", .namespace = "shop", .cluster = "k" } };
        const struct inventory former = { .cluster = "k",
                                          .workloads = &workload,
                                          .workload_count = 1 };
        struct map *taken = map_new(arena);

        discovery_reserve(taken, &former, arena);
        assert_int_equal(map_count(taken), cases[i].key ? 1 : 0);
        if (cases[i].key)
            assert_string_equal(map_find(taken, cases[i].key), "k/shop/w");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_what_cannot_be_read_keeps_all),
        cmocka_unit_test(test_an_inventory_that_is_kept_for_long_is_stale),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_names_of_all_kinds_are_reserved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
