/* tests/unit/translate/test_uncovered.c - Services that no AccessPolicy selects, in numbers. */
#include "tests/lib/specs_sample.h"
#include "translate/resolve.h"

#include <string.h>

#define VIRTUAL_MESH(access)                                                                       \
    "apiVersion: networking.mesh.gloo.solo.io/v1\nkind: VirtualMesh\nmetadata: {name: vm, "        \
    "namespace: gloo-mesh}\nspec: {meshes: [{name: m, namespace: gloo-mesh}], "                    \
    "globalAccessPolicy: " access "}\n---\n"                                                       \
    "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Mesh\nmetadata: {name: m, namespace: "      \
    "gloo-mesh}\nspec: {istio: {trustDomain: t, installation: {namespace: istio-system, cluster: " \
    "a}}}\n---\n"
#define SERVICE(name)                                                                              \
    "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\nmetadata: {name: " name        \
    ", namespace: gloo-mesh}\nspec: {mesh: {name: m, namespace: gloo-mesh}, kubeService: {ref: "   \
    "{name: " name ", namespace: shop, clusterName: a}, workloadSelectorLabels: {app: " name       \
    "}}}\n---\n"
#define SHARING(name, target)                                                                      \
    "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\nmetadata: {name: " name        \
    ", namespace: gloo-mesh}\nspec: {mesh: {name: m, namespace: gloo-mesh}, kubeService: {ref: "   \
    "{name: " name ", namespace: shop, clusterName: a}, workloadSelectorLabels: {app: web}, "      \
    "ports: [{name: http, port: 80, protocol: TCP, targetPortNumber: " target "}]}}\n---\n"
#define POLICY(service)                                                                            \
    "apiVersion: networking.mesh.gloo.solo.io/v1\nkind: AccessPolicy\nmetadata: {name: p, "        \
    "namespace: gloo-mesh}\nspec: {destinationSelector: [{kubeServiceRefs: {services: [{name: "    \
    "" service ", namespace: shop, clusterName: a}]}}]}\n---\n"

static const struct {
    const char *sentence, *specs;
    const char *counted; /* part of the warning; NULL: there is none */
} rows[] = {
    { "no policy at all", VIRTUAL_MESH("ENABLED") SERVICE("web") SERVICE("cart"),
      "2 of 2 Services have no AccessPolicy" },
    { "one of two is covered", VIRTUAL_MESH("ENABLED") SERVICE("web") SERVICE("cart") POLICY("web"),
      "1 of 2 Services have no AccessPolicy, so they refuse every request: shop/cart of cluster "
      "a" },
    { "all are covered", VIRTUAL_MESH("ENABLED") SERVICE("web") POLICY("web"), NULL },
    { "a policy that is INVALID may cover them",
      VIRTUAL_MESH("ENABLED") SERVICE("web") POLICY("wab"), NULL },
    { "a policy for a Service of the same pods opens another port",
      VIRTUAL_MESH("ENABLED") SHARING("web", "8080") SHARING("admin", "9090") POLICY("web"),
      "1 of 2 Services have no AccessPolicy, so they refuse every request: shop/admin of cluster "
      "a" },
    { "a policy for a Service of the same pods opens its port",
      VIRTUAL_MESH("ENABLED") SHARING("web", "8080") SHARING("copy", "8080") POLICY("web"), NULL },
    { "nothing is closed", VIRTUAL_MESH("DISABLED") SERVICE("web"), NULL },
    { "more than can be named",
      VIRTUAL_MESH("ENABLED") SERVICE("b") SERVICE("c") SERVICE("d") SERVICE("e") SERVICE("f"),
      "5 of 5 Services have no AccessPolicy, so they refuse every request: shop/b of cluster a, "
      "shop/c of cluster a, shop/d of cluster a, ...; " },
};

static const char *warning(const struct plan *plan)
{
    const struct messages *warnings = &plan->virtual_meshes[0].status.warnings;

    for (size_t i = 0; i < warnings->count; i++)
        if (strcmp(messages_origin(warnings, i).id, "W58") == 0)
            return warnings->texts[i];
    return NULL;
}

static void uncovered__services_are_counted(void **state)
{
    const struct translate_options options = { .program = "weft test" };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct sample sample;
        struct plan plan;
        struct err err;
        const char *told;

        sample_text(&sample, rows[i].specs);
        assert_int_equal(translate_resolve(&plan, &sample.specs, &options, &tree_reader_empty,
                                           sample.arena, &err),
                         0);
        told = warning(&plan);
        if (!told != !rows[i].counted || (told && !strstr(told, rows[i].counted)))
            fail_msg("%s: %s", rows[i].sentence, told ? told : "no warning");
        sample_free(&sample);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uncovered__services_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
