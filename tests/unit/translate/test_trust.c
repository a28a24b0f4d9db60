/* tests/unit/translate/test_trust.c - what is asked of pki. */
#include "translate/trust.h"

#include "tests/lib/translated.h"

static void trust_ask__names_each_mesh_by_its_spiffe_id(void **state)
{
    struct translated world;
    const struct trust_request *trust;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "    istiodServiceAccount: pilot\n");
    translated_mesh(&world, "b", "", "");
    translated_virtual_mesh(&world, "vm", "a b", "  mtlsConfig: {shared: {}}\n");
    translated_run(&world);
    trust = world.pass.plan.virtual_meshes[0].trust;
    assert_int_equal(trust->mesh_count, 2);
    assert_string_equal(trust->meshes[0].spiffe_id, "spiffe://td.example/ns/istio-system/sa/pilot");
    assert_string_equal(trust->meshes[1].spiffe_id,
                        "spiffe://cluster.local/ns/istio-system/sa/istio-citadel");
    assert_string_equal(trust->name, "gloo-mesh/vm");
    translated_free(&world);
}

static const struct {
    const char *sentence;
    const char *mtls;
    const char *findings;
    bool retained; /* certificates that are there stay */
} cases[] = {
    { "nothing is asked for", "", "", false },
    { "no trust model", "  mtlsConfig: {}\n", "M1", true },
    { "limited trust", "  mtlsConfig: {limited: {}}\n", "M2", true },
    { "a root from nowhere", "  mtlsConfig: {shared: {rootCertificateAuthority: {}}}\n", "M3",
      true },
};

static void trust_ask__refuses_what_cannot_be_served(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;

        translated_begin(&world);
        translated_mesh(&world, "a", "td.example", "");
        translated_virtual_mesh(&world, "vm", "a", cases[i].mtls);
        translated_run(&world);
        if (world.pass.plan.virtual_meshes[0].trust
            || world.pass.plan.virtual_meshes[0].trust_retained != cases[i].retained
            || !text_equal(translated_findings(&world), cases[i].findings))
            fail_msg("%s: %s", cases[i].sentence, translated_findings(&world));
        translated_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trust_ask__names_each_mesh_by_its_spiffe_id),
        cmocka_unit_test(trust_ask__refuses_what_cannot_be_served),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
