/* tests/unit/translate/test_entry_limit.c - how much one ServiceEntry can hold. */
#include "translate/entry_limit.h"

#include "tests/lib/translated.h"

/* Lines of spec.kubeService: pods with distinct labels. */
static const char *pods(size_t count, size_t label_bytes, struct arena *arena)
{
    AUTO_TEXT text = { 0 };

    text_adds(&text, "    ports: [{name: http, port: 80, protocol: TCP, targetPortNumber: 8080}]\n"
                     "    endpointSubsets:\n    - ports: [{name: http, port: 8080}]\n"
                     "      endpoints:\n");
    for (size_t i = 0; i < count; i++) {
        text_addf(&text, "      - {ipAddress: 10.%zu.%zu.%zu, labels: {app: web, pod: p%zu",
                  i >> 16, i >> 8 & 255, i & 255, i);
        for (size_t k = 0; k * 63 < label_bytes; k++)
            text_addf(&text, ", l%zu: x%062zu", k, i);
        text_adds(&text, "}}\n");
    }
    return arena_text(arena, text.bytes);
}

/* Two clusters, of which a has Service web with these lines. */
static void run(struct translated *world, const char *service, const char *federation)
{
    translated_begin(world);
    translated_mesh(world, "a", "td.example", "");
    translated_mesh(world, "b", "td.example", "");
    translated_gateway(world, "a", "{ip: 192.0.2.1}");
    translated_gateway(world, "b", "{ip: 192.0.2.2}");
    translated_service(world, "web", "shop", "a", service);
    translated_virtual_mesh(world, "vm", "a b", federation);
    translated_run(world);
}

#define SELECT "selectors: [{destinationSelectors: [{kubeServiceMatcher: {namespaces: [shop]}}]}]"

static void entry_limit_check__counts_what_an_entry_lists(void **state)
{
    static const struct {
        const char *says;
        size_t pods, label_bytes;
        const char *federation, *findings;
    } cases[] = {
        { "as many pods as an entry takes", 4096, 0, "{flatNetwork: true, " SELECT "}", "W8" },
        { "one pod more", 4097, 0, "{flatNetwork: true, " SELECT "}", "D11 W8" },
        { "as many label sets behind one gateway", 4096, 0, "{" SELECT "}", "" },
        { "one set more", 4097, 0, "{" SELECT "}", "D11" },
        { "few pods with many bytes", 300, 5000, "{" SELECT "}", "D11" },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO(arena_free) struct arena *arena = arena_new();
        struct translated world;

        run(&world, pods(cases[i].pods, cases[i].label_bytes, arena),
            arena_printf(arena, "  federation: %s\n", cases[i].federation));
        if (!text_equal(translated_findings(&world), cases[i].findings))
            fail_msg("%s: %s", cases[i].says, translated_findings(&world));
        assert_int_equal(translated_count(&world, "b", "ServiceEntry"),
                         text_starts(cases[i].findings, "D11") ? 0 : 1);
        translated_free(&world);
    }
}

static void entry_limit_external__counts_each_list(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct external_endpoint endpoint = { .address = "192.0.2.1", .port_count = 128 };
    struct external_service service = { .address_count = 256, .port_count = 256 };

    (void)state;
    service.endpoints = &endpoint;
    service.endpoint_count = 1;
    assert_null(entry_limit_external(&service, arena));
    endpoint.port_count++;
    assert_non_null(entry_limit_external(&service, arena));
    endpoint.port_count--;
    service.address_count++;
    assert_non_null(entry_limit_external(&service, arena));
    service.address_count--;
    service.port_count++;
    assert_non_null(entry_limit_external(&service, arena));
    service.port_count--;
    service.endpoint_count = 4097;
    assert_non_null(entry_limit_external(&service, arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entry_limit_check__counts_what_an_entry_lists),
        cmocka_unit_test(entry_limit_external__counts_each_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
