/* tests/unit/translate/test_shared.c - objects of a cluster that two objects of the specs want. */
#include "translate/shared.h"

#include "tests/lib/translated.h"

/* Two revisions of istiod in one cluster, in a VirtualMesh each. */
static void two(struct translated *world, const char *first, const char *second)
{
    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    translated_add(world, "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Mesh\n"
                          "metadata: {name: istiod-canary, namespace: gloo-mesh}\nspec:\n  istio:\n"
                          "    installation: {namespace: istio-system, cluster: a, version: "
                          "1.22.3}\n    trustDomain: td.example\n");
    translated_virtual_mesh(world, "va", "a", first);
    translated_virtual_mesh(world, "vb", "canary", second);
    translated_run(world);
}

#define PERMISSIVE "  federation: {tlsEnforcementSettings: {enforcementMode: PERMISSIVE}}\n"
#define DISABLE "  federation: {tlsEnforcementSettings: {enforcementMode: DISABLE}}\n"

static void shared_check_namespaces__writes_the_strictest_enforcement(void **state)
{
    struct translated world;

    (void)state;
    two(&world, DISABLE, PERMISSIVE);
    assert_string_equal(translated_findings(&world), "M13");
    assert_int_equal(translated_count(&world, "a", "PeerAuthentication"), 1);
    assert_true(translated_has(&world, "clusters/a/mesh/mesh.yaml", "mode: PERMISSIVE"));
    translated_free(&world);
    two(&world, PERMISSIVE, PERMISSIVE);
    assert_string_equal(translated_findings(&world), "");
    translated_free(&world);
}

static void shared_check_namespaces__warns_of_the_denial_of_another(void **state)
{
    struct translated world;

    (void)state;
    two(&world, "  globalAccessPolicy: ENABLED\n", "");
    assert_string_equal(translated_findings(&world), "W52");
    translated_free(&world);
}

static void shared_warn_services__takes_the_first_destination(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_service(&world, "web", "shop", "a", "");
    translated_add(&world, "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
                           "metadata: {name: again, namespace: gloo-mesh}\nspec:\n  mesh: {name: "
                           "istiod-a, namespace: gloo-mesh}\n"
                           "  kubeService: {ref: {name: web, namespace: shop, clusterName: a}}\n");
    translated_virtual_mesh(&world, "vm", "a", "");
    translated_run(&world);
    assert_string_equal(translated_findings(&world), "W53");
    assert_int_equal(world.pass.plan.resolved->target_count, 1);
    assert_string_equal(world.pass.plan.resolved->targets[0].destination->meta.name, "again");
    translated_free(&world);
}

static void shared_check_suffix__refuses_what_covers_cluster_domains(void **state)
{
    static const struct {
        const char *suffix;
        bool refused;
    } cases[] = { { "cluster.local", true },     { "local", true },
                  { "svc.cluster.local", true }, { "mycluster.local", false },
                  { "local.example", false },    { "mesh.example", false } };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;

        translated_begin(&world);
        translated_mesh(&world, "a", "td.example", "");
        translated_mesh(&world, "b", "td.example", "");
        translated_virtual_mesh(
            &world, "vm", "a b",
            arena_printf(world.arena, "  federation: {selectors: [{}], hostnameSuffix: %s}\n",
                         cases[i].suffix));
        translated_run(&world);
        if ((strstr(translated_findings(&world), "E13") != NULL) != cases[i].refused)
            fail_msg("%s: %s", cases[i].suffix, translated_findings(&world));
        translated_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_check_namespaces__writes_the_strictest_enforcement),
        cmocka_unit_test(shared_check_namespaces__warns_of_the_denial_of_another),
        cmocka_unit_test(shared_warn_services__takes_the_first_destination),
        cmocka_unit_test(shared_check_suffix__refuses_what_covers_cluster_domains),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
