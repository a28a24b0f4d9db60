/* tests/unit/app/pass/test_approved.c - what differs from a reviewed plan is named, and refused. */
#include "app/pass/approved.h"
#include "app/pass/inputs.h"
#include "tests/lib/check.h"

#define A                                                                                          \
    {                                                                                              \
        "a"                                                                                        \
    }
#define B                                                                                          \
    {                                                                                              \
        "b"                                                                                        \
    }
static const struct change planned[] = {
    { .kind = CHANGE_ADDED, .path = "clusters/a/mesh/x.yaml", .after = { A } },
    { .kind = CHANGE_CHANGED, .path = "clusters/a/trust/cacerts.yaml" }, /* pending */
    { .kind = CHANGE_REMOVED, .path = "clusters/b/y.yaml", .before = { A } },
    { .kind = CHANGE_REMOVED, .path = "receipts/b/cacerts.yaml" }, /* pending */
};
static const struct report_due due[] = {
    { "ns/us", "", "root", "", false },
    { "ns/us", "m.ns.", "intermediate", "", false },
};
static const struct approved approved = { .file = "p",
                                          .specs_commit = "1",
                                          .inventory_commit = "",
                                          .output_tip = "2",
                                          .inputs = "3",
                                          .changes = planned,
                                          .change_count = LENGTH(planned),
                                          .due = due,
                                          .due_count = LENGTH(due) };

static const struct {
    const char *name;
    size_t count;
    struct change changes[4];
    const char *names; /* in the refusal; NULL: it is the plan */
} rows[] = {
    { "the same, what is pending included",
      3,
      { { CHANGE_ADDED, "clusters/a/mesh/x.yaml", { { 0 } }, { A } },
        { CHANGE_CHANGED, "clusters/a/trust/cacerts.yaml", { { 0 } }, { B } },
        { CHANGE_REMOVED, "clusters/b/y.yaml", { A }, { { 0 } } } },
      NULL },
    { "what is pending stays as it is",
      2,
      { { CHANGE_ADDED, "clusters/a/mesh/x.yaml", { { 0 } }, { A } },
        { CHANGE_REMOVED, "clusters/b/y.yaml", { A }, { { 0 } } } },
      NULL },
    { "what goes when something else is delivered is gone",
      3,
      { { CHANGE_ADDED, "clusters/a/mesh/x.yaml", { { 0 } }, { A } },
        { CHANGE_REMOVED, "clusters/b/y.yaml", { A }, { { 0 } } },
        { CHANGE_REMOVED, "receipts/b/cacerts.yaml", { A }, { { 0 } } } },
      NULL },
    { "and it is not changed in place of that",
      3,
      { { CHANGE_ADDED, "clusters/a/mesh/x.yaml", { { 0 } }, { A } },
        { CHANGE_REMOVED, "clusters/b/y.yaml", { A }, { { 0 } } },
        { CHANGE_CHANGED, "receipts/b/cacerts.yaml", { A }, { B } } },
      "receipts/b/cacerts.yaml" },
    { "another content",
      3,
      { { CHANGE_ADDED, "clusters/a/mesh/x.yaml", { { 0 } }, { B } },
        { CHANGE_CHANGED, "clusters/a/trust/cacerts.yaml", { { 0 } }, { B } },
        { CHANGE_REMOVED, "clusters/b/y.yaml", { A }, { { 0 } } } },
      "clusters/a/mesh/x.yaml" },
    { "changed rather than removed",
      2,
      { { CHANGE_ADDED, "clusters/a/mesh/x.yaml", { { 0 } }, { A } },
        { CHANGE_CHANGED, "clusters/b/y.yaml", { A }, { B } } },
      "clusters/b/y.yaml" },
    { "one more at the beginning",
      1,
      { { CHANGE_ADDED, "clusters/a/a.yaml", { { 0 } }, { A } } },
      "clusters/a/a.yaml" },
    { "one more at the end",
      3,
      { { CHANGE_ADDED, "clusters/a/mesh/x.yaml", { { 0 } }, { A } },
        { CHANGE_REMOVED, "clusters/b/y.yaml", { A }, { { 0 } } },
        { CHANGE_REMOVED, "clusters/b/z.yaml", { A }, { { 0 } } } },
      "clusters/b/z.yaml" },
    { "the first is missing",
      1,
      { { CHANGE_REMOVED, "clusters/b/y.yaml", { A }, { { 0 } } } },
      "clusters/a/mesh/x.yaml" },
    { "the last is missing",
      1,
      { { CHANGE_ADDED, "clusters/a/mesh/x.yaml", { { 0 } }, { A } } },
      "clusters/b/y.yaml" },
    { "all are missing", 0, { { 0 } }, "clusters/a/mesh/x.yaml" },
};

static void expect(int result, const char *names, const struct err *err)
{
    assert_int_equal(result, names ? -1 : 0);
    if (!names)
        return;
    assert_int_equal(err->kind, ERR_REFUSED);
    assert_non_null(strstr(err->text, names));
}

static void changes_are_those_of_the_plan(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct err err = { 0 };

        CASE(rows[i].name);
        expect(approved_check_changes(&approved, rows[i].changes, rows[i].count, &err),
               rows[i].names, &err);
    }
}

static void repositories_are_where_they_were(void **state)
{
    struct inputs inputs = { .specs_commit = "1", .output_tip = "2", .digest = "3" };
    struct err err = { 0 };

    (void)state;
    expect(approved_check_inputs(&approved, &inputs, &err), NULL, &err);
    expect(approved_check_inventory(&approved, &inputs, &err), NULL, &err);
    expect(approved_check_tip(&approved, "", &err), "output branch", &err);
    strcpy(inputs.specs_commit, "9");
    expect(approved_check_inputs(&approved, &inputs, &err), "specs commit", &err);
    strcpy(inputs.specs_commit, "1");
    strcpy(inputs.output_tip, "9");
    expect(approved_check_inputs(&approved, &inputs, &err), "output branch", &err);
    strcpy(inputs.inventory_commit, "9");
    expect(approved_check_inventory(&approved, &inputs, &err), "inventory", &err);
    strcpy(inputs.inventory_commit, "");
    strcpy(inputs.digest, "9");
    expect(approved_check_inventory(&approved, &inputs, &err), "configuration", &err);
}

static void due_is_what_was_due(void **state)
{
    static const struct report_due other[] = { { "ns/us", "", "rotation step", "late", true } };
    struct err err = { 0 };

    (void)state;
    expect(approved_check_due(&approved, due, 2, &err), NULL, &err);
    expect(approved_check_due(&approved, due, 1, &err), "intermediate", &err);
    expect(approved_check_due(&approved, other, 1, &err), "rotation step", &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_those_of_the_plan),
        cmocka_unit_test(repositories_are_where_they_were),
        cmocka_unit_test(due_is_what_was_due),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
