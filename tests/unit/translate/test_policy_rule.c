/* tests/unit/translate/test_policy_rule.c - the rules of an AuthorizationPolicy from an
 * AccessPolicy. */
#include "translate/policy_rule.h"

#include "base/write_yaml.h"
#include "tests/lib/translated.h"

static const char *rules(struct translated *world, const char *spec, bool literal)
{
    struct policy_status status = { 0 };
    const struct access_policy *policy;
    struct sources sources;
    AUTO_TEXT text = { 0 };

    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    translated_policy(world, "policy", spec);
    translated_run(world);
    policy = &world->pass.specs.access_policies[0];
    sources = sources_find(world->pass.plan.resolved, policy, &status, world->arena);
    write_yaml(&text, policy_rule_make_all(&sources,
                                           (struct port_list){ policy->ports, policy->port_count },
                                           literal, world->arena));
    return arena_text(world->arena, text.bytes);
}

static const struct {
    const char *sentence;
    const char *spec;
    bool literal;
    const char *rules;
} cases[] = {
    { "any caller", "  sourceSelector: [{}]\n", false, "- {}\n" },
    { "any caller, some methods", "  allowedMethods: [GET]\n", false,
      "- to:\n  - operation:\n      methods:\n      - GET\n" },
    { "an account",
      "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{name: x, namespace: shop, "
      "clusterName: a}]}}]\n",
      false, "- from:\n  - source:\n      principals:\n      - td.example/ns/shop/sa/x\n" },
    { "an account that istiod must not rewrite",
      "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{name: x, namespace: shop, "
      "clusterName: a}]}}]\n",
      true,
      "- from:\n  - source:\n      principals:\n      - \"td.example/ns/*\"\n  when:\n  - key: "
      "source.principal\n    values:\n    - \"*/ns/shop/sa/x\"\n" },
    { "tokens apart from the others",
      "  sourceSelector: [{requestIdentityMatcher: {requestPrincipals: [i/s]}}, "
      "{kubeIdentityMatcher: {namespaces: [shop]}}]\n",
      false,
      "- from:\n  - source:\n      namespaces:\n      - shop\n- from:\n  - source:\n      "
      "requestPrincipals:\n      - i/s\n" },
};

static void policy_rule_make_all__writes_each_source(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;
        const char *got = rules(&world, cases[i].spec, cases[i].literal);

        if (!text_equal(got, cases[i].rules))
            fail_msg("%s:\n%s", cases[i].sentence, got);
        translated_free(&world);
    }
}

static void sources_find__refuses_an_account_without_namespace(void **state)
{
    struct translated world;
    struct policy_status status = { 0 };

    (void)state;
    rules(&world,
          "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{name: x, clusterName: "
          "a}]}}]\n",
          false);
    sources_find(world.pass.plan.resolved, &world.pass.specs.access_policies[0], &status,
                 world.arena);
    assert_int_equal(status.errors.count, 1);
    assert_string_equal(messages_origin(&status.errors, 0).id, "A3");
    translated_free(&world);
}

static void policy_rule_make_open__names_ports_alone(void **state)
{
    struct arena *arena = arena_new();
    const uint32_t ports[] = { 15443, 8443 };
    AUTO_TEXT text = { 0 };

    (void)state;
    write_yaml(&text, policy_rule_make_open((struct port_list){ ports, 2 }, arena));
    assert_string_equal(text.bytes, "- to:\n  - operation:\n      ports:\n      - \"15443\"\n      "
                                    "- \"8443\"\n");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_rule_make_all__writes_each_source),
        cmocka_unit_test(policy_rule_make_open__names_ports_alone),
        cmocka_unit_test(sources_find__refuses_an_account_without_namespace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
