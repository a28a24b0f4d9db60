/* tests/unit/discovery/test_discovery_settings.c - the configuration of discovery. */
#include "discovery/discovery_settings.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_defaults(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings;

    (void)unused;
    settings = discovery_sample_settings(arena, NULL);
    assert_int_equal(settings.grace_deleted, 600);
    assert_int_equal(settings.grace_address, 1800);
    assert_true(settings.stale_after <= 0);
    assert_int_equal(discovery_sample_settings(arena, "discovery: {staleAfter: 2h}").stale_after,
                     7200);
    assert_int_equal(settings.exports, EXPORTS_OFF);
    assert_true(settings.max_removed_share > 0.19 && settings.max_removed_share < 0.21);
    assert_true(discovery_settings_excludes(&settings, "k", "kube-system", "a", NULL, 0));
    assert_false(discovery_settings_excludes(&settings, "k", "shop", "a", NULL, 0));
    assert_true(discovery_settings_reads(&settings, "any"));
}

static void test_filters(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const struct {
        const char *says, *cluster, *namespace, *service;
        bool excluded;
    } cases[] = {
        { "all parts match", "prod-1", "shop", "rat-x-ings", true },
        { "another cluster", "dev", "shop", "ratings", false },
        { "another namespace", "prod-1", "shops", "ratings", false },
        { "a glob does not match a prefix alone", "prod-1", "shop", "ratingz", false },
        { "the second entry", "dev", "ab1", "x", true },
        { "a question mark is one byte", "dev", "ab12", "x", false },
        { "not included", "dev", "ab1", "nothere", true },
    };
    struct discovery_settings settings;

    (void)unused;
    settings = discovery_sample_settings(
        arena,
        "discovery: {include: [{services: ['*rat*']}, {services: [x]}, {services: [ratingz]}], "
        "exclude: [{clusters: ['prod-*'], namespaces: [shop], services: ['rat*ings']}, "
        "{namespaces: ['ab?']}]}");
    for (size_t i = 0; i < LENGTH(cases); i++)
        if (discovery_settings_excludes(&settings, cases[i].cluster, cases[i].namespace,
                                        cases[i].service, NULL, 0)
            != cases[i].excluded)
            fail_msg("%s", cases[i].says);
}

static void test_labels_of_a_filter(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct pair labels[] = { { "a", "1" }, { "b", "2" } };
    struct discovery_settings settings;

    (void)unused;
    settings = discovery_sample_settings(arena, "discovery: {exclude: [{labels: {a: '1'}}]}");
    assert_true(discovery_settings_excludes(&settings, "k", "n", "s", labels, 2));
    assert_false(discovery_settings_excludes(&settings, "k", "n", "s", labels + 1, 1));
}

static void test_a_cluster_overrides(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings;
    const struct given_addresses *given;

    (void)unused;
    settings = discovery_sample_settings(
        arena, "discovery: {istioNamespaces: [a], gatewayNamespaces: [g]}\ncluster: {name: k, "
               "istioNamespaces: [b], nodeAddresses: InternalIP, namespaces: [shop], "
               "gatewayAddresses: {n/s: [gw.example.com, 192.0.2.1]}}");
    given = discovery_settings_addresses(&settings, "n", "s");
    assert_false(discovery_settings_has(&settings.istio_namespaces, "a"));
    assert_true(discovery_settings_has(&settings.istio_namespaces, "b"));
    assert_true(discovery_settings_has(&settings.gateway_namespaces, "g"));
    assert_int_equal(settings.node_addresses, NODE_INTERNAL_IP);
    assert_false(discovery_settings_reads(&settings, "other"));
    assert_int_equal(given->count, 2);
    assert_null(discovery_settings_addresses(&settings, "n", "ss"));
}

/* What is empty was said; what is absent was not. */
static void test_empty_is_not_absent(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings;

    (void)unused;
    settings = discovery_sample_settings(
        arena, "discovery: {istioNamespaces: [a], exclude: []}\ncluster: {name: k, "
               "istioNamespaces: []}");
    assert_int_equal(settings.istio_namespaces.count, 0);
    assert_false(discovery_settings_excludes(&settings, "k", "kube-system", "a", NULL, 0));
    settings = discovery_sample_settings(
        arena, "discovery: {istioNamespaces: [a], graceDeleted: 0s}\ncluster: {name: k}");
    assert_int_equal(settings.istio_namespaces.count, 1);
    assert_true(discovery_settings_excludes(&settings, "k", "kube-system", "a", NULL, 0));
    assert_int_equal(settings.grace_deleted, 0);
    settings =
        discovery_sample_settings(arena, "discovery: {podAddresses: true}\ncluster: {name: k}");
    assert_true(settings.pod_addresses);
    settings = discovery_sample_settings(
        arena, "discovery: {podAddresses: true}\ncluster: {name: k, podAddresses: false}");
    assert_false(settings.pod_addresses);
}

/* A filter without parts would match everything. */
static void test_mistakes(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };

    (void)unused;
    (void)discovery_sample_decode(
        discovery_sample_node(arena, "discovery: {exclude: [{}], serviceExports: some, odd: 1}"),
        &diags);
    assert_int_equal(diags.errors, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_labels_of_a_filter),
        cmocka_unit_test(test_a_cluster_overrides),
        cmocka_unit_test(test_empty_is_not_absent),
        cmocka_unit_test(test_mistakes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
