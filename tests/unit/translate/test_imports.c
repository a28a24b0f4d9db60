/* tests/unit/translate/test_imports.c - the imports of all clusters. */
#include "translate/imports.h"

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

/* Clients that see the same share their folder: the same objects of Git. */
static void imports_render__shares_folders_of_equal_clients(void **state)
{
    struct translated world;
    const struct file *b, *c;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_mesh(&world, "c", "td.example", "");
    translated_gateway(&world, "c", "{ip: 192.0.2.3}");
    translated_virtual_mesh(&world, "other", "c", "");
    translated_run(&world);
    b = files_find(&world.pass.output, "clusters/b/imports/a/shop.yaml");
    assert_non_null(b);
    assert_null(files_find(&world.pass.output, "clusters/c/imports/a/shop.yaml"));
    translated_clear(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_mesh(&world, "b", "td.example", "");
    translated_mesh(&world, "c", "td.example", "");
    translated_gateway(&world, "a", "{ip: 192.0.2.1}");
    translated_service(&world, "web", "shop", "a", "");
    translated_virtual_mesh(&world, "vm", "a b c",
                            "  federation: {selectors: [{destinationSelectors: "
                            "[{kubeServiceMatcher: {namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    b = files_find(&world.pass.output, "clusters/b/imports/a/shop.yaml");
    c = files_find(&world.pass.output, "clusters/c/imports/a/shop.yaml");
    assert_string_equal(b->bytes, c->bytes);
    translated_free(&world);
}

static void imports_render__imports_nothing_of_the_own_cluster(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    assert_null(files_find(&world.pass.output, "clusters/a/imports/a/shop.yaml"));
    assert_null(files_find(&world.pass.output, "clusters/a/imports/b/istio-system.yaml"));
    translated_free(&world);
}

/* Of a namespace or a version of their own, clients get files of their own. */
static void imports_render__follows_the_namespace_of_istiod(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    assert_true(
        translated_has(&world, "clusters/b/imports/a/shop.yaml", "namespace: istio-system"));
    assert_true(
        translated_has(&world, "clusters/b/imports/a/shop.yaml", "networking.istio.io/v1\n"));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(imports_render__shares_folders_of_equal_clients),
        cmocka_unit_test(imports_render__imports_nothing_of_the_own_cluster),
        cmocka_unit_test(imports_render__follows_the_namespace_of_istiod),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
