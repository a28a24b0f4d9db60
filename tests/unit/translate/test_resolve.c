/* tests/unit/translate/test_resolve.c - the steps from specs to a plan. */
#include "translate/resolve.h"

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

static void translate_resolve__accepts_what_is_in_order(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    assert_int_equal(world.pass.plan.virtual_mesh_count, 1);
    assert_int_equal(world.pass.plan.virtual_meshes[0].status.state, APPROVAL_ACCEPTED);
    assert_false(world.pass.plan.virtual_meshes[0].retained);
    assert_string_equal(translated_findings(&world), "");
    translated_free(&world);
}

static const struct {
    const char *sentence;
    const char *federation;
    const char *findings;
} cases[] = {
    { "a suffix that is a top-level domain",
      "  federation: {selectors: [{}], hostnameSuffix: corp}\n", "W50" },
    { "a suffix above the cluster domain",
      "  federation: {selectors: [{}], hostnameSuffix: local}\n", "E13" },
    { "TLS that is enforced without a mode",
      "  federation: {tlsEnforcementSettings: {enforcementMode: STRICT}}\n", "M11" },
    { "no TLS at all, with federation",
      "  federation: {selectors: [{}], tlsEnforcementSettings: {enforcementMode: DISABLE}}\n",
      "W35" },
    { "gateways that a flat network does not need",
      "  federation: {permissive: {}, flatNetwork: true, ingressGatewaySelectors: [{portName: "
      "tls}]}\n",
      "D8 W8 W9" },
};

static void translate_resolve__checks_what_belongs_together(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;

        begin(&world, cases[i].federation);
        translated_run(&world);
        if (!text_equal(translated_findings(&world), cases[i].findings))
            fail_msg("%s: %s", cases[i].sentence, translated_findings(&world));
        translated_free(&world);
    }
}

/* A rule that would have the name of one for a Service beside istiod gets a hash. */
static void translate_resolve__names_rules_apart(void **state)
{
    struct translated world;
    const char *plain;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    plain = world.pass.plan.resolved->exports[0].rule_name;
    assert_string_equal(plain, "web-shop-a");
    translated_service(&world, "web-shop-a", "istio-system", "b", "");
    translated_run(&world);
    assert_true(text_starts(world.pass.plan.resolved->exports[0].rule_name, "web-shop-a-"));
    translated_free(&world);
}

static void a_plan_is_refused_by_any_of_its_objects(void **state)
{
    struct planned_virtual_mesh meshes[2] = { { .status.state = APPROVAL_ACCEPTED },
                                              { .status.state = APPROVAL_ACCEPTED } };
    struct policy_status policy = { .state = APPROVAL_ACCEPTED };
    const struct plan plan = {
        .virtual_meshes = meshes, .virtual_mesh_count = 2, .policies = &policy, .policy_count = 1
    };

    (void)state;
    assert_false(resolve_is_refused(&plan));
    meshes[1].status.state = APPROVAL_FAILED;
    assert_true(resolve_is_refused(&plan));
    meshes[1].status.state = APPROVAL_ACCEPTED;
    policy.state = APPROVAL_INVALID;
    assert_true(resolve_is_refused(&plan));
}

/* As many Services, each with its Workload, in ten namespaces of cluster a. */
static void crowd(struct translated *world, size_t services)
{
    char name[32], namespace[32];

    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    for (size_t i = 0; i < services; i++) {
        snprintf(name, sizeof name, "service-%04zu", i);
        snprintf(namespace, sizeof namespace, "shop-%zu", i % 10);
        translated_service(world, name, namespace, "a", "");
        translated_workload(world, name, namespace, "a", "default");
    }
    translated_run(world);
}

static size_t bytes_of(size_t services)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct translated world;
    struct plan plan;
    struct err err;

    crowd(&world, services);
    assert_int_equal(translate_resolve(&plan, &world.pass.specs, &world.options, &tree_reader_empty,
                                       arena, &err),
                     0);
    translated_free(&world);
    return arena_used(arena);
}

/* A fleet has hundreds of thousands of Services, and most of them take no part: of each there are
 * its place among its mesh, cluster, namespace and policies, and not its names again. */
static void translate_resolve__keeps_little_of_a_service(void **state)
{
    enum { FEW = 50, MANY = 250, EACH = 184 };
    const size_t few = bytes_of(FEW), many = bytes_of(MANY);

    (void)state;
    assert_true(many > few);
    if (many - few > (MANY - FEW) * EACH)
        fail_msg("%zu bytes of a Service, at most %d", (many - few) / (MANY - FEW), EACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(translate_resolve__accepts_what_is_in_order),
        cmocka_unit_test(translate_resolve__checks_what_belongs_together),
        cmocka_unit_test(translate_resolve__names_rules_apart),
        cmocka_unit_test(a_plan_is_refused_by_any_of_its_objects),
        cmocka_unit_test(translate_resolve__keeps_little_of_a_service),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
