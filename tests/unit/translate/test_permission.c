/* tests/unit/translate/test_permission.c - which callers are admitted, and why; random meshes are
 * in test_call.c. */
#include "api/specs_index.h"
#include "tests/lib/translated.h"

#include "translate/permission.h"

#define FROM(source) "  sourceSelector: [" source "]\n"
#define ACCOUNT(name)                                                                              \
    "{kubeServiceAccountRefs: {serviceAccounts: [{name: " name ", namespace: shop, clusterName: "  \
    "a}]}}"

static const struct {
    const char *sentence;
    const char *virtual_mesh, *first, *second, *settings;
    enum permission permission;
    enum permission_reason reason;
    const char *policy; /* that decides; NULL: another object, or none */
} rows[] = {
    { "nothing limits it", "", NULL, NULL, NULL, PERMISSION_ALL, PERMISSION_UNLIMITED, NULL },
    { "closed", "  globalAccessPolicy: ENABLED\n", NULL, NULL, NULL, PERMISSION_NONE,
      PERMISSION_GLOBAL, NULL },
    { "the second policy admits what the first does not", "", FROM(ACCOUNT("other")),
      FROM(ACCOUNT("web")), NULL, PERMISSION_ALL, PERMISSION_BY_POLICY, "q" },
    { "the wider of two policies decides", "", FROM(ACCOUNT("web")) "  allowedMethods: [GET]\n",
      FROM(ACCOUNT("web")), NULL, PERMISSION_ALL, PERMISSION_BY_POLICY, "q" },
    { "only with a token", "", FROM("{requestIdentityMatcher: {requestPrincipals: [x]}}"), NULL,
      NULL, PERMISSION_SOME, PERMISSION_BY_POLICY, "p" },
    { "no token meets what the source asks of it", "",
      FROM("{requestIdentityMatcher: {requestPrincipals: [x/a], notRequestPrincipals: ['x/*']}}"),
      NULL, NULL, PERMISSION_NONE, PERMISSION_NO_SOURCE, "p" },
    { "neither of two", "", FROM(ACCOUNT("other")), FROM(ACCOUNT("more")), NULL, PERMISSION_NONE,
      PERMISSION_NO_SOURCE, NULL },
    { "without TLS there is no identity", "", FROM(ACCOUNT("web")), NULL, "DISABLE",
      PERMISSION_NONE, PERMISSION_NO_SOURCE, NULL },
    { "an INVALID policy may admit", "", FROM(ACCOUNT("other")),
      FROM("{kubeServiceAccountRefs: "
           "{serviceAccounts: [{name: web}]}}"),
      NULL, PERMISSION_UNKNOWN, PERMISSION_IN_DOUBT, "q" },
    { "what a valid policy admits is certain beside an INVALID one", "", FROM(ACCOUNT("web")),
      FROM("{kubeServiceAccountRefs: {serviceAccounts: [{name: web}]}}"), NULL, PERMISSION_ALL,
      PERMISSION_BY_POLICY, "p" },
};

static void permission__is_that_of_the_widest_policy(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct translated world;
        struct permission_ruling got;
        struct caller caller;
        struct err err;

        translated_begin(&world);
        translated_mesh(&world, "a", "td", "");
        translated_service(&world, "cart", "shop", "a", "");
        translated_workload(&world, "web", "shop", "a", "web");
        translated_virtual_mesh(&world, "vm", "a", rows[i].virtual_mesh);
        if (rows[i].first)
            translated_policy(&world, "p", rows[i].first);
        if (rows[i].second)
            translated_policy(&world, "q", rows[i].second);
        if (rows[i].settings)
            translated_add(&world,
                           "apiVersion: settings.mesh.gloo.solo.io/v1\nkind: Settings\nmetadata: "
                           "{name: settings, namespace: gloo-mesh}\nspec: {mtls: {istio: "
                           "{tlsMode: %s}}}\n",
                           rows[i].settings);
        translated_run(&world);
        assert_int_equal(
            caller_find(&caller, world.pass.plan.resolved, "a/shop/web", world.arena, &err), 0);
        got = permission_find(permission_table_new(&world.pass.plan, world.arena), &caller,
                              &world.pass.specs.destinations[0]);
        if (got.permission != rows[i].permission || got.reason != rows[i].reason
            || (rows[i].policy && !text_equal(got.ref.name, rows[i].policy)))
            fail_msg("%s: %d, %d, %s", rows[i].sentence, (int)got.permission, (int)got.reason,
                     got.ref.name);
        translated_free(&world);
    }
}

