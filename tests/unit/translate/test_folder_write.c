/* tests/unit/translate/test_folder_write.c - one folder: new documents, and previous ones that
 * stay.
 */
#include "translate/folder_write.h"

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

/* A Service whose Destination cannot be read stays beside a new one in the same file. */
static void folder_write_store__joins_new_and_former_documents(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    translated_clear(&world);
    translated_mesh(&world, "a", "td.example", "");
    translated_mesh(&world, "b", "td.example", "");
    translated_gateway(&world, "a", "{ip: 192.0.2.1}");
    translated_gateway(&world, "b", "{ip: 192.0.2.2}");
    translated_service(&world, "web", "shop", "a",
                       "    ports: [{name: http, port: 99999, protocol: TCP}]\n");
    translated_service(&world, "pay", "shop", "a", "");
    translated_virtual_mesh(&world, "vm", "a b",
                            "  federation: {selectors: [{destinationSelectors: "
                            "[{kubeServiceMatcher: {namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    assert_true(
        translated_has(&world, "clusters/b/imports/a/shop.yaml", "name: web.shop.svc.a.global"));
    assert_true(
        translated_has(&world, "clusters/b/imports/a/shop.yaml", "name: pay.shop.svc.a.global"));
    translated_free(&world);
}

static void folder_write_add__puts_a_service_into_its_file(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    world.options.file_per_service = true;
    translated_run(&world);
    assert_true(
        translated_has(&world, "clusters/b/imports/a/shop/web.yaml", "web.shop.svc.a.global"));
    assert_false(translated_has(&world, "clusters/b/imports/a/shop.yaml", ""));
    translated_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder_write_store__joins_new_and_former_documents),
        cmocka_unit_test(folder_write_add__puts_a_service_into_its_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
