/* tests/unit/translate/test_retain.c - which previous documents stay. */
#include "translate/retain.h"

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

/* A second pass over the same fleet with one thing wrong. */
static void again(struct translated *world, const char *federation, bool broken_service)
{
    translated_clear(world);
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, "b", "td.example", "");
    translated_gateway(world, "a", "{ip: 192.0.2.1}");
    translated_gateway(world, "b", "{ip: 192.0.2.2}");
    translated_service(world, "web", "shop", "a",
                       broken_service ? "    ports: [{name: http, port: 99999, protocol: TCP}]\n"
                                      : "");
    translated_virtual_mesh(world, "vm", "a b", federation);
    translated_run(world);
}

static void retain_add__keeps_everything_of_an_invalid_virtual_mesh(void **state)
{
    struct translated world;
    struct files was;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    was = world.pass.output;
    again(&world, "  federation: {selectors: [{meshes: [{name: other, namespace: gloo-mesh}]}]}\n",
          false);
    assert_string_equal(translated_findings(&world), "E12");
    for (size_t i = 0; i < was.count; i++) {
        const struct file *is = files_find(&world.pass.output, was.items[i].path);

        assert_non_null(is);
        if (text_starts(is->path, "clusters/"))
            assert_string_equal(is->bytes, was.items[i].bytes);
    }
    translated_free(&world);
}

static void retain_add__removes_what_is_validly_gone(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    assert_non_null(translated_document(&world, "b", "ServiceEntry", "web.shop.svc.a.global"));
    again(&world, "", false);
    assert_null(translated_document(&world, "b", "ServiceEntry", "web.shop.svc.a.global"));
    assert_null(translated_document(&world, "a", "ServiceEntry", "web.shop.svc.a.global"));
    translated_free(&world);
}

static void retain_add__keeps_a_refused_destination(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    again(&world,
          "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: {namespaces: "
          "[shop]}}]}]}\n",
          true);
    assert_string_equal(translated_findings(&world), "W2");
    assert_non_null(translated_document(&world, "b", "ServiceEntry", "web.shop.svc.a.global"));
    assert_non_null(translated_document(&world, "a", "ServiceEntry", "web.shop.svc.a.global"));
    translated_free(&world);
}

static void retain_concerns__only_folders_in_doubt(void **state)
{
    static const struct place_folder policies = { AREA_POLICIES, "a", NULL };
    static const struct place_folder imports = { AREA_IMPORTS, "b", "a" };
    struct translated world;
    struct retain *retain;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    retain = retain_new(world.pass.plan.resolved, &world.pass.plan, world.arena);
    assert_false(retain_concerns(retain, &policies));
    assert_false(retain_concerns(retain, &imports));
    assert_false(retain_concerns_removed(retain));
    assert_false(retain_all(retain));
    again(&world,
          "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: {namespaces: "
          "[shop]}}]}]}\n",
          true);
    retain = retain_new(world.pass.plan.resolved, &world.pass.plan, world.arena);
    assert_true(retain_concerns(retain, &policies));
    assert_true(retain_concerns(retain, &imports));
    translated_free(&world);
}

static size_t bytes_of(size_t services)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct translated world;
    char name[32];

    translated_begin(&world);
    translated_mesh(&world, "a", "td.example", "");
    for (size_t i = 0; i < services; i++) {
        snprintf(name, sizeof name, "service-%04zu", i);
        translated_service(&world, name, "shop", "a", "");
    }
    translated_run(&world);
    retain_new(world.pass.plan.resolved, &world.pass.plan, arena);
    translated_free(&world);
    return arena_used(arena);
}

static void retain_new__keeps_nothing_of_a_service_without_a_mistake(void **state)
{
    (void)state;
    assert_int_equal(bytes_of(10), bytes_of(100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retain_add__keeps_everything_of_an_invalid_virtual_mesh),
        cmocka_unit_test(retain_add__removes_what_is_validly_gone),
        cmocka_unit_test(retain_add__keeps_a_refused_destination),
        cmocka_unit_test(retain_concerns__only_folders_in_doubt),
        cmocka_unit_test(retain_new__keeps_nothing_of_a_service_without_a_mistake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
