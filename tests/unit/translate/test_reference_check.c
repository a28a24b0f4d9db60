/* tests/unit/translate/test_reference_check.c - references of a VirtualMesh. */
#include "translate/reference_check.h"

#include "tests/lib/translated.h"

static const struct {
    const char *sentence;
    const char *clusters;
    const char *more;
    const char *findings;
} cases[] = {
    { "all is there", "a b", "", "" },
    { "a Mesh that is missing", "a b c", "", "E2" },
    { "a Mesh twice", "a b a", "", "E10" },
    { "a mesh outside the VirtualMesh", "a",
      "  federation: {selectors: [{meshes: [{name: istiod-b, namespace: gloo-mesh}]}]}\n", "E12" },
    { "a gateway that is missing", "a b",
      "  federation: {permissive: {}, ingressGatewaySelectors: [{destinationSelectors: "
      "[{kubeServiceRefs: {services: [{name: lost, namespace: shop, clusterName: a}]}}]}]}\n",
      "E5" },
    { "a Service that is missing", "a b",
      "  federation: {selectors: [{destinationSelectors: [{kubeServiceRefs: {services: [{name: "
      "lost, "
      "namespace: lost, clusterName: a}]}}]}]}\n",
      "W3" },
};

static void reference_check_all__reports_what_leads_nowhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;

        translated_begin(&world);
        translated_mesh(&world, "a", "td.example", "");
        translated_mesh(&world, "b", "td.example", "");
        translated_virtual_mesh(&world, "vm", cases[i].clusters, cases[i].more);
        translated_run(&world);
        if (!text_equal(translated_findings(&world), cases[i].findings))
            fail_msg("%s: %s", cases[i].sentence, translated_findings(&world));
        translated_free(&world);
    }
}

/* "a-b.x." comes before "a.x.", since '-' comes before the dot. */
static void reference_compare__orders_as_keys_do(void **state)
{
    static const char *const names[] = { "a", "a-b", "a.b", "a0", "b" };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++)
        for (size_t k = 0; k < LENGTH(names); k++) {
            const struct object_ref a = { names[i], "x" }, b = { names[k], "y" };
            const int keys = strcmp(object_ref_key(a, arena), object_ref_key(b, arena));

            assert_int_equal(reference_compare(a, b) < 0, keys < 0);
            assert_int_equal(reference_compare(a, b) == 0, keys == 0);
        }
    arena_free(arena);
}

static void reference_check_refused__gives_the_first_diagnostic(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_policy(&world, "p", "  allowedPorts: [0]\n");
    translated_run(&world);
    assert_non_null(reference_check_refused(&world.pass.specs, KIND_ACCESS_POLICY,
                                            (struct object_ref){ "p", "gloo-mesh" }));
    assert_null(reference_check_refused(&world.pass.specs, KIND_MESH,
                                        (struct object_ref){ "p", "gloo-mesh" }));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_check_all__reports_what_leads_nowhere),
        cmocka_unit_test(reference_compare__orders_as_keys_do),
        cmocka_unit_test(reference_check_refused__gives_the_first_diagnostic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
