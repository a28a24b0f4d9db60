/* tests/unit/translate/test_import_scope.c - in which namespaces imports are visible. */
#include "translate/import_scope.h"

#include "tests/lib/translated.h"

/* Clusters a and b with gateways, and Service shop/web of a, in VirtualMesh vm. */
static void begin(struct translated *world, const char *federation)
{
    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, "b", "td.example", "");
    translated_gateway(world, "a", "{ip: 192.0.2.1}");
    translated_gateway(world, "b", "{ip: 192.0.2.2}");
    translated_service(world, "web", "shop", "a", "");
    translated_virtual_mesh(world, "vm", "a b", federation);
}

static const struct {
    const char *sentence;
    const char *policies[2];
    const char *scope; /* "": the whole mesh */
} cases[] = {
    { "no policy", { NULL }, "" },
    { "a namespace",
      { "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [shop]}}]\n" },
      "shop" },
    { "namespaces, some twice",
      { "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [shop, bank]}}]\n",
        "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{name: a, namespace: shop, "
        "clusterName: b}]}}]\n" },
      "bank shop" },
    { "any caller of a cluster",
      { "  sourceSelector: [{kubeIdentityMatcher: {clusters: [b]}}]\n" },
      "" },
    { "an account of any namespace",
      { "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{clusterName: b}]}}]\n" },
      "" },
    { "any caller beside a namespace",
      { "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [shop]}}]\n",
        "  allowedMethods: [GET]\n" },
      "" },
    { "a policy for another Service",
      { "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [shop]}}]\n",
        "  destinationSelector: [{kubeServiceMatcher: {namespaces: [istio-system]}}]\n" },
      "shop" },
    { "a policy that cannot be read",
      { "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [shop]}}]\n",
        "  sourceSelector: [{kubeIdentityMatcher: {}}]\n" },
      "" },
};

static void import_scope_find_all__takes_the_namespaces_of_callers(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;
        AUTO_TEXT scope = { 0 };
        const struct export *export;

        begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                      "{namespaces: [shop]}}]}]}\n");
        world.options.callers_only = true;
        for (size_t k = 0; k < 2 && cases[i].policies[k]; k++)
            translated_policy(&world, k ? "second" : "first", cases[i].policies[k]);
        translated_run(&world);
        export = &world.pass.plan.resolved->exports[0];
        text_adds(&scope, "");
        for (size_t k = 0; k < export->scope_count; k++)
            text_addf(&scope, "%s%s", k ? " " : "", export->scope[k]);
        if (!text_equal(scope.bytes, cases[i].scope))
            fail_msg("%s: %s", cases[i].sentence, scope.bytes);
        translated_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(import_scope_find_all__takes_the_namespaces_of_callers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
