/* tests/unit/discovery/test_external_address.c - addresses of Services. */
#include "discovery/external_address.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static struct scan *empty(struct arena *arena)
{
    return discovery_sample_scan(arena, DISCOVERY_SAMPLE(arena, SAMPLE_NAMESPACES));
}

static const char *all(struct scan *scan, const struct fact_service *service,
                       enum gateway_class class)
{
    const struct gateway_candidate candidate = { .class = class, .port = 15443, .trusted = true };
    size_t count;
    const char *const *addresses = external_address_all(scan, service, &candidate, NULL, &count);
    const char *out = "";

    for (size_t i = 0; i < count; i++)
        out = arena_printf(scan->arena, "%s%s%s", out, i ? " " : "", addresses[i]);
    return out;
}

static void test_order(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const char *const external[] = { "198.51.100.2", "198.51.100.1" };
    static const uint32_t broken[] = { 15443 };
    const struct fact_ingress ingress[] = { { "gw.example.com", NULL, 0 },
                                            { "192.0.2.2", NULL, 0 },
                                            { "192.0.2.1", NULL, 0 },
                                            { "192.0.2.9", broken, 1 },
                                            { "198.51.100.1", NULL, 0 } };
    const struct fact_service service = { .namespace = "n",
                                          .name = "s",
                                          .node_selector = "",
                                          .type = SERVICE_LOAD_BALANCER,
                                          .external_ips = external,
                                          .external_ip_count = 2,
                                          .ingress = ingress,
                                          .ingress_count = 5 };

    (void)unused;
    assert_string_equal(all(empty(arena), &service, GATEWAY_NETWORK),
                        "198.51.100.1 198.51.100.2 192.0.2.1 192.0.2.2 gw.example.com");
    /* Not a gateway: no port is ours. */
    assert_non_null(strstr(all(empty(arena), &service, GATEWAY_NONE), "192.0.2.9"));
}

static void test_refused_and_mixed(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const char *const external[] = { "127.0.0.1", "*.example.com", "2001:db8::1",
                                            "gw.example.com" };
    const struct fact_service service = { .namespace = "n",
                                          .name = "s",
                                          .node_selector = "",
                                          .external_ips = external,
                                          .external_ip_count = 4 };
    struct scan *scan = empty(arena);

    (void)unused;
    assert_string_equal(all(scan, &service, GATEWAY_NONE), "gw.example.com");
    assert_string_equal(discovery_sample_findings(scan->findings, arena), "I17 I17 I18");
}

static void test_missing(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct fact_service service = {
        .namespace = "n", .name = "s", .node_selector = "", .type = SERVICE_LOAD_BALANCER
    };
    struct scan *scan = empty(arena);

    (void)unused;
    assert_string_equal(all(scan, &service, GATEWAY_NETWORK), "");
    assert_string_equal(discovery_sample_findings(scan->findings, arena), "I14");
    assert_string_equal(all(scan, &service, GATEWAY_NONE), "");
    assert_int_equal(scan->findings->count, 1);
}

static void test_given_addresses_replace_all(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const char *const external[] = { "192.0.2.1" };
    const struct fact_service service = { .namespace = "shop",
                                          .name = "s",
                                          .node_selector = "",
                                          .external_ips = external,
                                          .external_ip_count = 1 };
    struct discovery_settings settings = discovery_sample_settings(
        arena, "cluster: {name: k, gatewayAddresses: {shop/s: [gw.example.com]}}");
    struct scan *scan = empty(arena);

    (void)unused;
    scan->settings = &settings;
    assert_string_equal(all(scan, &service, GATEWAY_NONE), "gw.example.com");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_refused_and_mixed),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_given_addresses_replace_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
