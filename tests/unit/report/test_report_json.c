/* tests/unit/report/test_report_json.c - a report as JSON, and a status as YAML. */
#include "base/parse.h"
#include "base/parse_json.h"
#include "report/report_json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct change changes[] = {
    { .kind = CHANGE_ADDED, .path = "clusters/a/exports/shop.yaml" },
    { .kind = CHANGE_REMOVED, .path = "clusters/a/imports/b/old.yaml" },
};
static const struct report_due due[] = { { "ns/us", "", "root", "there is none yet", false },
                                         { "ns/us", "m.ns.", "intermediate", "new mesh", false } };
static const struct vm_status status = { .ref = { "us", "ns" }, .state = APPROVAL_FAILED };
static const struct vm_status *const statuses[] = { &status };
static const struct policy_status policies[] = { { .ref = { "p", "ns" },
                                                   .state = APPROVAL_ACCEPTED } };

static struct report full(struct findings *findings, struct diags *diags)
{
    return (struct report){
        .result = "refused",
        .time = 1000000000,
        .specs_url = "git://h/s",
        .specs_ref = "main",
        .specs_commit = "0123",
        .output_url = "git://h/o",
        .output_branch = "rendered",
        .output_commit = "4567",
        .committed = true,
        .changes = changes,
        .change_count = LENGTH(changes),
        .due = due,
        .due_count = LENGTH(due),
        .statuses = statuses,
        .status_count = LENGTH(statuses),
        .policies = policies,
        .policy_count = LENGTH(policies),
        .findings = findings,
        .diags = diags,
    };
}

static const struct node *parsed(const struct report *report, struct arena *arena)
{
    AUTO_TEXT out = { 0 };
    const struct node *root;
    struct err err;

    report_json(&out, report, arena);
    assert_int_equal(parse_json(&root, out.bytes, out.len, arena, &err), 0);
    return root;
}

/* Pipelines read these members. */
static const struct {
    const char *part, *key, *want;
} members[] = {
    { "specs", "ref", "main" },         { "specs", "commit", "0123" },
    { "output", "branch", "rendered" }, { "output", "commit", "4567" },
    { "output", "committed", "true" },  { "output", "added", "1" },
    { "output", "changed", "0" },       { "output", "removed", "1" },
};

static void a_report_has_its_members(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    struct diags diags = { .arena = arena };
    const struct report report = full(&findings, &diags);
    const struct node *root = parsed(&report, arena), *list;

    (void)state;
    assert_string_equal(node_get(root, "kind", NULL), "Report");
    assert_string_equal(node_get(root, "time", NULL), "2001-09-09T01:46:40Z");
    assert_string_equal(node_get(root, "result", NULL), "refused");
    assert_null(node_find(root, "error"));
    for (size_t i = 0; i < LENGTH(members); i++)
        assert_string_equal(node_get(root, members[i].part, members[i].key, NULL), members[i].want);
    list = node_find(root, "certificates");
    assert_int_equal(list->count, 2);
    assert_null(node_find(list->first, "mesh"));
    assert_string_equal(node_get(list->first->next, "mesh", NULL), "m.ns.");
    assert_string_equal(node_get(node_find(root, "virtualMeshes")->first, "status", "state", NULL),
                        "FAILED");
    assert_string_equal(node_get(node_find(root, "accessPolicies")->first, "name", NULL), "p");
    assert_int_equal(node_find(root, "findings")->count, 0);
    assert_int_equal(node_find(root, "diagnostics")->count, 0);
    arena_free(arena);
}

/* A pass that failed before it fetched anything knows no commits: the report leaves them out. */
static void what_is_not_known_is_left_out(void **state)
{
    struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    const struct report report = { .result = "failed",
                                   .error = "no such host",
                                   .specs_url = "git://h/s",
                                   .specs_ref = "main",
                                   .specs_commit = "",
                                   .output_url = "git://h/o",
                                   .output_branch = "rendered",
                                   .output_commit = "",
                                   .findings = &findings };
    const struct node *root = parsed(&report, arena);

    (void)state;
    assert_string_equal(node_get(root, "error", NULL), "no such host");
    assert_null(node_get(root, "specs", "commit", NULL));
    assert_null(node_get(root, "output", "commit", NULL));
    assert_int_equal(node_find(root, "virtualMeshes")->count, 0);
    arena_free(arena);
}

static void a_status_is_an_object_that_kubectl_takes(void **state)
{
    struct arena *arena = arena_new();
    AUTO_TEXT out = { 0 };

    (void)state;
    report_status_yaml(&out, &status, arena);
    assert_true(text_starts(out.bytes, "apiVersion: networking.mesh.gloo.solo.io/v1\n"
                                       "kind: VirtualMesh\n"
                                       "metadata:\n"));
    assert_non_null(strstr(out.bytes, "state: FAILED\n"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_has_its_members),
        cmocka_unit_test(what_is_not_known_is_left_out),
        cmocka_unit_test(a_status_is_an_object_that_kubectl_takes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
