/* tests/unit/translate/test_service_policies.c - the AuthorizationPolicy of a Service. */
#include "translate/service_policies.h"

#include "base/write_yaml.h"
#include "tests/lib/translated.h"
#include "translate/manifest.h"

#define GET "  allowedMethods: [GET]\n"
#define PUT "  allowedMethods: [PUT]\n"
#define LOST                                                                                       \
    "  destinationSelector: [{kubeServiceRefs: {services: [{name: lost, namespace: shop, "         \
    "clusterName: a}, {name: web, namespace: shop, clusterName: a}]}}]\n"

static void fleet(struct translated *world)
{
    translated_clear(world);
    translated_mesh(world, "a", "td.example", "");
    translated_service(world, "web", "shop", "a", "");
}

static void service_policies_make__joins_policies_in_the_order_of_their_keys(void **state)
{
    struct translated world;
    const struct previous_document *policy;

    (void)state;
    translated_begin(&world);
    fleet(&world);
    translated_policy(&world, "b", PUT);
    translated_policy(&world, "a", GET);
    translated_run(&world);
    policy = translated_document(&world, "a", "AuthorizationPolicy", "web");
    assert_int_equal(node_find(node_find(policy->object, "spec"), "rules")->count, 2);
    assert_true(strstr(policy->text, "- GET") < strstr(policy->text, "- PUT"));
    assert_int_equal(previous_parents(policy, PARENT_ACCESS_POLICY)->count, 2);
    translated_free(&world);
}

static void service_policies_make__writes_none_without_policies(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    fleet(&world);
    translated_run(&world);
    assert_int_equal(translated_count(&world, "a", "AuthorizationPolicy"), 0);
    translated_free(&world);
}

static void service_policies_merge__takes_old_rules_of_those_in_doubt(void **state)
{
    static const bool doubt[] = { true, false };
    struct translated world;
    const struct previous_document *previous;
    const struct node *merged;
    AUTO_TEXT text = { 0 };

    (void)state;
    translated_begin(&world);
    fleet(&world);
    translated_policy(&world, "a", GET);
    translated_policy(&world, "b", PUT);
    translated_run(&world);
    previous = translated_document(&world, "a", "AuthorizationPolicy", "web");
    fleet(&world);
    translated_policy(&world, "a", LOST);
    translated_policy(&world, "b", "  allowedMethods: [POST]\n");
    translated_run(&world);
    merged = service_policies_merge(world.pass.plan.resolved, &world.pass.plan.resolved->targets[0],
                                    previous, doubt, world.arena);
    write_yaml(&text, merged);
    assert_non_null(strstr(text.bytes, "- GET"));
    assert_non_null(strstr(text.bytes, "- POST"));
    assert_null(strstr(text.bytes, "- PUT"));
    translated_free(&world);
}

#define TWO_RULES                                                                                  \
    "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [x]}}, "                                \
    "{requestIdentityMatcher: {requestPrincipals: [i/s]}}]\n"

/* Two rules of one policy and one of another: the annotation says which are whose. */
static void service_policies_merge__knows_how_many_rules_a_policy_has(void **state)
{
    static const bool doubt[] = { false, true };
    struct translated world;
    const struct previous_document *previous;
    AUTO_TEXT text = { 0 };

    (void)state;
    translated_begin(&world);
    fleet(&world);
    translated_policy(&world, "a", TWO_RULES);
    translated_policy(&world, "b", PUT);
    translated_run(&world);
    previous = translated_document(&world, "a", "AuthorizationPolicy", "web");
    fleet(&world);
    translated_policy(&world, "a", GET);
    translated_policy(&world, "b", LOST);
    translated_run(&world);
    write_yaml(&text, service_policies_merge(world.pass.plan.resolved,
                                             &world.pass.plan.resolved->targets[0], previous, doubt,
                                             world.arena));
    assert_non_null(strstr(text.bytes, "- GET"));
    assert_non_null(strstr(text.bytes, "- PUT"));
    assert_null(strstr(text.bytes, "i/s"));
    translated_free(&world);
}

