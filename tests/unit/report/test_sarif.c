/* tests/unit/report/test_sarif.c - rules, places, fingerprints, and words that try to be links. */
#include "base/parse_json.h"
#include "report/sarif.h"
#include "tests/lib/check.h"
#include "tests/unit/report/hostile_findings.h"

static const struct sarif_rule rules[] = {
    { "A1", "unused", "", "docs/x.md" },
    { "A2", "nothing is selected", "correct it", "docs/x.md" },
    { "V6", "a remark", "", "docs/y.md" },
};

/* The run of what was written. */
static const struct node *run_of(const struct findings *findings)
{
    const struct sarif_run run = { "1.2.3", rules, LENGTH(rules), "specs" };
    const struct node *root = NULL;
    AUTO_TEXT out = { 0 };
    struct err err;

    sarif_write(&out, findings, &run);
    assert_int_equal(parse_json(&root, out.bytes, out.len, findings->arena, &err), 0);
    assert_string_equal(node_get(root, "version", NULL), "2.1.0");
    return node_find(root, "runs")->first;
}

static const struct node *first_of(const struct node *map, const char *key)
{
    const struct node *list = node_find(map, key);

    return list ? list->first : NULL;
}

static const char *uri_of(const struct node *result)
{
    return node_get(first_of(result, "locations"), "physicalLocation", "artifactLocation", "uri",
                    NULL);
}

static void rules_with_results_and_no_others(void **state)
{
    struct arena *arena = arena_new();
    const struct findings findings = hostile_findings(arena);
    const struct node *run = run_of(&findings);
    const struct node *driver = node_find(node_find(run, "tool"), "driver");
    const struct node *rule = first_of(driver, "rules");

    (void)state;
    assert_int_equal(node_find(driver, "rules")->count, 2);
    assert_string_equal(node_get(rule, "id", NULL), "A2");
    assert_string_equal(node_get(rule, "shortDescription", "text", NULL), "nothing is selected");
    assert_string_equal(node_get(rule->next, "id", NULL), "V6");
    assert_null(node_find(rule->next, "help"));
    arena_free(arena);
}

static void every_result_has_a_place(void **state)
{
    struct arena *arena = arena_new();
    const struct findings findings = hostile_findings(arena);
    const struct node *first = first_of(run_of(&findings), "results");
    const struct node *second = first->next, *third = second->next;
    const struct node *place = node_find(first_of(third, "locations"), "physicalLocation");

    (void)state;
    assert_string_equal(node_get(first, "ruleId", NULL), "A2");
    assert_string_equal(node_get(first, "ruleIndex", NULL), "0");
    assert_string_equal(node_get(first, "level", NULL), "error");
    assert_string_equal(uri_of(first), "specs/p.yaml");
    assert_string_equal(node_get(first_of(first_of(first, "locations"), "logicalLocations"),
                                 "fullyQualifiedName", NULL),
                        "AccessPolicy shop/reads");
    assert_null(node_find(second, "ruleId"));
    assert_string_equal(uri_of(second), "specs");
    assert_string_equal(uri_of(third), "a%20b/x%3A1%2C%25.yaml");
    assert_string_equal(node_get(place, "region", "startLine", NULL), "7");
    assert_string_equal(node_get(place, "region", "startColumn", NULL), "5");
    arena_free(arena);
}

static void words_are_neither_links_nor_placeholders(void **state)
{
    struct arena *arena = arena_new();
    const struct findings findings = hostile_findings(arena);
    const struct node *result = first_of(run_of(&findings), "results")->next->next;
    const char *text = node_get(result, "message", "text", NULL);

    (void)state;
    assert_non_null(strstr(text, "\"{{0}}\""));
    assert_non_null(strstr(text, "[here] (http://x)"));
    arena_free(arena);
}

static const char *print_of(const struct node *result)
{
    return node_get(result, "partialFingerprints", "weftFinding/v1", NULL);
}

static void fingerprints_stay_when_lines_move(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    struct finding moved = of_an_object, other = of_an_object;
    const struct node *at;

    (void)state;
    moved.place.line = 90;
    moved.text = "in other words";
    other.field = "spec.y";
    findings_add(&findings, of_an_object);
    findings_add(&findings, moved);
    findings_add(&findings, other);
    at = first_of(run_of(&findings), "results");
    assert_memory_equal(print_of(at), print_of(at->next), 64);
    assert_string_equal(print_of(at) + 64, ":1");
    assert_string_equal(print_of(at->next) + 64, ":2");
    assert_memory_not_equal(print_of(at), print_of(at->next->next), 64);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_with_results_and_no_others),
        cmocka_unit_test(every_result_has_a_place),
        cmocka_unit_test(words_are_neither_links_nor_placeholders),
        cmocka_unit_test(fingerprints_stay_when_lines_move),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
