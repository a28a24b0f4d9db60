/* tests/unit/discovery/test_label_selector.c - what selectors match. */
#include "discovery/label_selector.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *says, *selector, *labels;
    bool matches;
} cases[] = {
    { "an empty selector matches everything", "{}", "{}", true },
    { "all labels must match", "{matchLabels: {a: '1', b: '2'}}", "{a: '1'}", false },
    { "labels that match", "{matchLabels: {a: '1'}}", "{a: '1', b: '2'}", true },
    { "In needs the key", "{matchExpressions: [{key: a, operator: In, values: ['1']}]}", "{}", false },
    { "In with the value", "{matchExpressions: [{key: a, operator: In, values: ['0', '1']}]}", "{a: '1'}", true },
    { "NotIn without the key", "{matchExpressions: [{key: a, operator: NotIn, values: ['1']}]}", "{}", true },
    { "NotIn with the value", "{matchExpressions: [{key: a, operator: NotIn, values: ['1']}]}", "{a: '1'}", false },
    { "Exists", "{matchExpressions: [{key: a, operator: Exists}]}", "{a: x}", true },
    { "DoesNotExist", "{matchExpressions: [{key: a, operator: DoesNotExist}]}", "{a: x}", false },
    { "an unknown operator matches nothing", "{matchExpressions: [{key: a, operator: Near}]}", "{a: x}", false },
    { "nor does a label that is none", "{matchLabels: {'no key': x}}", "{}", false },
    { "both parts must hold", "{matchLabels: {a: '1'}, matchExpressions: [{key: b, operator: Exists}]}", "{a: '1'}", false },
};
/* clang-format on */

static void test_matches(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct label_selector selector =
            label_selector_read(&reader, discovery_sample_node(arena, cases[i].selector));
        size_t count;
        const struct pair *labels =
            read_labels(&reader, discovery_sample_node(arena, cases[i].labels), &count);

        if (label_selector_matches(&selector, labels, count) != cases[i].matches)
            fail_msg("%s", cases[i].says);
    }
}

static void test_absent_selector_is_empty(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reader reader = { arena, intern_new(arena) };
    struct label_selector selector;

    (void)unused;
    selector = label_selector_read(&reader, NULL);
    assert_true(label_selector_matches(&selector, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_absent_selector_is_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
