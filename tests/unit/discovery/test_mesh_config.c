/* tests/unit/discovery/test_mesh_config.c - MeshConfig. */
#include "discovery/mesh_config.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_fields(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    struct mesh_config config;

    (void)unused;
    assert_true(mesh_config_read(&config, &reader,
                                 "trustDomain: td\nrootNamespace: root\ndiscoverySelectors:\n- "
                                 "matchLabels: {a: b}\ndefaultServiceExportTo: [., x]\n"
                                 "defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: true}}"));
    assert_string_equal(config.trust_domain, "td");
    assert_string_equal(config.root_namespace, "root");
    assert_int_equal(config.selector_count, 1);
    assert_int_equal(config.export_to_count, 2);
    assert_true(config.dns_capture);
}

static void test_dns_capture_is_the_text_true(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    struct mesh_config config;

    (void)unused;
    assert_true(mesh_config_read(
        &config, &reader, "defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: \"false\"}}"));
    assert_false(config.dns_capture);
    assert_true(mesh_config_read(&config, &reader, ""));
    assert_false(config.dns_capture);
}

static void test_what_is_no_map_is_not_read(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    struct mesh_config config;

    (void)unused;
    assert_false(mesh_config_read(&config, &reader, "trustDomain: ["));
    assert_false(mesh_config_read(&config, &reader, "[a]"));
    assert_false(mesh_config_read(&config, &reader, "a: 1\na: 2\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_dns_capture_is_the_text_true),
        cmocka_unit_test(test_what_is_no_map_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
