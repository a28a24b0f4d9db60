/* tests/unit/translate/test_workload.c - which workloads an AccessPolicy admits, for its status. */
#include "translate/workload.h"

#include "tests/lib/translated.h"

static const struct {
    const char *sentence;
    const char *sources;
    const char *workloads;
} cases[] = {
    { "any caller", "", "pay-bank-b web-shop-a" },
    { "a namespace", "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [bank]}}]\n",
      "pay-bank-b" },
    { "a cluster", "  sourceSelector: [{kubeIdentityMatcher: {clusters: [a]}}]\n", "web-shop-a" },
    { "an account",
      "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{name: pay, namespace: "
      "bank}]}}]\n",
      "pay-bank-b" },
    { "one entry or the other",
      "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [bank]}}, {kubeIdentityMatcher: "
      "{clusters: [a]}}]\n",
      "pay-bank-b web-shop-a" },
    { "both members of one entry",
      "  sourceSelector: [{kubeIdentityMatcher: {clusters: [a], namespaces: [bank]}}]\n", "" },
};

/* Those of the mesh and of its VirtualMesh; c is in none with it. */
static void workload_match_all__takes_those_of_the_virtual_mesh(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;
        const struct policy_status *status;
        AUTO_TEXT got = { 0 };

        translated_begin(&world);
        translated_mesh(&world, "a", "td.example", "");
        translated_mesh(&world, "b", "td.example", "");
        translated_mesh(&world, "c", "td.example", "");
        translated_service(&world, "web", "shop", "a", "");
        translated_workload(&world, "web", "shop", "a", "web");
        translated_workload(&world, "pay", "bank", "b", "pay");
        translated_workload(&world, "far", "bank", "c", "far");
        translated_virtual_mesh(&world, "vm", "a b", "");
        translated_policy(
            &world, "p",
            arena_printf(world.arena,
                         "%s  destinationSelector: [{kubeServiceMatcher: {namespaces: [shop]}}]\n",
                         cases[i].sources));
        translated_run(&world);
        status = &world.pass.plan.policies[0];
        text_adds(&got, "");
        for (size_t k = 0; k < status->workload_count; k++)
            text_addf(&got, "%s%.*s", k ? " " : "", (int)strcspn(status->workloads[k], "."),
                      status->workloads[k]);
        if (!text_equal(got.bytes, cases[i].workloads))
            fail_msg("%s: %s", cases[i].sentence, got.bytes);
        translated_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workload_match_all__takes_those_of_the_virtual_mesh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
