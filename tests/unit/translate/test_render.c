/* tests/unit/translate/test_render.c - a plan to folders of manifests. */
#include "translate/render.h"

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

static void translate_render__writes_each_folder(void **state)
{
    static const char *const paths[] = { "clusters/a/mesh/mesh.yaml",
                                         "clusters/a/exports/shop.yaml",
                                         "clusters/b/imports/a/shop.yaml",
                                         "clusters/b/mesh/mesh.yaml",
                                         "clusters/a/policies/shop.yaml" };
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_policy(&world, "p",
                      "  allowedMethods: [GET]\n  destinationSelector: [{kubeServiceMatcher: "
                      "{namespaces: [shop]}}]\n");
    translated_run(&world);
    for (size_t i = 0; i < LENGTH(paths); i++)
        assert_true(translated_has(&world, paths[i], rendered_by_weft));
    translated_free(&world);
}

static void translate_render__gives_the_same_bytes_again(void **state)
{
    struct translated world;
    struct files first;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    first = world.pass.output;
    translated_run(&world);
    assert_int_equal(first.count, world.pass.output.count);
    for (size_t i = 0; i < first.count; i++)
        assert_string_equal(first.items[i].bytes, world.pass.output.items[i].bytes);
    translated_free(&world);
}

/* A file that cannot be read may hold everything that is missing. */
static void translate_render__keeps_clusters_while_specs_are_incomplete(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    translated_clear(&world);
    translated_add(&world, "kind: [\n");
    translated_run(&world);
    assert_non_null(translated_document(&world, "b", "ServiceEntry", "web.shop.svc.a.global"));
    assert_int_equal(translated_count(&world, "a", "Gateway"), 1);
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(translate_render__writes_each_folder),
        cmocka_unit_test(translate_render__gives_the_same_bytes_again),
        cmocka_unit_test(translate_render__keeps_clusters_while_specs_are_incomplete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
