/* tests/unit/translate/test_permission.c - which callers are admitted, and why; random meshes are
 * in test_call.c. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(permission__is_that_of_the_widest_policy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
