/* tests/unit/translate/test_destination_rule.c - rules of Services, near and far. */
#include "translate/destination_rule.h"

#include "tests/lib/translated.h"
#include "translate/manifest.h"

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

#define KEEPALIVE "  federation: {permissive: {}, tcpKeepalive: {probes: 3, time: 60s}}\n"

static void destination_rule_remote__says_nothing_without_settings(void **state)
{
    struct translated world;

    (void)state;
    begin(&world, "  federation: {selectors: [{destinationSelectors: [{kubeServiceMatcher: "
                  "{namespaces: [shop]}}]}]}\n");
    translated_run(&world);
    assert_int_equal(translated_count(&world, "b", "DestinationRule"), 0);
    assert_int_equal(translated_count(&world, "a", "DestinationRule"), 0);
    translated_free(&world);
}

static void destination_rule_remote__has_the_keepalive_and_home_its_copy(void **state)
{
    struct translated world;
    const struct previous_document *remote, *home;

    (void)state;
    begin(&world, KEEPALIVE);
    translated_run(&world);
    remote = translated_document(&world, "b", "DestinationRule", "web-shop-a");
    home = translated_document(&world, "a", "DestinationRule", "web.shop.svc.a.global");
    assert_string_equal(node_get(remote->object, "spec", "trafficPolicy", "connectionPool", "tcp",
                                 "tcpKeepalive", "time", NULL),
                        "60s");
    assert_string_equal(node_get(home->object, "spec", "host", NULL), "web.shop.svc.a.global");
    assert_string_equal(node_get(home->object, "spec", "trafficPolicy", "connectionPool", "tcp",
                                 "tcpKeepalive", "time", NULL),
                        "60s");
    assert_string_equal(
        node_get(remote->object, "metadata", "annotations", FEDERATION_ANNOTATION, NULL),
        "web.shop.a");
    translated_free(&world);
}

static void destination_rule_local__has_the_tls_mode(void **state)
{
    struct translated world;
    const struct previous_document *rule;

    (void)state;
    begin(&world, "");
    translated_add(&world, "apiVersion: settings.mesh.gloo.solo.io/v1\nkind: Settings\n"
                           "metadata: {name: settings, namespace: gloo-mesh}\nspec: {mtls: {istio: "
                           "{tlsMode: ISTIO_MUTUAL}}}\n");
    translated_run(&world);
    rule = translated_document(&world, "a", "DestinationRule", "web");
    assert_string_equal(node_get(rule->object, "spec", "host", NULL), "web.shop.svc.cluster.local");
    assert_string_equal(node_get(rule->object, "spec", "trafficPolicy", "tls", "mode", NULL),
                        "ISTIO_MUTUAL");
    translated_free(&world);
}

static void destination_rule_keepalive__is_nothing_when_it_says_nothing(void **state)
{
    static const struct tcp_keepalive nothing = { .time_s = -1, .interval_s = -1 };
    struct arena *arena = arena_new();

    (void)state;
    assert_null(destination_rule_keepalive(NULL, arena));
    assert_null(destination_rule_keepalive(&nothing, arena));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(destination_rule_remote__says_nothing_without_settings),
        cmocka_unit_test(destination_rule_remote__has_the_keepalive_and_home_its_copy),
        cmocka_unit_test(destination_rule_local__has_the_tls_mode),
        cmocka_unit_test(destination_rule_keepalive__is_nothing_when_it_says_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
