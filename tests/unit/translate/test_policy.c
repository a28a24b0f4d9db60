/* tests/unit/translate/test_policy.c - which callers get in: no hostile or careless AccessPolicy
 * may admit one that it does not name. */
#include "translate/policy.h"

#include "tests/lib/translated.h"

#define TO_WEB "  destinationSelector:\n  - kubeServiceMatcher: {namespaces: [shop]}\n"
#define FROM "  sourceSelector:\n  - "
#define ACCOUNTS FROM "kubeServiceAccountRefs: {serviceAccounts: ["

/* clang-format off */
/* admitted: all principals, namespaces and tokens that the policy of shop/web names, in order; "none":
 * there is no policy; "any": a rule without a source. */
static const struct {
    const char *sentence;
    const char *spec;
    const char *admitted;
    const char *findings;
} cases[] = {
    { "nothing is said of callers", TO_WEB, "any", "" },
    { "an entry without members", TO_WEB FROM "{}\n", "any", "" },
    { "a namespace", TO_WEB FROM "kubeIdentityMatcher: {namespaces: [shop]}\n", "shop", "" },
    { "a cluster", TO_WEB FROM "kubeIdentityMatcher: {clusters: [c1]}\n", "one.example/ns/*", "" },
    { "an account", TO_WEB ACCOUNTS "{name: web, namespace: shop, clusterName: c1}]}\n", "one.example/ns/* */ns/shop/sa/web", "" },
    { "an account with dots", TO_WEB ACCOUNTS "{name: a.b.c, namespace: shop, clusterName: c1}]}\n", "one.example/ns/* */ns/shop/sa/a.b.c", "W44" },
    { "an account that is a star", TO_WEB ACCOUNTS "{name: \"*\", namespace: shop, clusterName: c1}]}\n", "none", "A0" },
    { "an account that ends in a star", TO_WEB ACCOUNTS "{name: \"web*\", namespace: shop, clusterName: c1}]}\n", "none", "A0" },
    { "an account with a slash", TO_WEB ACCOUNTS "{name: \"x/ns/shop/sa/web\", namespace: shop, clusterName: c1}]}\n", "none", "A0" },
    { "an account without a namespace", TO_WEB ACCOUNTS "{name: web, clusterName: c1}]}\n", "none", "A3" },
    { "an account of no cluster that exists", TO_WEB ACCOUNTS "{name: web, namespace: shop, clusterName: c9}]}\n", "none", "A1" },
    { "an account of nothing", TO_WEB ACCOUNTS "{}]}\n", "none", "A0" },
    { "an account of empty texts", TO_WEB ACCOUNTS "{name: \"\", namespace: \"\", clusterName: \"\"}]}\n", "none", "A0" },
    { "an account of nulls", TO_WEB ACCOUNTS "{name: null, namespace: null}]}\n", "none", "A0" },
    { "no accounts", TO_WEB FROM "kubeServiceAccountRefs: {serviceAccounts: []}\n", "none", "A0" },
    { "accounts that are null", TO_WEB FROM "kubeServiceAccountRefs: {serviceAccounts: null}\n", "none", "A0" },
    { "references that are empty", TO_WEB FROM "kubeServiceAccountRefs: {}\n", "none", "A0" },
    { "a matcher that is empty", TO_WEB FROM "kubeIdentityMatcher: {}\n", "none", "A0" },
    { "a matcher of nulls", TO_WEB FROM "kubeIdentityMatcher: {namespaces: null, clusters: null}\n", "none", "A0" },
    { "no namespaces", TO_WEB FROM "kubeIdentityMatcher: {namespaces: []}\n", "none", "A0" },
    { "a namespace that is empty", TO_WEB FROM "kubeIdentityMatcher: {namespaces: [\"\"]}\n", "none", "A0" },
    { "an empty namespace beside another", TO_WEB FROM "kubeIdentityMatcher: {namespaces: [\"\", shop], clusters: [c1]}\n", "none", "A0" },
    { "a namespace that is a star", TO_WEB FROM "kubeIdentityMatcher: {namespaces: [\"*\"]}\n", "none", "A0" },
    { "a namespace that begins with a star", TO_WEB FROM "kubeIdentityMatcher: {namespaces: [\"*shop\"]}\n", "none", "A0" },
    { "a namespace with a slash", TO_WEB FROM "kubeIdentityMatcher: {namespaces: [\"shop/sa/web\"], clusters: [c1]}\n", "none", "A0" },
    { "a cluster that is empty", TO_WEB FROM "kubeIdentityMatcher: {clusters: [\"\"]}\n", "none", "A0" },
    { "a cluster that is a star", TO_WEB FROM "kubeIdentityMatcher: {clusters: [\"*\"]}\n", "none", "A1" },
    { "a cluster that is unknown beside a known one", TO_WEB FROM "kubeIdentityMatcher: {clusters: [c1, c9]}\n", "none", "A1" },
    { "accounts outside the namespaces of the matcher", TO_WEB FROM "kubeIdentityMatcher: {namespaces: [bank]}\n    kubeServiceAccountRefs: {serviceAccounts: [{name: web, namespace: shop}]}\n", "none", "A5 W11 W40" },
    { "accounts outside the clusters of the matcher", TO_WEB FROM "kubeIdentityMatcher: {clusters: [c2]}\n    kubeServiceAccountRefs: {serviceAccounts: [{name: web, namespace: shop, clusterName: c1}]}\n", "none", "A5 W11" },
    { "accounts within the matcher", TO_WEB FROM "kubeIdentityMatcher: {clusters: [c1]}\n    kubeServiceAccountRefs: {serviceAccounts: [{name: web, namespace: shop}]}\n", "one.example/ns/* */ns/shop/sa/web", "W11" },
    { "a token", TO_WEB FROM "requestIdentityMatcher: {requestPrincipals: [issuer/ann]}\n", "issuer/ann", "" },
    { "a token that is empty", TO_WEB FROM "requestIdentityMatcher: {requestPrincipals: [\"\"]}\n", "none", "A0" },
    { "no tokens", TO_WEB FROM "requestIdentityMatcher: {requestPrincipals: []}\n", "none", "A0" },
    { "a request matcher that is empty", TO_WEB FROM "requestIdentityMatcher: {}\n", "none", "A0" },
    { "a member with a typing error", TO_WEB FROM "kubeIdentityMatchers: {namespaces: [shop]}\n", "none", "A0" },
    { "a part with a typing error", TO_WEB FROM "kubeIdentityMatcher: {namespace: [shop]}\n", "none", "A0" },
    { "callers in a field with a typing error", TO_WEB "  sourceSelectors: [{kubeIdentityMatcher: {namespaces: [shop]}}]\n", "none", "A0" },
    { "a source that is null", TO_WEB "  sourceSelector: [null]\n", "none", "A0" },
    { "a source that is a text", TO_WEB "  sourceSelector: [shop]\n", "none", "A0" },
    { "a good entry beside a bad one", TO_WEB FROM "kubeIdentityMatcher: {namespaces: [shop]}\n  - kubeIdentityMatcher: {}\n", "none", "A0" },
    { "a good entry beside one that fails", TO_WEB FROM "kubeIdentityMatcher: {namespaces: [shop]}\n  - kubeIdentityMatcher: {clusters: [c9]}\n", "none", "A1" },
    { "a Service that does not exist", "  destinationSelector:\n  - kubeServiceRefs: {services: [{name: wep, namespace: shop, clusterName: c1}]}\n", "none", "A2" },
    { "a Service of another cluster", "  destinationSelector:\n  - kubeServiceRefs: {services: [{name: web, namespace: shop, clusterName: c2}]}\n", "none", "A2" },
    { "an entry that selects nothing", "  destinationSelector: [{}]\n", "none", "W45" },
    { "a path that is empty", TO_WEB "  allowedPaths: [\"\"]\n", "none", "A0" },
    { "a method that is empty", TO_WEB "  allowedMethods: [\"\"]\n", "none", "A0" },
    { "port 0", TO_WEB "  allowedPorts: [0]\n", "none", "A0" },
    { "a port above all", TO_WEB "  allowedPorts: [65536]\n", "none", "A0" },
};
/* clang-format on */

