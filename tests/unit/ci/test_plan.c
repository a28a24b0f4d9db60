/* tests/unit/ci/test_plan.c - a plan in its three forms. */
#include "base/parse.h"
#include "base/parse_json.h"
#include "ci/plan.h"
#include "ci/table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DIFF "+a\n```\n"

static const struct change changes[] = {
    { .kind = CHANGE_ADDED, .path = "clusters/a/exports/shop.yaml" },
    { .kind = CHANGE_CHANGED, .path = "clusters/a/imports/b/shop.yaml" },
    { .kind = CHANGE_REMOVED, .path = "clusters/a/imports/b/old.yaml" },
    { .kind = CHANGE_ADDED, .path = "clusters/b/mesh/gateways.yaml" },
    { .kind = CHANGE_CHANGED, .path = "weft/gloo-mesh.retail.json" },
};
static const struct report_due due[] = { { "gloo-mesh/retail", "istiod.gloo-mesh.", "intermediate",
                                           "new mesh", false } };

static struct report full_report(struct findings *findings)
{
    return (struct report){ .specs_url = "git://h/s",
                            .specs_commit = "0123456789abcdef0123456789abcdef01234567",
                            .output_branch = "rendered",
                            .output_tip = "",
                            .changes = changes,
                            .change_count = LENGTH(changes),
                            .due = due,
                            .due_count = LENGTH(due),
                            .findings = findings };
}

static void plan__table_reads_like_kubectl(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    struct report report = full_report(&findings);
    struct text out = { 0 };

    (void)state;
    findings_add(&findings, (struct finding){ .severity = SEVERITY_WARNING,
                                              .id = "W3",
                                              .kind = "AccessPolicy",
                                              .ref = { "reads", "shop" },
                                              .target_kind = "",
                                              .field = "",
                                              .text = "matches nothing",
                                              .remedy = "" });
    findings_add(&findings, (struct finding){ .id = "",
                                              .kind = "",
                                              .target_kind = "",
                                              .place = { "a.yaml", 3, 4 },
                                              .field = "spec.x",
                                              .text = "is wrong",
                                              .remedy = "" });
    plan_print(&out, &report, NULL, DIFF, PLAN_TABLE, arena);
    assert_non_null(strstr(out.bytes, "2 files added, 2 changed, 1 removed in 2 clusters"));
    assert_non_null(strstr(out.bytes, "CLUSTER   KIND      ADDED   CHANGED   REMOVED\n"));
    assert_non_null(strstr(out.bytes, "a         imports   0       1         1\n"));
    assert_non_null(strstr(out.bytes,
                           "! a.yaml:3:4: spec.x: is wrong\n"
                           "- AccessPolicy shop/reads: warning: matches nothing (W3)\n"));
    assert_non_null(strstr(out.bytes, "intermediate"));
    text_free(&out);
    arena_free(arena);
}

static void plan__a_diff_cannot_leave_its_fence(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    struct report report = full_report(&findings);
    struct text out = { 0 };

    (void)state;
    plan_print(&out, &report, NULL, DIFF, PLAN_MARKDOWN, arena);
    assert_non_null(strstr(out.bytes, "````diff\n+a\n```\n````\n"));
    assert_non_null(strstr(out.bytes, "| CLUSTER | KIND |"));
    text_free(&out);
    arena_free(arena);
}

static void plan__json_parses_and_says_the_same(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    struct report report = full_report(&findings);
    struct text out = { 0 };
    const struct node *root;
    struct err err;

    (void)state;
    plan_print(&out, &report, NULL, DIFF, PLAN_JSON, arena);
    assert_int_equal(parse_json(&root, out.bytes, out.len, arena, &err), 0);
    assert_string_equal(node_get(root, "kind", NULL), "Plan");
    assert_int_equal(node_find(root, "changes")->count, LENGTH(changes));
    assert_string_equal(node_get(node_find(root, "changes")->first, "change", NULL), "added");
    assert_string_equal(node_get(node_find(root, "certificates")->first, "what", NULL),
                        "intermediate");
    text_free(&out);
    arena_free(arena);
}

static void plan__nothing_to_do_says_so(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    struct report report = full_report(&findings);
    struct text out = { 0 };

    (void)state;
    report.change_count = report.due_count = 0;
    assert_true(plan_empty(&report));
    plan_print(&out, &report, NULL, DIFF, PLAN_TABLE, arena);
    assert_non_null(strstr(out.bytes, "Nothing to do"));
    text_free(&out);
    arena_free(arena);
}

