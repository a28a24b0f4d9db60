/* tests/unit/translate/test_domain.c - trust domains that are the same, differ, or are not known.
 */
#include "translate/domain.h"

#include "tests/lib/translated.h"

static const struct {
    const char *sentence;
    const char *domains[3];
    bool differ;
    const char *findings; /* of a VirtualMesh of all */
} cases[] = {
    { "equal ones", { "td.example", "td.example", NULL }, false, "" },
    { "two", { "td.example", "other.example", NULL }, true, "W30" },
    { "three, of which the last differs", { "td.example", "td.example", "x" }, true, "W30" },
    { "one is not given", { "td.example", "", NULL }, true, "W30" },
    { "one is not given, which the other names", { "cluster.local", "", NULL }, true, "" },
    { "none is given", { "", "", NULL }, false, "" },
    { "they differ in case", { "td.example", "TD.example", NULL }, true, "W30" },
};

static void domain_differs__when_any_mesh_may_have_another(void **state)
{
    static const char *const clusters[] = { "a", "b", "c" };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;
        AUTO_TEXT members = { 0 };

        translated_begin(&world);
        for (size_t k = 0; k < LENGTH(clusters) && cases[i].domains[k]; k++) {
            translated_mesh(&world, clusters[k], cases[i].domains[k], "");
            text_addf(&members, "%s ", clusters[k]);
        }
        translated_virtual_mesh(&world, "vm", members.bytes, "");
        translated_run(&world);
        if (domain_differs(world.pass.plan.resolved) != cases[i].differ
            || !text_equal(translated_findings(&world), cases[i].findings))
            fail_msg("%s: %s", cases[i].sentence, translated_findings(&world));
        translated_free(&world);
    }
}

/* Its trust domain may be any, so identities are written as istiod leaves them alone. */
static void domain_differs__when_a_mesh_cannot_be_read(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_mesh(&world, "b", "td.example/ns/x", "");
    translated_run(&world);
    assert_true(domain_differs(world.pass.plan.resolved));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domain_differs__when_any_mesh_may_have_another),
        cmocka_unit_test(domain_differs__when_a_mesh_cannot_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