static void begin(struct translated *world)
{
    translated_begin(world);
    translated_mesh(world, "c1", "one.example", "");
    translated_mesh(world, "c2", "two.example", "");
    translated_service(world, "web", "shop", "c1", "");
    translated_service(world, "pay", "shop", "c2", "");
    translated_workload(world, "web", "shop", "c1", "web");
    translated_workload(world, "pay", "shop", "c2", "pay");
}

static void add_all(struct text *out, const struct node *list)
{
    for (const struct node *item = list ? list->first : NULL; item; item = item->next)
        text_addf(out, "%s%s", out->len ? " " : "", node_text(item));
}

static void add_rule(struct text *out, const struct node *rule)
{
    static const char *const members[] = { "principals", "requestPrincipals", "namespaces" };
    const struct node *from = node_find(rule, "from"), *when = node_find(rule, "when");

    if (!from)
        text_adds(out, "any");
    for (const struct node *entry = from ? from->first : NULL; entry; entry = entry->next)
        for (size_t i = 0; i < LENGTH(members); i++)
            add_all(out, node_find(node_find(entry, "source"), members[i]));
    for (const struct node *entry = when ? when->first : NULL; entry; entry = entry->next)
        add_all(out, node_find(entry, "values"));
}

static const char *admitted(const struct translated *world)
{
    const struct previous_document *policy =
        translated_document(world, "c1", "AuthorizationPolicy", "web");
    const struct node *rules =
        policy ? node_find(node_find(policy->object, "spec"), "rules") : NULL;
    AUTO_TEXT out = { 0 };

    for (const struct node *rule = rules ? rules->first : NULL; rule; rule = rule->next)
        add_rule(&out, rule);
    return out.len ? arena_text(world->arena, out.bytes) : "none";
}