/* Of an inventory with this many changed files. */
static struct report inventory_report(struct findings *findings, size_t count)
{
    struct change *files = ARENA_NEW(findings->arena, struct change, count);
    struct report report = full_report(findings);

    for (size_t i = 0; i < count; i++)
        files[i] = (struct change){ .kind = CHANGE_CHANGED,
                                    .path = arena_printf(findings->arena, "clusters/c%zu/d", i) };
    report.inventory_branch = "inventory";
    report.inventory_commit = "";
    report.inventory_changes = files;
    report.inventory_change_count = count;
    return report;
}

/* As many files of the inventory as fit are listed, and the others are counted. */
static void plan__a_long_inventory_is_cut(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    struct report report = inventory_report(&findings, 50);
    struct text out = { 0 };

    (void)state;
    plan_print(&out, &report, NULL, NULL, PLAN_TABLE, arena);
    assert_non_null(strstr(out.bytes, "clusters/c49/d"));
    assert_null(strstr(out.bytes, "more"));
    text_clear(&out);
    report = inventory_report(&findings, 53);
    plan_print(&out, &report, NULL, NULL, PLAN_TABLE, arena);
    assert_non_null(strstr(out.bytes, "clusters/c49/d"));
    assert_null(strstr(out.bytes, "clusters/c50/d"));
    assert_non_null(strstr(out.bytes, "and 3 more"));
    text_free(&out);
    arena_free(arena);
}

static void plan__json_has_the_inventory_and_what_changes_of_it(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    struct report report = inventory_report(&findings, 2);
    const struct node *list =
        node_find(node_find(plan_node(&report, NULL, NULL, arena), "inventory"), "changes");

    (void)state;
    assert_int_equal(list->count, 2);
    assert_string_equal(node_get(list->first, "path", NULL), "clusters/c0/d");
    assert_string_equal(node_get(list->first, "change", NULL), "changed");
    arena_free(arena);
}

/* In Markdown as in the table; what an author wrote stays text. */
static void plan__markdown_has_losses_and_warnings(void **state)
{
    static const struct report_loss losses[] = {
        { .cluster = "a",
          .object = "orders",
          .effect = "calls fail",
          .why = "left",
          .meant = true },
        { .cluster = "b", .object = "stock", .effect = "calls fail", .why = "left" },
    };
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    struct report report = full_report(&findings);
    struct text out = { 0 };

    (void)state;
    findings_add(&findings, (struct finding){ .severity = SEVERITY_WARNING,
                                              .id = "W3",
                                              .kind = "AccessPolicy",
                                              .ref = { "reads", "shop" },
                                              .target_kind = "",
                                              .field = "",
                                              .text = "<b>matches</b> nothing",
                                              .remedy = "" });
    plan_print(&out, &report, NULL, NULL, PLAN_MARKDOWN, arena);
    assert_null(strstr(out.bytes, "LOSES"));
    assert_non_null(strstr(out.bytes, "- :warning: "));
    assert_null(strstr(out.bytes, "<b>"));
    text_clear(&out);
    report.losses = losses;
    report.loss_count = LENGTH(losses);
    plan_print(&out, &report, NULL, NULL, PLAN_MARKDOWN, arena);
    assert_non_null(strstr(out.bytes, "| a | orders | calls fail | left | yes |"));
    assert_non_null(strstr(out.bytes, "| b | stock | calls fail | left | no |"));
    text_free(&out);
    arena_free(arena);
}

static void table__a_bar_does_not_end_a_markdown_cell(void **state)
{
    static const char *const header[] = { "A", "B" };
    struct arena *arena = arena_new();
    struct table table = table_new(arena, 2, header);
    struct text out = { 0 };

    (void)state;
    table_cell(&table, "x|y");
    table_cell(&table, "");
    table_markdown(&out, &table);
    assert_string_equal(out.bytes, "| A | B |\n| --- | --- |\n| x\\|y | - |\n");
    text_free(&out);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan__table_reads_like_kubectl),
        cmocka_unit_test(plan__a_diff_cannot_leave_its_fence),
        cmocka_unit_test(plan__json_parses_and_says_the_same),
        cmocka_unit_test(plan__nothing_to_do_says_so),
        cmocka_unit_test(plan__a_long_inventory_is_cut),
        cmocka_unit_test(plan__json_has_the_inventory_and_what_changes_of_it),
        cmocka_unit_test(plan__markdown_has_losses_and_warnings),
        cmocka_unit_test(table__a_bar_does_not_end_a_markdown_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
