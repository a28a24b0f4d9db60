/* tests/unit/discovery/test_completeness.c - whether a read can be acted on. */
#include "discovery/completeness.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_needed_lists(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const struct {
        const char *says;
        enum fact_list list;
        enum fact_read read;
        int result;
    } cases[] = {
        { "Services are needed", FACT_SERVICES, FACT_UNREAD, -1 },
        { "namespaces are needed", FACT_NAMESPACES, FACT_REFUSED, -1 },
        { "StatefulSets are needed", FACT_STATEFUL_SETS, FACT_UNREAD, -1 },
        { "webhooks are needed", FACT_WEBHOOKS, FACT_REFUSED, -1 },
        { "nodes are not", FACT_NODES, FACT_REFUSED, 0 },
        { "slices are not", FACT_ENDPOINT_SLICES, FACT_UNREAD, 0 },
    };
    struct discovery_settings settings = discovery_sample_settings(arena, NULL);
    struct err err;

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct facts *facts = DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES);

        facts_close(facts, cases[i].list, cases[i].read, "why");
        if (completeness_check(facts, &settings, &err) != cases[i].result)
            fail_msg("%s", cases[i].says);
        if (cases[i].result < 0 && cases[i].read == FACT_REFUSED)
            assert_int_equal(err.code, 403);
    }
}

static void test_a_list_that_was_not_asked_for_is_not_complete(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings = discovery_sample_settings(arena, NULL);
    struct facts *facts = facts_new("k", arena);
    struct err err;

    (void)unused;
    assert_int_equal(completeness_check(facts, &settings, &err), -1);
}

static void test_all_lists_are_named_at_once(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings = discovery_sample_settings(arena, NULL);
    struct facts *facts = facts_new("k", arena);
    struct err err;

    (void)unused;
    facts_close(facts, FACT_SERVICES, FACT_REFUSED, "grant list of services");
    assert_int_equal(completeness_check(facts, &settings, &err), -1);
    assert_int_equal(err.code, 403);
    for (int i = FACT_NAMESPACES; i <= FACT_WEBHOOKS; i++)
        if (i == FACT_NAMESPACES || i == FACT_SERVICES || i == FACT_DEPLOYMENTS
            || i == FACT_DAEMON_SETS || i == FACT_STATEFUL_SETS || i == FACT_WEBHOOKS)
            assert_non_null(strstr(err.text, enums_name(&fact_lists, i)));
    assert_non_null(strstr(err.text, "grant list of services"));
}

static void test_named_namespaces_stand_for_refused_webhooks(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings =
        discovery_sample_settings(arena, "discovery: {istioNamespaces: [istio-system]}");
    struct facts *facts = DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES);
    struct facts *unread = DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES);
    struct err err;

    (void)unused;
    facts_close(facts, FACT_WEBHOOKS, FACT_REFUSED, "why");
    facts_close(unread, FACT_WEBHOOKS, FACT_UNREAD, "why");
    assert_int_equal(completeness_check(facts, &settings, &err), 0);
    assert_int_equal(completeness_check(unread, &settings, &err), -1);
}

static void test_plausible(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *whole, *part;
    struct inventory *former = ARENA_NEW(arena, struct inventory, 1);
    struct err err;

    (void)unused;
    whole = discovery_sample_scan(arena, DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES));
    part = discovery_sample_scan(arena, DISCOVERY_SAMPLE(arena, { FACT_NAMESPACES, "[]" }));
    assert_int_equal(completeness_plausible(whole, &err), 0);
    assert_int_equal(completeness_plausible(part, &err), -1);
    whole->former = former;
    former->destination_count = 4;
    assert_int_equal(completeness_plausible(whole, &err), 0);
    former->destination_count = 5;
    assert_int_equal(completeness_plausible(whole, &err), -1);
    former->destination_count = 0;
    former->meshes = ARENA_NEW(arena, struct mesh, 1);
    former->meshes[0].namespace = "istio-system";
    former->mesh_count = 1;
    assert_int_equal(completeness_plausible(whole, &err), -1);
}

static void test_optional_lists_are_reported(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct facts *facts = DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES);
    struct findings findings = { .arena = arena };

    (void)unused;
    facts_close(facts, FACT_NODES, FACT_REFUSED, "why");
    completeness_remark(facts, false, &findings);
    assert_string_equal(discovery_sample_findings(&findings, arena), "I23");
    assert_null(strstr(findings.items[0].text, "stays"));
    completeness_remark(facts, true, &findings);
    assert_non_null(strstr(findings.items[1].text, "stays as it was"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_needed_lists),
        cmocka_unit_test(test_a_list_that_was_not_asked_for_is_not_complete),
        cmocka_unit_test(test_all_lists_are_named_at_once),
        cmocka_unit_test(test_named_namespaces_stand_for_refused_webhooks),
        cmocka_unit_test(test_plausible),
        cmocka_unit_test(test_optional_lists_are_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
