/* tests/unit/translate/test_external_host.c - hosts of external Services that are names of Services
 * of the meshes. */
#include "translate/external_host.h"

#include "tests/lib/translated.h"

static const struct {
    const char *host, *suffix;
    bool clashes;
} cases[] = {
    /* forms of the name of a Service */
    { "web", "global", true },
    { "web.shop", "global", true },
    { "web.shop.svc", "global", true },
    { "web.shop.svc.cluster.local", "global", true },
    { "WEB.Shop.SVC", "global", true },
    { "web.bank", "global", false },
    { "web.shop.com", "global", false },
    { "alone.shop", "global", false }, /* of a cluster outside of all virtual meshes */
    /* Services that there may be some day */
    { "new.bank.svc", "global", true },
    { "*.bank.svc", "global", true },
    { "*.svc", "global", true },
    { "api.cluster.local", "global", true },
    { "*.cluster.local", "global", true },
    { "*.local", "global", true },
    { "printer.local", "global", false },
    /* federated hosts */
    { "web.shop.svc.a.global", "global", true },
    { "web.shop.svc.a.mesh.example", "mesh.example", true },
    { "anything.global", "global", true },
    { "*.global", "global", true },
    { "*.a.global", "global", true },
    { "anything.global", "mesh.example", false },
    { "new.bank.svc.b.mesh.example", "mesh.example", true },
    { "new.bank.svc.z.mesh.example", "mesh.example", false }, /* no member */
    { "api.mesh.example", "mesh.example", false },
    { "*.mesh.example", "mesh.example", true },
    { "*.a.mesh.example", "mesh.example", true },
    { "*.svc.a.mesh.example", "mesh.example", true },
    { "*.api.mesh.example", "mesh.example", false },
    { "*.example", "mesh.example", true },
    { "*.example.com", "mesh.example.com", false }, /* exact names are preferred */
    { "mesh.example", "mesh.example", false },
    /* others */
    { "www.example.com", "global", false },
    { "*.example.com", "global", false },
    { "nosvc", "global", false },
};

static void run(struct translated *world, const char *host, const char *suffix)
{
    translated_begin(world);
    world->options.external_services = true;
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, "b", "td.example", "");
    translated_mesh(world, "outside", "td.example", "");
    translated_gateway(world, "a", "{ip: 192.0.2.1}");
    translated_gateway(world, "b", "{ip: 192.0.2.2}");
    translated_service(world, "web", "shop", "a", "");
    translated_service(world, "alone", "shop", "outside", "");
    translated_virtual_mesh(world, "vm", "a b",
                            arena_printf(world->arena,
                                         "  federation: {hostnameSuffix: %s, selectors: [{}]}\n",
                                         suffix));
    translated_add(world,
                   "apiVersion: discovery.mesh.gloo.solo.io/v1\nkind: Destination\n"
                   "metadata: {name: pay, namespace: gloo-mesh}\nspec:\n  externalService:\n"
                   "    name: pay\n    hosts: [first.example.net, \"%s\"]\n"
                   "    ports: [{name: tls, number: 443, protocol: TLS}]\n",
                   host);
    translated_run(world);
}

static void external_host_check_all__refuses_names_of_services(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct translated world;
        bool found;

        run(&world, cases[i].host, cases[i].suffix);
        found = text_equal(translated_findings(&world), "E14");
        if (found != cases[i].clashes || (!found && *translated_findings(&world)))
            fail_msg("%s beside %s: %s", cases[i].host, cases[i].suffix,
                     translated_findings(&world));
        if (!translated_document(&world, "a", "ServiceEntry", "pay") != cases[i].clashes)
            fail_msg("%s beside %s: written or not", cases[i].host, cases[i].suffix);
        assert_int_equal(map_count(world.pass.plan.resolved->external_clashes), cases[i].clashes);
        translated_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(external_host_check_all__refuses_names_of_services),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