static void add_nameless(struct node *parents, struct arena *arena)
{
    static const char *const names[] = { "a", "b" };

    for (size_t i = 0; i < LENGTH(names); i++) {
        struct node *parent = node_add(parents, node_map(arena));

        node_set_text(arena, parent, "name", names[i]);
        node_set_text(arena, parent, "namespace", "gloo-mesh");
    }
}

/* The same object from an earlier version, which did not write how many. */
static void service_policies_merge__is_nothing_when_rules_are_nameless(void **state)
{
    static const bool doubt[] = { true, false };
    struct translated world;
    struct previous_document previous;

    (void)state;
    translated_begin(&world);
    fleet(&world);
    translated_policy(&world, "a", TWO_RULES);
    translated_policy(&world, "b", PUT);
    translated_run(&world);
    previous = *translated_document(&world, "a", "AuthorizationPolicy", "web");
    previous.parents = node_map(world.arena);
    add_nameless(node_set(UNCONST(previous.parents), PARENT_ACCESS_POLICY, node_list(world.arena)),
                 world.arena);
    assert_null(service_policies_merge(world.pass.plan.resolved,
                                       &world.pass.plan.resolved->targets[0], &previous, doubt,
                                       world.arena));
    translated_free(&world);
}

static void gateways(struct translated *world, const char *first, const char *second)
{
    translated_clear(world);
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, "b", "td.example", "");
    translated_gateway(world, "a", "{ip: 192.0.2.1}");
    translated_gateway(world, "b", "{ip: 192.0.2.2}");
    translated_virtual_mesh(world, "vm", "a b", "");
    translated_policy(world, "a", first);
    translated_policy(world, "b", second);
    translated_run(world);
}

static size_t count_rules(const struct node *object)
{
    return node_find(node_find(object, "spec"), "rules")->count;
}

/* Once, after the rules of all AccessPolicies, also when some of these are previous ones. */
static void service_policies_make__opens_gateways_to_other_clusters(void **state)
{
    struct translated world;
    const struct previous_document *policy;

    (void)state;
    translated_begin(&world);
    gateways(&world, GET, PUT);
    policy = translated_document(&world, "a", "AuthorizationPolicy", "gateway");
    assert_int_equal(count_rules(policy->object), 3);
    assert_true(strstr(policy->text, "- PUT") < strstr(policy->text, "15443"));
    gateways(&world, LOST, "  allowedMethods: [POST]\n");
    policy = translated_document(&world, "a", "AuthorizationPolicy", "gateway");
    assert_int_equal(count_rules(policy->object), 3);
    assert_non_null(strstr(policy->text, "- GET"));
    assert_non_null(strstr(policy->text, "- POST"));
    assert_null(strstr(policy->text, "- PUT"));
    translated_free(&world);
}

/* As an API server takes no more than 512. */
static void service_policies_make__counts_the_rule_of_gateways(void **state)
{
    enum { POLICIES = 512 };
    struct translated world;

    (void)state;
    translated_begin(&world);
    for (size_t i = 2; i < POLICIES; i++)
        translated_policy(&world, arena_printf(world.arena, "p%zu", i), GET);
    translated_mesh(&world, "a", "td.example", "");
    translated_mesh(&world, "b", "td.example", "");
    translated_gateway(&world, "a", "{ip: 192.0.2.1}");
    translated_virtual_mesh(&world, "vm", "a b", "");
    translated_policy(&world, "a", GET);
    translated_policy(&world, "b", GET);
    translated_run(&world);
    assert_int_equal(
        count_rules(translated_document(&world, "a", "AuthorizationPolicy", "gateway")->object),
        POLICIES);
    assert_non_null(strstr(translated_findings(&world), "A11"));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service_policies_make__joins_policies_in_the_order_of_their_keys),
        cmocka_unit_test(service_policies_make__writes_none_without_policies),
        cmocka_unit_test(service_policies_make__opens_gateways_to_other_clusters),
        cmocka_unit_test(service_policies_make__counts_the_rule_of_gateways),
        cmocka_unit_test(service_policies_merge__takes_old_rules_of_those_in_doubt),
        cmocka_unit_test(service_policies_merge__knows_how_many_rules_a_policy_has),
        cmocka_unit_test(service_policies_merge__is_nothing_when_rules_are_nameless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
