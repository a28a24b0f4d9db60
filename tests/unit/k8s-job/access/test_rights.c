/* tests/unit/k8s-job/access/test_rights.c - what a wish makes of the table of rights. */
#include "base/compiler.h"
#include "k8s-job/access/rights.h"
#include "tests/lib/check.h"

static const char *const istio[] = { "istio-system" }, *const maps[] = { "istio", "istio-1-30" };
static const char *const places[] = { "istio-system", "shop" };

static struct rights_wish wish_of(uint32_t features)
{
    return (struct rights_wish){ .features = features,
                                 .istio_namespaces = istio,
                                 .istio_count = LENGTH(istio),
                                 .mesh_configs = maps,
                                 .config_count = LENGTH(maps),
                                 .workloads = places,
                                 .workload_count = LENGTH(places) };
}

static const char *grants_text(const struct rights_wish *wish, struct arena *arena)
{
    AUTO_TEXT out = { 0 };
    size_t count;
    const struct grant *grants = rights_grants(wish, &count, arena);

    text_adds(&out, "");
    for (size_t i = 0; i < count; i++)
        text_addf(&out, "%s %s %s/%s\n", grants[i].namespace ? grants[i].namespace : "*",
                  grants[i].verb, grants[i].resource, grants[i].name ? grants[i].name : "");
    return arena_text(arena, out.bytes);
}

static void each_feature_has_its_grants_and_no_others(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct rights_wish wish = wish_of(FEATURE(DIRECT));

    (void)state;
    assert_string_equal(grants_text(&wish, arena), "istio-system get secrets/cacerts\n"
                                                   "istio-system create secrets/cacerts\n"
                                                   "istio-system patch secrets/cacerts\n");
    wish = wish_of(FEATURE(EVIDENCE));
    assert_string_equal(grants_text(&wish, arena), "* list configmaps/istio-ca-root-cert\n"
                                                   "istio-system list deployments/\n"
                                                   "istio-system get configmaps/istio\n"
                                                   "istio-system get configmaps/istio-1-30\n");
    wish = wish_of(0);
    assert_string_equal(grants_text(&wish, arena), "");
}

static void optional_lists_are_granted_when_they_are_needed(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct rights_wish wish = wish_of(FEATURE(DISCOVERY));

    (void)state;
    assert_null(strstr(grants_text(&wish, arena), "nodes"));
    wish.optional = "endpointslices nodes";
    assert_non_null(strstr(grants_text(&wish, arena), "* list nodes/"));
    assert_non_null(strstr(grants_text(&wish, arena), "* list endpointslices/"));
    assert_null(strstr(grants_text(&wish, arena), "gateways"));
    wish.optional = "node";
    assert_null(strstr(grants_text(&wish, arena), "nodes"));
}

/* A ConfigMap that istiod's chart renamed is granted under its name, and the usual one no more. */
static void roots_are_granted_where_istiod_publishes_them(void **state)
{
    static const char *const renamed[] = { "mesh-roots", "istio-ca-root-cert" };
    static const char *const bundles[] = { "istio.io:istiod-ca:mesh-roots" };
    AUTO(arena_free) struct arena *arena = arena_new();
    struct rights_wish wish = wish_of(FEATURE(RESTART));

    (void)state;
    wish.root_maps = renamed;
    wish.root_map_count = 1;
    assert_non_null(strstr(grants_text(&wish, arena), "* list configmaps/mesh-roots\n"));
    assert_null(strstr(grants_text(&wish, arena), "istio-ca-root-cert"));
    wish.root_map_count = LENGTH(renamed);
    assert_non_null(strstr(grants_text(&wish, arena), "* list configmaps/istio-ca-root-cert\n"));
    wish.root_bundles = bundles;
    wish.root_bundle_count = LENGTH(bundles);
    assert_null(strstr(grants_text(&wish, arena), "clustertrustbundles"));
    wish.optional = "clustertrustbundles";
    assert_non_null(strstr(grants_text(&wish, arena),
                           "* list clustertrustbundles/istio.io:istiod-ca:mesh-roots\n"));
    assert_null(strstr(grants_text(&wish, arena), "root-cert:"));
}

static void limited_lists_are_granted_in_their_namespaces_alone(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct rights_wish wish = wish_of(FEATURE(DISCOVERY));

    (void)state;
    wish.listed = places;
    wish.listed_count = LENGTH(places);
    assert_non_null(strstr(grants_text(&wish, arena), "shop list services/"));
    assert_null(strstr(grants_text(&wish, arena), "* list services/"));
    assert_non_null(strstr(grants_text(&wish, arena), "* list namespaces/"));
}

/* Least rights: what may be written is named here, and nothing may be watched or deleted. */
static void the_table_writes_cacerts_and_workloads_alone(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct rights_wish wish = wish_of(FEATURES_ALL);
    size_t count;
    const struct grant *grants = rights_grants(&wish, &count, arena);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const struct grant *grant = &grants[i];

        if (text_equal(grant->verb, "list") || text_equal(grant->verb, "get"))
            assert_true(strcmp(grant->resource, "secrets") != 0 || grant->name);
        else if (text_equal(grant->resource, "secrets"))
            assert_string_equal(grant->name, "cacerts");
        else
            assert_true(grant->right->features == FEATURE(RESTART)
                        && text_equal(grant->verb, "patch"));
        assert_string_not_equal(grant->resource, "*");
    }
}

static void features_are_named_between_commas(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *unknown;
    uint32_t features;

    (void)state;
    assert_true(rights_features(&features, &unknown, "discovery,restart", arena));
    assert_int_equal(features, FEATURE(DISCOVERY) | FEATURE(RESTART));
    assert_string_equal(rights_features_text(features, ", ", arena), "discovery, restart");
    assert_string_equal(rights_features_text(0, ", ", arena), "");
    assert_false(rights_features(&features, &unknown, "discovery,restarts", arena));
    assert_string_equal(unknown, "restarts");
    assert_false(rights_features(&features, &unknown, "", arena));
    assert_false(rights_features(&features, &unknown, "direct,", arena));
}

static void a_rule_is_a_line_of_yaml(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct rights_wish wish = wish_of(FEATURE(EVIDENCE));
    size_t count;
    const struct grant *grants = rights_grants(&wish, &count, arena);

    (void)state;
    assert_string_equal(rights_rule(&grants[0], arena),
                        "{apiGroups: [''], resources: [configmaps], resourceNames: "
                        "[istio-ca-root-cert], verbs: [list]}");
    assert_string_equal(rights_rule(&grants[1], arena),
                        "{apiGroups: ['apps'], resources: [deployments], verbs: [list]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_feature_has_its_grants_and_no_others),
        cmocka_unit_test(optional_lists_are_granted_when_they_are_needed),
        cmocka_unit_test(roots_are_granted_where_istiod_publishes_them),
        cmocka_unit_test(limited_lists_are_granted_in_their_namespaces_alone),
        cmocka_unit_test(the_table_writes_cacerts_and_workloads_alone),
        cmocka_unit_test(features_are_named_between_commas),
        cmocka_unit_test(a_rule_is_a_line_of_yaml),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
