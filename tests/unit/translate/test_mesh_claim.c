/* tests/unit/translate/test_mesh_claim.c - which VirtualMesh has a Mesh. */
#include "translate/mesh_claim.h"

#include "tests/lib/translated.h"

static const char *owner(const struct translated *world, const char *cluster)
{
    const struct resolved_mesh *mesh = translated_resolved_mesh(world, cluster);

    return mesh->virtual_mesh ? mesh->virtual_mesh->ref.name : "";
}

static void meshes(struct translated *world)
{
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, "b", "td.example", "");
    translated_mesh(world, "c", "td.example", "");
}

/* All of its meshes, or none. */
static void mesh_claim_all__gives_each_mesh_to_one(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    meshes(&world);
    translated_virtual_mesh(&world, "first", "a b", "");
    translated_virtual_mesh(&world, "second", "b c", "");
    translated_run(&world);
    assert_string_equal(owner(&world, "a"), "first");
    assert_string_equal(owner(&world, "b"), "first");
    assert_string_equal(owner(&world, "c"), "");
    assert_string_equal(translated_findings(&world), "E3");
    translated_free(&world);
}

/* What was deployed before a newcomer stays, whatever its name. */
static void mesh_claim_all__prefers_who_was_served(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    meshes(&world);
    translated_virtual_mesh(&world, "second", "b c", "");
    translated_run(&world);
    translated_virtual_mesh(&world, "first", "a b", "");
    translated_run(&world);
    assert_string_equal(owner(&world, "b"), "second");
    assert_string_equal(owner(&world, "a"), "");
    translated_free(&world);
}

/* A mistake in it opens its meshes to no other one. */
static void mesh_claim_all__keeps_the_meshes_of_an_invalid_one(void **state)
{
    struct translated world;

    (void)state;
    translated_begin(&world);
    meshes(&world);
    translated_virtual_mesh(&world, "served", "b c", "");
    translated_run(&world);
    translated_clear(&world);
    meshes(&world);
    translated_virtual_mesh(&world, "served", "b c lost", "");
    translated_virtual_mesh(&world, "a-newcomer", "c", "");
    translated_run(&world);
    assert_string_equal(owner(&world, "c"), "served");
    assert_string_equal(translated_findings(&world), "E2 E3");
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mesh_claim_all__gives_each_mesh_to_one),
        cmocka_unit_test(mesh_claim_all__prefers_who_was_served),
        cmocka_unit_test(mesh_claim_all__keeps_the_meshes_of_an_invalid_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
