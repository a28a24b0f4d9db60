/* tests/unit/discovery/test_fact_webhook.c - webhook configurations of the injector. */
#include "discovery/fact_webhook.h"
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
    struct fact_webhook webhook;

    (void)unused;
    webhook = fact_webhook_read(
        &reader,
        discovery_sample_node(
            arena,
            "{metadata: {name: w, labels: {istio.io/rev: canary, istio.io/tag: prod}},"
            " webhooks: [{clientConfig: {service: {namespace: istio-system}},"
            " namespaceSelector: {matchLabels: {a: b}}}, {clientConfig: {url: 'https://x'}}]}"));
    assert_string_equal(webhook.revision, "canary");
    assert_string_equal(webhook.tag, "prod");
    assert_int_equal(webhook.rule_count, 2);
    assert_string_equal(webhook.rules[0].namespace, "istio-system");
    assert_int_equal(webhook.rules[0].namespaces.label_count, 1);
    assert_string_equal(webhook.rules[1].namespace, "");
}

static void test_without_labels_it_is_the_default_revision(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    struct fact_webhook webhook;

    (void)unused;
    webhook = fact_webhook_read(&reader, discovery_sample_node(arena, "{metadata: {name: w}}"));
    assert_string_equal(webhook.revision, REVISION_DEFAULT);
    assert_int_equal(webhook.rule_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_without_labels_it_is_the_default_revision),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
