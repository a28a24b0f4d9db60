/* tests/unit/rotation/test_rest.c - what the specs ask for while no rotation runs; one test for
 * each transition, by its name. */
#include "tests/unit/rotation/fleet_test.h"

static void first_certificates(void **state)
{
    (void)state;
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_string_equal(f->meshes[0].ca, "R1");
    assert_string_equal(f->meshes[2].ca, "R1");
    assert_int_equal(f->record.condition_count, 1);
    assert_int_equal(f->record.conditions[0].state, ROTATION_FINISHED);
    fleet_run(f, 5);
    assert_int_equal(f->record.condition_count, 1); /* at rest nothing is said */
    assert_int_equal(f->plan.issue_count, 0);
}

static void first_root_missing(void **state)
{
    (void)state;
    f->record = rotation_none();
    f->facts.target = (struct rotation_target){ .kind = TARGET_MAKE, .digest = "new" };
    fleet_pass(f);
    assert_true(f->plan.make_root);
    assert_string_equal(f->record.deployed, "");
    assert_int_equal(f->plan.issue_count, 0);
}

static void root_renewal_due(void **state)
{
    (void)state;
    f->cas[0].not_after = f->now + 100 * DAY;
    f->cas[0].not_before = f->now - 900 * DAY;
    fleet_pass(f);
    assert_true(f->plan.make_root);
    assert_non_null(strstr(f->plan.make_why, "expires at"));
    fleet_want(f, 2); /* made: the newest one that fits the options */
    fleet_pass(f);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

/* Intermediates get at most half of its life, so it is renewed for those and not for longer ones.
 */
static void short_root_is_renewed_in_its_own_time(void **state)
{
    (void)state;
    f->facts.intermediate_ttl = 3650 * DAY;
    f->cas[0].not_before = f->now - 200 * DAY;
    f->cas[0].not_after = f->now + 200 * DAY;
    fleet_pass(f);
    assert_false(f->plan.make_root);
}

static void given_root_ends(void **state)
{
    (void)state;
    f->cas[0].generated = false;
    f->cas[0].not_after = f->now + 100 * DAY;
    f->cas[0].not_before = f->now - 900 * DAY;
    fleet_pass(f);
    assert_false(f->plan.make_root);
    assert_true(fleet_noted(f, "R39", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(first_certificates), CASE(first_root_missing),
        CASE(root_renewal_due),   CASE(short_root_is_renewed_in_its_own_time),
        CASE(given_root_ends),
    };

    return cmocka_run_group_tests_name("rotation/rest", tests, NULL, NULL);
}
