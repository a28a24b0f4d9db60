/* tests/unit/translate/test_findings.c - one list of what decoding and resolution had to say. */
#include "translate/findings.h"

#include "tests/lib/translated.h"

static void findings_gather__has_place_field_and_id(void **state)
{
    struct translated world;
    struct findings findings;
    const struct finding *finding;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_virtual_mesh(&world, "vm", "a lost", "");
    translated_run(&world);
    findings = (struct findings){ .arena = world.arena };
    findings_gather(&findings, &world.pass.diags, &world.pass.specs, &world.pass.plan);
    assert_int_equal(findings.count, 1);
    finding = &findings.items[0];
    assert_string_equal(finding->id, "E2");
    assert_string_equal(finding->kind, "VirtualMesh");
    assert_string_equal(finding->field, "spec.meshes[1]");
    assert_string_equal(finding->place.file, "001.yaml");
    assert_int_equal(finding->place.line, 7);
    assert_int_equal(findings.errors, 1);
    assert_false(finding_follows(finding));
    translated_free(&world);
}

/* What is to be corrected is the policy, also where the message is about a Destination. */
static void findings_gather__places_those_of_a_policy_in_the_policy(void **state)
{
    static const struct {
        const char *spec, *id;
        uint32_t line;      /* of the policy's file, whose spec begins in line 5 */
        const char *remedy; /* a part of it */
    } cases[] = {
        { "  allowedPorts: [80]\n", "W32", 1, "8080" },
        { "  sourceSelector:\n  - kubeIdentityMatcher: {clusters: [A1]}\n", "A1", 6, "\"a1\"" },
        { "  sourceSelector:\n  - {}\n  - kubeServiceAccountRefs:\n      serviceAccounts:\n"
          "      - {name: x}\n",
          "A3", 9, "namespace" },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;
        struct findings findings;
        const struct finding *finding;

        translated_begin(&world);
        translated_mesh(&world, "a1", "td.example", "");
        translated_service(&world, "web", "shop", "a1", "");
        translated_policy(&world, "p", cases[i].spec);
        translated_run(&world);
        findings = (struct findings){ .arena = world.arena };
        findings_gather(&findings, &world.pass.diags, &world.pass.specs, &world.pass.plan);
        assert_int_equal(findings.count, 1);
        finding = &findings.items[0];
        assert_string_equal(finding->id, cases[i].id);
        assert_string_equal(finding->place.file, "002.yaml");
        assert_int_equal(finding->place.line, cases[i].line);
        assert_non_null(strstr(finding->remedy, cases[i].remedy));
        translated_free(&world);
    }
}

/* The cause has its own place; what becomes of the object only follows from it. */
static void finding_follows__is_what_a_refused_object_leads_to(void **state)
{
    struct translated world;
    struct findings findings;

    (void)state;
    translated_begin(&world);
    translated_policy(&world, "p", "  allowedPorts: [0]\n");
    translated_run(&world);
    findings = (struct findings){ .arena = world.arena };
    findings_gather(&findings, &world.pass.diags, &world.pass.specs, &world.pass.plan);
    assert_int_equal(findings.count, 2);
    assert_false(finding_follows(&findings.items[0]));
    assert_string_equal(findings.items[0].field, "spec.allowedPorts[0]");
    assert_true(finding_follows(&findings.items[1]));
    assert_string_equal(findings.items[1].id, "A0");
    translated_free(&world);
}

/* A Mesh that decoding refused: its VirtualMesh and the policies of its callers have errors for it.
 */
static void finding_follows__is_what_a_refused_mesh_leads_to(void **state)
{
    struct translated world;
    struct findings findings;
    AUTO_TEXT ids = { 0 };

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_mesh(&world, "b", "[1]", "");
    translated_service(&world, "web", "shop", "a", "");
    translated_virtual_mesh(&world, "vm", "a b", "");
    translated_policy(&world, "p", "  sourceSelector:\n  - kubeIdentityMatcher: {clusters: [b]}\n");
    translated_run(&world);
    findings = (struct findings){ .arena = world.arena };
    findings_gather(&findings, &world.pass.diags, &world.pass.specs, &world.pass.plan);
    for (size_t i = 0; i < findings.count; i++)
        if (findings.items[i].severity == SEVERITY_ERROR)
            text_addf(&ids, "%s%s ", findings.items[i].id,
                      finding_follows(&findings.items[i]) ? " follows" : "");
    assert_string_equal(ids.bytes, "V4 E15 follows A12 follows ");
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_gather__has_place_field_and_id),
        cmocka_unit_test(findings_gather__places_those_of_a_policy_in_the_policy),
        cmocka_unit_test(finding_follows__is_what_a_refused_object_leads_to),
        cmocka_unit_test(finding_follows__is_what_a_refused_mesh_leads_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