static void policy_apply_all__admits_no_caller_that_is_not_named(void **state)
{
    int wrong = 0;

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;

        begin(&world);
        translated_policy(&world, "policy", cases[i].spec);
        translated_run(&world);
        if (!text_equal(admitted(&world), cases[i].admitted)
            || !text_equal(translated_findings(&world), cases[i].findings)) {
            print_error("%s: admits \"%s\", finds \"%s\"\n", cases[i].sentence, admitted(&world),
                        translated_findings(&world));
            wrong++;
        }
        translated_free(&world);
    }
    assert_int_equal(wrong, 0);
}

/* The same again with one that was fine before: what it allowed stays, and nothing is added. */
static void policy_apply_all__keeps_what_was_allowed(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;

        if (!text_equal(cases[i].admitted, "none") || strstr(cases[i].findings, "W45"))
            continue;
        begin(&world);
        translated_policy(&world, "policy",
                          TO_WEB FROM "kubeIdentityMatcher: {namespaces: [bank]}\n");
        translated_run(&world);
        assert_string_equal(admitted(&world), "bank");
        translated_clear(&world);
        translated_mesh(&world, "c1", "one.example", "");
        translated_mesh(&world, "c2", "two.example", "");
        translated_service(&world, "web", "shop", "c1", "");
        translated_policy(&world, "policy", cases[i].spec);
        translated_run(&world);
        if (!text_equal(admitted(&world), "bank"))
            fail_msg("%s: admits %s", cases[i].sentence, admitted(&world));
        translated_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_apply_all__admits_no_caller_that_is_not_named),
        cmocka_unit_test(policy_apply_all__keeps_what_was_allowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
