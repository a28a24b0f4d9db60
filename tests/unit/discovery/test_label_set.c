/* tests/unit/discovery/test_label_set.c - labels that the inventory keeps. */
#include "discovery/label_set.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static const struct pair labels[] = { { "app", "a" },
                                      { "app.kubernetes.io/version", "1" },
                                      { "helm.sh/chart", "c-1" } };

static void test_passing_labels_go(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings = discovery_sample_settings(arena, NULL);
    size_t count;
    const struct pair *kept;

    (void)unused;
    kept = label_set_lasting(labels, 3, NULL, 0, &settings, &count, arena);
    assert_int_equal(count, 1);
    assert_string_equal(kept[0].key, "app");
}

static void test_unless_a_selector_or_the_configuration_wants_them(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct discovery_settings settings =
        discovery_sample_settings(arena, "discovery: {labels: [helm.sh/chart]}");
    const struct pair wanted[] = { { "app.kubernetes.io/version", "1" } };
    const struct fact_service service = { .selector = wanted, .selector_count = 1 };
    size_t count;

    (void)unused;
    (void)label_set_lasting(labels, 3, &service, 1, &settings, &count, arena);
    assert_int_equal(count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_passing_labels_go),
        cmocka_unit_test(test_unless_a_selector_or_the_configuration_wants_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
