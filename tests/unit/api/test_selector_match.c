/* tests/unit/api/test_selector_match.c - what a DestinationSelector matches (VirtualMesh API). */
#include "api/selector_match.h"
#include "tests/lib/specs_sample.h"

/* clang-format off */
static const struct {
    const char *sentence, *selector;
    bool matches; /* the Service cart of shop in cluster a, labels app=cart, tier=back */
    const char *said;
} cases[] = {
    { "neither member matches nothing", "{}", false,
      "a.yaml:5:25: spec.destinationSelector[0]: warning: has neither kubeServiceMatcher nor kubeServiceRefs and so "
      "selects no Service; write one of them (kubeServiceMatcher: {} selects every Service)\n" },
    { "an empty matcher matches every Service", "{kubeServiceMatcher: {}}", true, NULL },
    { "its namespace is listed", "{kubeServiceMatcher: {namespaces: [x, shop]}}", true, NULL },
    { "its namespace is not listed", "{kubeServiceMatcher: {namespaces: [x]}}", false, NULL },
    { "its cluster is listed", "{kubeServiceMatcher: {clusters: [b, a]}}", true, NULL },
    { "its cluster is not listed", "{kubeServiceMatcher: {clusters: [b]}}", false, NULL },
    { "a star is no wildcard", "{kubeServiceMatcher: {clusters: ['*']}}", false, NULL },
    { "every label is there", "{kubeServiceMatcher: {labels: {tier: back, app: cart}}}", true, NULL },
    { "a label has another value", "{kubeServiceMatcher: {labels: {app: cart, tier: front}}}", false, NULL },
    { "a label is missing, in front", "{kubeServiceMatcher: {labels: {aaa: b}}}", false, NULL },
    { "a label is missing, in the middle", "{kubeServiceMatcher: {labels: {beta: b, tier: back}}}", false, NULL },
    { "a label is missing, at the end", "{kubeServiceMatcher: {labels: {zone: b}}}", false, NULL },
    { "the parts are AND-ed", "{kubeServiceMatcher: {namespaces: [shop], clusters: [b]}}", false, NULL },
    { "a reference", "{kubeServiceRefs: {services: [{name: x, namespace: shop, clusterName: a}, "
                     "{name: cart, namespace: shop, clusterName: a}]}}", true, NULL },
    { "a reference to another cluster", "{kubeServiceRefs: {services: [{name: cart, namespace: shop, clusterName: b}]}}",
      false, NULL },
    { "the members are OR-ed", "{kubeServiceMatcher: {clusters: [b]}, kubeServiceRefs: {services: [{name: cart, "
                               "namespace: shop, clusterName: a}]}}", true, NULL },
};
/* clang-format on */

static void test_matches(void **state)
{
    static const struct pair labels[] = { { "app", "cart" }, { "tier", "back" } };
    const struct kube_service service = { .ref = { "cart", "shop", "a" },
                                          .labels = labels,
                                          .label_count = LENGTH(labels) };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sample sample;
        AUTO_TEXT spec = { 0 };

        text_addf(&spec, "  destinationSelector: [%s]\n", cases[i].selector);
        sample_spec(&sample, KIND_ACCESS_POLICY, spec.bytes);
        assert_text(cases[i].sentence, sample.said, cases[i].said ? cases[i].said : "");
        if (selector_match_destination(sample.specs.access_policies[0].destinations, &service)
            != cases[i].matches)
            fail_msg("%s", cases[i].sentence);
        sample_free(&sample);
    }
}

static void test_labels(void **state)
{
    static const struct pair none[] = { { "x", "y" } };

    (void)state;
    assert_true(selector_match_labels(NULL, 0, NULL, 0));
    assert_true(selector_match_labels(NULL, 0, none, 1));
    assert_false(selector_match_labels(none, 1, NULL, 0));
    assert_true(selector_match_labels(none, 1, none, 1));
}

/* A Service without a selector has endpoints that others manage; it must never count as one of all
 * pods. */
static void test_text(void **state)
{
    static const char *const list[] = { "shop", "bank" };

    (void)state;
    assert_true(selector_match_text(list, 2, "bank"));
    assert_false(selector_match_text(list, 1, "bank"));
    assert_true(selector_match_text(NULL, 0, "bank"));
}

static void test_pods(void **state)
{
    static const struct pair selector[] = { { "app", "cart" } };
    static const struct pair labels[] = { { "app", "cart" }, { "tier", "back" } };

    (void)state;
    assert_true(selector_match_pods(selector, 1, labels, 2));
    assert_false(selector_match_pods(selector, 1, labels + 1, 1));
    assert_false(selector_match_pods(NULL, 0, labels, 2));
    assert_true(selector_match_labels(NULL, 0, labels, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_pods),
        cmocka_unit_test(test_labels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