/* The policies name trust domains, and which one the caller has is not known. */
static void permission__is_not_known_without_the_trust_domain(void **state)
{
    static const struct {
        const char *policy;
        enum permission permission;
        enum permission_reason reason;
    } cases[] = {
        { FROM("{kubeIdentityMatcher: {clusters: [b]}}"), PERMISSION_UNKNOWN,
          PERMISSION_NO_DOMAIN },
        { FROM("{kubeIdentityMatcher: {clusters: [b], namespaces: [other]}}"), PERMISSION_NONE,
          PERMISSION_NO_SOURCE },
        { FROM("{kubeIdentityMatcher: {namespaces: [shop]}}"), PERMISSION_ALL,
          PERMISSION_BY_POLICY },
        { "  allowedMethods: [GET]\n", PERMISSION_SOME, PERMISSION_BY_POLICY },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;
        struct permission_ruling got;
        struct caller caller;
        struct err err;

        translated_begin(&world);
        translated_mesh(&world, "a", "", "");
        translated_mesh(&world, "b", "cluster.local", "");
        translated_service(&world, "cart", "shop", "a", "");
        translated_policy(&world, "p", cases[i].policy);
        translated_run(&world);
        assert_int_equal(
            caller_find(&caller, world.pass.plan.resolved, "a/shop/web", world.arena, &err), 0);
        got = permission_find(permission_table_new(&world.pass.plan, world.arena), &caller,
                              &world.pass.specs.destinations[0]);
        if (got.permission != cases[i].permission || got.reason != cases[i].reason)
            fail_msg("%s: %d, %d", cases[i].policy, (int)got.permission, (int)got.reason);
        translated_free(&world);
    }
}

/* What the rules left out would admit is not known, nor what was deployed before. */
static void permission__is_not_known_where_rules_do_not_fit(void **state)
{
    struct translated world;
    struct permission_ruling got;
    struct caller caller;
    struct err err;

    (void)state;
    translated_begin(&world);
    world.options.object_max = 120; /* the rule for tokens does not fit */
    translated_mesh(&world, "a", "td", "");
    translated_service(&world, "cart", "shop", "a", "");
    translated_policy(&world, "p",
                      FROM(ACCOUNT("web") ", {requestIdentityMatcher: {requestPrincipals: [x]}}"));
    translated_run(&world);
    assert_string_equal(translated_findings(&world), "A11");
    assert_int_equal(translated_count(&world, "a", "AuthorizationPolicy"), 1);
    assert_int_equal(
        caller_find(&caller, world.pass.plan.resolved, "a/shop/web", world.arena, &err), 0);
    got = permission_find(permission_table_new(&world.pass.plan, world.arena), &caller,
                          &world.pass.specs.destinations[0]);
    assert_int_equal(got.permission, PERMISSION_UNKNOWN);
    assert_string_equal(got.ref.name, "p");
    translated_free(&world);
}

/* --- pods of an ingress gateway --- */

#define OTHERS FROM(ACCOUNT("other"))
#define CALLERS FROM(ACCOUNT("web"))
#define OPENING "allow-ingress-gateway-gateway-istio-system-a-gloo-mesh"

static const struct {
    const char *sentence;
    const char *virtual_mesh, *policy, *service;
    enum permission permission;
    enum permission_reason reason;
    bool limited_requests;
} gateway_rows[] = {
    { "all its ports are for other clusters", "", OTHERS, "gateway", PERMISSION_ALL,
      PERMISSION_GATEWAY, false },
    { "one of its ports is for other clusters", "", OTHERS, "other", PERMISSION_SOME,
      PERMISSION_GATEWAY, true },
    { "none of its ports is for other clusters", "", OTHERS, "plain", PERMISSION_NONE,
      PERMISSION_NO_SOURCE, false },
    { "the policy admits more than the gateway must", "", CALLERS, "other", PERMISSION_ALL,
      PERMISSION_BY_POLICY, false },
    { "no policy limits it", "", NULL, "other", PERMISSION_ALL, PERMISSION_UNLIMITED, false },
    { "requests pass no gateway", "  federation: {flatNetwork: true}\n", OTHERS, "gateway",
      PERMISSION_NONE, PERMISSION_NO_SOURCE, false },
    { "globalAccessPolicy opens it", "  globalAccessPolicy: ENABLED\n", NULL, "other",
      PERMISSION_ALL, PERMISSION_GATEWAY, false },
    { "globalAccessPolicy opens no gateway of a flat network",
      "  globalAccessPolicy: ENABLED\n  federation: {flatNetwork: true}\n", NULL, "gateway",
      PERMISSION_NONE, PERMISSION_GLOBAL, false },
    { "the name of the policy that opens it is taken", "  globalAccessPolicy: ENABLED\n",
      "  destinationSelector: [{kubeServiceRefs: {services: [{name: " OPENING
      ", namespace: istio-system, clusterName: a}]}}]\n",
      "gateway", PERMISSION_NONE, PERMISSION_GLOBAL, false },
};

