/* tests/unit/translate/test_layout.c - clusters and their folders. */
#include "translate/layout.h"

#include "tests/lib/translated.h"

/* Clusters a and b with gateways, and Service shop/web of a, in VirtualMesh vm. */
static void begin(struct translated *world, const char *federation)
{
    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, "b", "td.example", "");
    translated_gateway(world, "a", "{ip: 192.0.2.1}");
    translated_gateway(world, "b", "{ip: 192.0.2.2}");
    translated_service(world, "web", "shop", "a", "");
    translated_virtual_mesh(world, "vm", "a b", federation);
}

static void layout_folder__names_the_owner_of_imports(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(layout_folder(&(struct place_folder){ AREA_MESH, "a", NULL }, arena),
                        "clusters/a/mesh");
    assert_string_equal(layout_folder(&(struct place_folder){ AREA_IMPORTS, "a", "b" }, arena),
                        "clusters/a/imports/b");
    arena_free(arena);
}

static void layout_service_file__follows_the_granularity(void **state)
{
    static struct translate_options options;
    const struct resolved resolved = { .options = &options };
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(layout_service_file(&resolved, "shop", "web", arena), "shop");
    options.file_per_service = true;
    assert_string_equal(layout_service_file(&resolved, "shop", "web", arena), "shop/web");
    arena_free(arena);
}

static void layout_clusters__sorts_them_and_what_is_in_them(void **state)
{
    static const char *const more[] = { "gone", "a" };
    struct translated world;
    size_t count;
    const struct cluster *clusters;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    clusters = layout_clusters(world.pass.plan.resolved, more, 2, &count, world.arena);
    assert_int_equal(count, 3);
    assert_string_equal(clusters[0].name, "a");
    assert_string_equal(clusters[2].name, "gone");
    assert_int_equal(clusters[0].export_count, 1);
    assert_int_equal(clusters[0].target_count, 2);
    assert_int_equal(clusters[2].mesh_count, 0);
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout_folder__names_the_owner_of_imports),
        cmocka_unit_test(layout_service_file__follows_the_granularity),
        cmocka_unit_test(layout_clusters__sorts_them_and_what_is_in_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
