/* tests/unit/translate/test_unmatched.c - entries of selectors that select nothing. */
#include "translate/unmatched.h"

#include "tests/lib/translated.h"

#define FROM "  sourceSelector:\n  - "
#define TO "  destinationSelector:\n  - kubeServiceMatcher: "

static const struct {
    const char *sentence;
    const char *policy;
    const char *findings;
} cases[] = {
    { "all is there", TO "{namespaces: [shop], clusters: [a], labels: {team: web}}\n", "" },
    { "a namespace with a typing error", TO "{namespaces: [shp]}\n", "W40 W45" },
    { "a namespace beside another", TO "{namespaces: [shop, shp]}\n", "W40" },
    { "a cluster", TO "{clusters: [b]}\n", "W41 W45" },
    { "a label", TO "{labels: {team: wep}}\n", "W42 W45" },
    { "parts that no Service has together", TO "{namespaces: [shop], labels: {team: pay}}\n",
      "W43 W45" },
    { "an account",
      FROM
      "kubeServiceAccountRefs: {serviceAccounts: [{name: wep, namespace: shop, clusterName: a}]}\n",
      "W44" },
    { "an account that is there",
      FROM
      "kubeServiceAccountRefs: {serviceAccounts: [{name: web, namespace: shop, clusterName: a}]}\n",
      "" },
    { "a namespace of callers", FROM "kubeIdentityMatcher: {namespaces: [shp]}\n", "W40" },
};

static void fleet(struct translated *world)
{
    translated_mesh(world, "a", "td.example", "");
    translated_service(world, "web", "shop", "a", "");
    translated_service(world, "pay", "bank", "a", "");
    translated_workload(world, "web", "shop", "a", "web");
}

static void unmatched_policy__warns_of_each_entry(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;

        translated_begin(&world);
        fleet(&world);
        translated_policy(&world, "p", cases[i].policy);
        translated_run(&world);
        if (!text_equal(translated_findings(&world), cases[i].findings))
            fail_msg("%s: %s", cases[i].sentence, translated_findings(&world));
        translated_free(&world);
    }
}

/* What cannot be read may be what is missing. */
static void unmatched_policy__is_silent_while_specs_are_incomplete(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    fleet(&world);
    translated_policy(&world, "p", TO "{namespaces: [shp]}\n");
    translated_add(&world, "kind: [\n");
    translated_run(&world);
    assert_string_equal(translated_findings(&world), "W1");
    translated_free(&world);
}

static void unmatched_federation__looks_at_members_alone(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    fleet(&world);
    translated_mesh(&world, "b", "td.example", "");
    translated_mesh(&world, "c", "td.example", "");
    translated_service(&world, "far", "away", "c", "");
    translated_virtual_mesh(&world, "vm", "a b",
                            "  federation: {selectors: [{destinationSelectors: "
                            "[{kubeServiceMatcher: {namespaces: [away]}}]}]}\n");
    translated_run(&world);
    assert_string_equal(translated_findings(&world), "W40");
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unmatched_policy__warns_of_each_entry),
        cmocka_unit_test(unmatched_policy__is_silent_while_specs_are_incomplete),
        cmocka_unit_test(unmatched_federation__looks_at_members_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