static void add_gateway_service(struct translated *world, const char *name, const char *ports)
{
    translated_add(world,
                   "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
                   "metadata: {name: %s, namespace: gloo-mesh}\nspec:\n"
                   "  mesh: {name: istiod-a, namespace: gloo-mesh}\n  kubeService:\n"
                   "    ref: {name: %s, namespace: istio-system, clusterName: a}\n"
                   "    workloadSelectorLabels: {istio: ingressgateway}\n    ports:\n%s",
                   name, name, ports);
}

/* "other" and "plain" lead to the pods of "gateway". */
static void run_gateways(struct translated *world, const char *virtual_mesh, const char *policy)
{
    static const char http[] = "    - {name: http, port: 80, targetPortNumber: 8080}\n";

    translated_begin(world);
    translated_mesh(world, "a", "td", "");
    translated_mesh(world, "b", "td", "");
    translated_gateway(world, "a", "{ip: 192.0.2.1}");
    translated_gateway(world, "b", "{ip: 192.0.2.2}");
    add_gateway_service(world, "plain", http);
    add_gateway_service(world, "other",
                        arena_printf(world->arena,
                                     "%s    - {name: tls, port: 15443, targetPortNumber: 15443}\n",
                                     http));
    translated_service(world, OPENING, "istio-system", "a", "");
    translated_workload(world, "web", "shop", "a", "web");
    translated_virtual_mesh(world, "vm", "a b", virtual_mesh);
    if (policy)
        translated_policy(world, "p", policy);
    translated_run(world);
}

static const struct destination *service_of(const struct translated *world, const char *name)
{
    return specs_service(&world->pass.specs, (struct cluster_ref){ name, "istio-system", "a" });
}

static void permission__is_what_gateways_leave_open(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(gateway_rows); i++) {
        struct translated world;
        struct permission_ruling got;
        struct caller caller;
        struct err err;

        run_gateways(&world, gateway_rows[i].virtual_mesh, gateway_rows[i].policy);
        assert_int_equal(
            caller_find(&caller, world.pass.plan.resolved, "a/shop/web", world.arena, &err), 0);
        got = permission_find(permission_table_new(&world.pass.plan, world.arena), &caller,
                              service_of(&world, gateway_rows[i].service));
        if (got.permission != gateway_rows[i].permission || got.reason != gateway_rows[i].reason
            || got.limited_requests != gateway_rows[i].limited_requests)
            fail_msg("%s: %d, %d, %d", gateway_rows[i].sentence, (int)got.permission,
                     (int)got.reason, got.limited_requests);
        translated_free(&world);
    }
}

/* Two Services with rules alike, one of which has a rule for its gateway besides. */
static void permission_basis__has_what_gateways_leave_open(void **state)
{
    struct translated gateways, flat;

    (void)state;
    run_gateways(&gateways, "", OTHERS);
    run_gateways(&flat, "  federation: {flatNetwork: true}\n", OTHERS);
    assert_string_not_equal(
        permission_basis(permission_table_new(&gateways.pass.plan, gateways.arena),
                         service_of(&gateways, "gateway")),
        permission_basis(permission_table_new(&flat.pass.plan, flat.arena),
                         service_of(&flat, "gateway")));
    translated_free(&gateways);
    translated_free(&flat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(permission__is_that_of_the_widest_policy),
        cmocka_unit_test(permission__is_not_known_without_the_trust_domain),
        cmocka_unit_test(permission__is_not_known_where_rules_do_not_fit),
        cmocka_unit_test(permission__is_what_gateways_leave_open),
        cmocka_unit_test(permission_basis__has_what_gateways_leave_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
