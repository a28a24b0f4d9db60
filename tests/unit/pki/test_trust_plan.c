/* tests/unit/pki/test_trust_plan.c - what is due, decided once and without writing anything. */
#include "tests/lib/trust_fixture.h"

#include "base/text.h"
#include <string.h>

static struct fixture fixture_of_test;
static struct fixture *const fx = &fixture_of_test;
static const struct issue_options options = { .key_type = KEY_EC_P256, .now = NOW };

static int setup(void **state)
{
    (void)state;
    fixture_open(fx);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(fx);
    return 0;
}

static struct trust_plan plan_of(const struct trust_request *const *requests, size_t count)
{
    struct trust_plan plan;

    trust_plan(&plan, &fx->ledger, requests, count, NULL, &options, fx->arena);
    return plan;
}

static void what_is_due_is_what_a_pass_issues(void **state)
{
    const struct trust_request *list = fixture_request(fx, "retail", "eu-", 2);
    struct trust_plan plan = plan_of(&list, 1);

    (void)state;
    assert_int_equal(plan.due_count, 3);
    assert_int_equal(plan.due[0].kind, DUE_ROOT);
    assert_int_equal(plan.due[1].kind, DUE_INTERMEDIATE);
    assert_string_equal(plan.due[2].mesh, list->meshes[1].key);
    assert_true(trust_plan_due(&plan, DUE_INTERMEDIATE, "gloo-mesh/retail", list->meshes[0].key));
    assert_true(trust_plan_due(&plan, DUE_ROOT, "gloo-mesh/retail", NULL));
    assert_false(trust_plan_due(&plan, DUE_STEP, "gloo-mesh/retail", NULL));
    assert_false(trust_plan_due(&plan, DUE_ROOT, "gloo-mesh/other", NULL));
    assert_null(fx->ledger.roots);
    assert_null(fx->ledger.rotations);
    fixture_issue(fx, &list, 1, NOW);
    plan = plan_of(&list, 1);
    assert_int_equal(plan.due_count, 0);
}

/* Renewals, too: a dry pass shows each of them. */
static void every_renewal_is_due(void **state)
{
    const struct trust_request *list = fixture_request(fx, "retail", "eu-", 3);
    struct issue_options later = options;
    struct trust_plan plan;

    (void)state;
    fixture_issue(fx, &list, 1, NOW);
    later.now = NOW + 89 * DAY;
    trust_plan(&plan, &fx->ledger, &list, 1, NULL, &later, fx->arena);
    assert_int_equal(plan.due_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(
            trust_plan_due(&plan, DUE_INTERMEDIATE, "gloo-mesh/retail", list->meshes[i].key));
}

/* The same text that reports had before the kinds were an enum. */
static void kinds_have_the_names_of_reports(void **state)
{
    (void)state;
    assert_string_equal(enums_name(&due_kinds, DUE_ROOT), "root");
    assert_string_equal(enums_name(&due_kinds, DUE_INTERMEDIATE), "intermediate");
    assert_string_equal(enums_name(&due_kinds, DUE_STEP), "rotation step");
}

/* One decision for each virtual mesh and pass; a second one only where it made a root. */
static void a_pass_decides_once(void **state)
{
    const struct trust_request *list[] = { fixture_request(fx, "retail", "eu-", 2),
                                           fixture_request(fx, "bank", "us-", 1) };
    struct trust_plan plan;
    struct issue_result result;
    struct err err;

    (void)state;
    trust_plan(&plan, &fx->ledger, list, 2, fx->custody, &options, fx->arena);
    assert_int_equal(plan.decisions, 2);
    assert_int_equal(trust_apply(&result, &plan, &fx->ledger, fx->custody, &err), 0);
    assert_int_equal(result.roots, 2);
    assert_int_equal(plan.decisions, 4);
    trust_plan(&plan, &fx->ledger, list, 2, fx->custody, &options, fx->arena);
    assert_int_equal(trust_apply(&result, &plan, &fx->ledger, fx->custody, &err), 0);
    assert_int_equal(plan.decisions, 2);
}

/* Two virtual meshes cannot fill one Secret: the plan says so before anything is made. */
static void a_place_that_another_virtual_mesh_fills_is_refused(void **state)
{
    const struct trust_request *list[] = { fixture_request(fx, "retail", "eu-", 1),
                                           fixture_request(fx, "other", "eu-", 1) };
    struct trust_plan plan = plan_of(list, 2);

    (void)state;
    assert_int_equal(plan.remarks.failures.count, 1);
    assert_string_equal(plan.remarks.failures.items[0].id, "T5");
    assert_string_equal(plan.remarks.failures.items[0].ref.name, "other");
    assert_int_equal(plan.remarks.failures.items[0].state, APPROVAL_INVALID);
    assert_false(trust_plan_due(&plan, DUE_INTERMEDIATE, "gloo-mesh/other", NULL));
}

static void a_record_that_cannot_be_read_blocks_its_virtual_mesh(void **state)
{
    const struct trust_request *list = fixture_request(fx, "retail", "eu-", 2);
    struct trust_plan plan;

    (void)state;
    fixture_issue(fx, &list, 1, NOW);
    fx->ledger.rotations->detail = "{";
    plan = plan_of(&list, 1);
    assert_true(plan.list[0].blocked);
    assert_int_equal(plan.due_count, 0);
    assert_int_equal(plan.remarks.failures.count, 2);
    assert_string_equal(plan.remarks.failures.items[0].id, "T6");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_due_is_what_a_pass_issues),
        CASE(every_renewal_is_due),
        CASE(kinds_have_the_names_of_reports),
        CASE(a_pass_decides_once),
        CASE(a_place_that_another_virtual_mesh_fills_is_refused),
        CASE(a_record_that_cannot_be_read_blocks_its_virtual_mesh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
