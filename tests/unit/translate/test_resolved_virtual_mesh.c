/* tests/unit/translate/test_resolved_virtual_mesh.c - VirtualMeshes and what earlier passes noted
 * of them. */
#include "translate/resolved_virtual_mesh.h"

#include "tests/lib/translated.h"

static void resolved_virtual_mesh_make_all__sorts_by_key(void **state)
{
    struct translated world;
    const struct plan *plan = &world.pass.plan;

    (void)state;
    translated_begin(&world);
    translated_virtual_mesh(&world, "vm.eu", "a", "");
    translated_virtual_mesh(&world, "vm", "a", "");
    translated_virtual_mesh(&world, "vm-1", "a", "");
    translated_run(&world);
    assert_int_equal(plan->virtual_mesh_count, 3);
    assert_string_equal(plan->virtual_meshes[0].status.ref.name, "vm-1");
    assert_string_equal(plan->virtual_meshes[1].status.ref.name, "vm.eu");
    assert_string_equal(plan->virtual_meshes[2].status.ref.name, "vm");
    translated_free(&world);
}

static void resolved_virtual_mesh_make_all__reads_the_record(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_virtual_mesh(&world, "vm", "a", "");
    translated_run(&world);
    assert_null(world.pass.plan.resolved->virtual_meshes[0].record);
    translated_run(&world);
    assert_non_null(world.pass.plan.resolved->virtual_meshes[0].record);
    assert_int_equal(world.pass.plan.resolved->virtual_meshes[0].record->mesh_count, 1);
    translated_free(&world);
}

/* It is retained by its name alone. */
static void resolved_virtual_mesh_make_all__has_refused_ones(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_virtual_mesh(&world, "vm", "a", "  globalAccessPolicy: SOMETIMES\n");
    translated_run(&world);
    assert_null(world.pass.plan.resolved->virtual_meshes[0].spec);
    assert_true(world.pass.plan.virtual_meshes[0].retained);
    assert_string_equal(translated_findings(&world), "E0");
    translated_free(&world);
}

/* While a file cannot be read a VirtualMesh that is gone may be in it; it has no status. */
static void resolved_virtual_mesh_make_all__has_missing_ones(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_virtual_mesh(&world, "vm", "a", "");
    translated_run(&world);
    translated_clear(&world);
    translated_add(&world, "kind: [\n");
    translated_run(&world);
    assert_int_equal(world.pass.plan.resolved->virtual_mesh_count, 1);
    assert_true(world.pass.plan.resolved->virtual_meshes[0].missing);
    assert_int_equal(world.pass.plan.virtual_mesh_count, 0);
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolved_virtual_mesh_make_all__sorts_by_key),
        cmocka_unit_test(resolved_virtual_mesh_make_all__reads_the_record),
        cmocka_unit_test(resolved_virtual_mesh_make_all__has_refused_ones),
        cmocka_unit_test(resolved_virtual_mesh_make_all__has_missing_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
