/* tests/unit/translate/test_astray.c - Destinations without their Mesh are found, and keep their
 * policies. */
#include "translate/astray.h"

#include "tests/lib/translated.h"

/* Service shop/web of cluster a, and an AccessPolicy for all Services; mesh: the Mesh of a. */
static void run(struct translated *world, const char *mesh)
{
    translated_clear(world);
    translated_add(world, "%s", mesh);
    translated_mesh(world, "b", "td.example", "");
    translated_service(world, "web", "shop", "a", "");
    translated_policy(world, "p", "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [x]}}]\n");
    translated_run(world);
}

#define MESH(name)                                                                                 \
    "apiVersion: discovery.mesh.gloo.solo.io/v1\n"                                                 \
    "kind: Mesh\n"                                                                                 \
    "metadata: {name: " name ", namespace: gloo-mesh}\n"                                           \
    "spec: {istio: {installation: {namespace: istio-system, cluster: a, version: 1.22.3}, "        \
    "trustDomain: td.example}}\n"
#define OTHER_MESH(name)                                                                           \
    "apiVersion: discovery.mesh.gloo.solo.io/v1\n"                                                 \
    "kind: Mesh\n"                                                                                 \
    "metadata: {name: " name ", namespace: gloo-mesh}\n"                                           \
    "spec: {linkerd: {}}\n"

static const struct {
    const char *sentence, *mesh, *findings;
    size_t count;
    bool stays;
} cases[] = {
    { "the Mesh is there", MESH("istiod-a"), "", 0, true },
    { "the Mesh has another name", MESH("istiod-aa"), "W16", 1, true },
    { "the Mesh is deleted", "# none\n", "W16", 1, true },
    { "the Mesh is of another type", OTHER_MESH("istiod-a"), "", 0, false },
};

static void astray_find__counts_and_keeps(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;

        translated_begin(&world);
        run(&world, MESH("istiod-a"));
        assert_non_null(translated_document(&world, "a", "AuthorizationPolicy", "web"));
        run(&world, cases[i].mesh);
        if (!text_equal(translated_findings(&world), cases[i].findings)
            || world.pass.plan.resolved->astray_count != cases[i].count
            || !translated_document(&world, "a", "AuthorizationPolicy", "web") != !cases[i].stays)
            fail_msg("%s: %s", cases[i].sentence, translated_findings(&world));
        translated_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(astray_find__counts_and_keeps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
