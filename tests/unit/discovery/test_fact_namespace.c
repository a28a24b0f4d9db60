/* tests/unit/discovery/test_fact_namespace.c - Namespaces. */
#include "discovery/fact_namespace.h"
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
    struct fact_namespace plain, system;

    (void)unused;
    plain = fact_namespace_read(
        &reader, discovery_sample_node(arena, "{metadata: {name: a, uid: x, labels: {l: v}}}"));
    system = fact_namespace_read(
        &reader, discovery_sample_node(arena, "{metadata: {name: kube-system, uid: x}}"));
    assert_string_equal(plain.name, "a");
    assert_string_equal(plain.uid, "");
    assert_int_equal(plain.label_count, 1);
    assert_string_equal(system.uid, "x");
}

static void test_consent(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const struct {
        const char *value;
        enum consent consent;
    } cases[] = { { "'true'", CONSENT_TAKE },
                  { "'false'", CONSENT_LEAVE },
                  { "'yes'", CONSENT_NONE },
                  { "''", CONSENT_NONE } };

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(fact_namespace_consent(discovery_sample_node(
                             arena, arena_printf(arena,
                                                 "{metadata: {annotations: "
                                                 "{discovery.mesh.gloo.solo.io/enabled: %s}}}",
                                                 cases[i].value))),
                         cases[i].consent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_consent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
