/* tests/unit/discovery/test_control_plane.c - where istiods are. */
#include "discovery/control_plane.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_webhooks_lead_to_istiod(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *scan;

    (void)unused;
    scan = discovery_sample_scan(
        arena, DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
                                { FACT_DEPLOYMENTS,
                                  "[" SAMPLE_ISTIOD ", {metadata: {name: istiod, namespace: "
                                  "plain, labels: {app: istiod}}}]" }));
    assert_int_equal(scan->planes.count, 1);
    assert_string_equal(scan->planes.items[0].mesh, "istiod-istio-system-k");
    assert_string_equal(scan->planes.items[0].revisions[0].config->trust_domain, "td.example");
    assert_string_equal(discovery_sample_findings(scan->findings, arena), "I3");
}

/* Where one Deployment has the label of today, those with the old label alone are something else.
 */
static void test_the_older_label_counts_alone(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct scan *both, *old;

    (void)unused;
    both = discovery_sample_scan(
        arena,
        DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
                         { FACT_DEPLOYMENTS, "[" SAMPLE_ISTIOD ", {metadata: {name: p, namespace: "
                                             "istio-system, labels: {istio: pilot}}}]" }));
    old = discovery_sample_scan(
        arena, DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS, SAMPLE_CONFIG_MAPS,
                                { FACT_DEPLOYMENTS, "[{metadata: {name: p, namespace: "
                                                    "istio-system, labels: {istio: pilot}}}]" }));
    assert_int_equal(both->planes.items[0].revision_count, 1);
    assert_int_equal(old->planes.items[0].revision_count, 1);
}

static void test_mesh_config_that_cannot_be_read_ends_it(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings = discovery_sample_settings(arena, NULL);
    struct findings findings = { .arena = arena };
    struct control_planes planes;
    struct facts *facts;
    struct err err;

    (void)unused;
    facts = DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS,
                             { FACT_DEPLOYMENTS, "[" SAMPLE_ISTIOD "]" });
    assert_int_equal(control_planes_find(&planes, facts, &settings, &findings, arena, &err), 0);
    assert_null(control_plane_revision(&planes.items[0], "default")->config);
    facts_close(facts, FACT_CONFIG_MAPS, FACT_REFUSED, "forbidden");
    assert_int_equal(control_planes_find(&planes, facts, &settings, &findings, arena, &err), -1);
    assert_int_equal(err.code, 403);
    assert_true(text_ends(err.text, ": forbidden")); /* what the server said is the reason */
    facts->lists[FACT_CONFIG_MAPS].read = FACT_NOT_ASKED;
    facts->lists[FACT_CONFIG_MAPS].why = NULL;
    assert_int_equal(control_planes_find(&planes, facts, &settings, &findings, arena, &err), -1);
    assert_int_equal(err.code, 0);
    assert_true(text_ends(err.text, "it was not asked for"));
}

/* Each ConfigMap is a request: not those of namespaces that any user may fill. */
static void test_config_maps_of_istiods_that_count(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings = discovery_sample_settings(arena, NULL);
    const struct object_ref *maps;
    size_t count;

    (void)unused;
    maps = control_planes_config_maps(
        DISCOVERY_SAMPLE(
            arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS,
            { FACT_DEPLOYMENTS,
              "[" SAMPLE_ISTIOD ", {metadata: {name: istiod-1-30, namespace: istio-system, labels: "
              "{app: istiod, istio.io/rev: 1-30}}}, {metadata: {name: second, namespace: "
              "istio-system, labels: {app: istiod}}}, {metadata: {name: istiod, namespace: plain, "
              "labels: {app: istiod}}}, {metadata: {name: p, namespace: istio-system, labels: "
              "{istio: pilot, istio.io/rev: old}}}]" }),
        &settings, &count, arena);
    assert_int_equal(count, 2);
    assert_string_equal(maps[0].name, "istio");
    assert_string_equal(maps[1].name, "istio-1-30");
    assert_string_equal(maps[1].namespace, "istio-system");
}

static void test_named_namespaces_replace_those_of_webhooks(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings =
        discovery_sample_settings(arena, "discovery: {istioNamespaces: [plain]}");
    struct findings findings = { .arena = arena };
    struct control_planes planes;
    struct err err;

    (void)unused;
    assert_int_equal(
        control_planes_find(&planes,
                            DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES, SAMPLE_WEBHOOKS,
                                             { FACT_DEPLOYMENTS, "[" SAMPLE_ISTIOD "]" }),
                            &settings, &findings, arena, &err),
        0);
    assert_int_equal(planes.count, 0);
    assert_null(control_planes_of(&planes, "istio-system"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_webhooks_lead_to_istiod),
        cmocka_unit_test(test_the_older_label_counts_alone),
        cmocka_unit_test(test_mesh_config_that_cannot_be_read_ends_it),
        cmocka_unit_test(test_config_maps_of_istiods_that_count),
        cmocka_unit_test(test_named_namespaces_replace_those_of_webhooks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
