/* tests/unit/translate/test_root_namespace.c - policies in the root namespace reach pods elsewhere.
 */
#include "translate/root_namespace.h"

#include "tests/lib/translated.h"

/* web of istio-system, and what else has its labels. */
static const char *spill(struct translated *world, const char *policy)
{
    translated_policy(world, "policy", policy);
    translated_run(world);
    for (size_t i = 0; i < world->pass.plan.resolved->target_count; i++) {
        const struct policy_target *target = &world->pass.plan.resolved->targets[i];

        if (text_equal(target->destination->service->ref.namespace, "istio-system"))
            return root_namespace_spill(world->pass.plan.resolved, target,
                                        &world->pass.specs.access_policies[0]);
    }
    return "no target";
}

static void begin(struct translated *world)
{
    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, "b", "td.example", "");
    translated_service(world, "web", "istio-system", "a", "");
}

#define BESIDE "  destinationSelector: [{kubeServiceMatcher: {namespaces: [istio-system]}}]\n"

static void root_namespace_spill__sees_services_and_workloads(void **state)
{
    struct translated world;

    (void)state;
    begin(&world);
    translated_service(&world, "web", "shop", "a", "");
    assert_string_equal(spill(&world, BESIDE), "shop");
    translated_free(&world);
    begin(&world);
    translated_service(&world, "web", "shop", "a", "");
    translated_service(&world, "web", "bank", "a", ""); /* the first by key */
    assert_string_equal(spill(&world, BESIDE), "bank");
    translated_free(&world);
    begin(&world);
    translated_workload(&world, "web", "bank", "a", "web");
    assert_string_equal(spill(&world, BESIDE), "bank");
    translated_free(&world);
    begin(&world);
    translated_service(&world, "pay", "shop", "a",
                       "    endpointSubsets: [{endpoints: [{ipAddress: 10.0.0.1, labels: {app: "
                       "web, tier: back}}]}]\n");
    assert_string_equal(spill(&world, BESIDE), "shop");
    translated_free(&world);
}

static void root_namespace_spill__lets_other_labels_clusters_and_namespaces_be(void **state)
{
    struct translated world;

    (void)state;
    begin(&world);
    translated_service(&world, "pay", "shop", "a", "");
    translated_service(&world, "web", "shop", "b", "");
    translated_workload(&world, "web", "istio-system", "a", "web");
    assert_null(spill(&world, BESIDE));
    translated_free(&world);
}

/* Those pods get the same rules through their own Service. */
static void root_namespace_spill__lets_be_what_the_policy_selects(void **state)
{
    struct translated world;

    (void)state;
    begin(&world);
    translated_service(&world, "web", "shop", "a", "");
    translated_workload(&world, "web", "shop", "a", "web");
    assert_null(spill(&world, "  allowedMethods: [GET]\n"));
    translated_free(&world);
}

/* The rule that opens the gateway to other clusters is none for pods elsewhere. */
static void root_namespace_spill__counts_what_gateways_leave_open(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_mesh(&world, "b", "td.example", "");
    translated_gateway(&world, "a", "{ip: 192.0.2.1}");
    translated_gateway(&world, "b", "{ip: 192.0.2.2}");
    translated_service(&world, "pay", "shop", "a",
                       "    endpointSubsets: [{endpoints: [{ipAddress: 10.0.0.1, labels: {app: "
                       "pay, istio: ingressgateway}}]}]\n");
    translated_virtual_mesh(&world, "vm", "a b", "");
    assert_string_equal(spill(&world, "  allowedMethods: [GET]\n"), "shop");
    translated_free(&world);
}

static void root_namespace_warn__names_pods_that_are_no_gateways(void **state)
{
    struct translated world;

    (void)state;
    begin(&world);
    translated_gateway(&world, "a", "{ip: 192.0.2.1}");
    translated_add(&world, "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Workload\n"
                           "metadata: {name: edge, namespace: gloo-mesh}\nspec:\n  mesh: {name: "
                           "istiod-a, namespace: gloo-mesh}\n"
                           "  kubernetes: {controller: {name: edge, namespace: edge, clusterName: "
                           "a}, podLabels: {istio: ingressgateway}}\n");
    translated_virtual_mesh(&world, "vm", "a", "  globalAccessPolicy: ENABLED\n");
    translated_run(&world);
    assert_non_null(strstr(translated_findings(&world), "W57"));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(root_namespace_spill__sees_services_and_workloads),
        cmocka_unit_test(root_namespace_spill__lets_other_labels_clusters_and_namespaces_be),
        cmocka_unit_test(root_namespace_spill__lets_be_what_the_policy_selects),
        cmocka_unit_test(root_namespace_spill__counts_what_gateways_leave_open),
        cmocka_unit_test(root_namespace_warn__names_pods_that_are_no_gateways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
