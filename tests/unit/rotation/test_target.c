/* tests/unit/rotation/test_target.c - another target while a rotation runs; one test for each
 * transition, by its name. */
#include "tests/unit/rotation/fleet_test.h"

static void target_returned(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 10);
    fleet_want(f, 1);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    fleet_want(f, 2); /* and may ask for it again */
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

static void superseded(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 10);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_want(f, 3);
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_string_equal(f->record.id, "r2-R3");
    assert_string_equal(fleet_holds(f, 0), "R1,R2,R3/R1");
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 3);
    assert_string_equal(fleet_holds(f, 0), "R1,R2,R3/R3");
    fleet_until(f, ROTATION_FINISHED, 3, 4);
    assert_string_equal(f->record.deployed, "R3");
    assert_int_equal(f->plan.retire_count, 2);
}

/* What was approved, or forced, was another rotation. */
static void approvals_do_not_come_along(void **state)
{
    (void)state;
    f->facts.verification = VERIFY_MANUAL;
    fleet_want(f, 2);
    fleet_run(f, 10);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_APPROVE, .step = 1 });
    fleet_run(f, 1);
    fleet_want(f, 3);
    fleet_run(f, 72);
    assert_string_equal(f->record.id, "r2-R3");
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_APPROVE, .step = 1 });
    fleet_run(f, 2);
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
}

static void superseded_in_step_2(void **state)
{
    (void)state;
    f->facts.canary = f->meshes[0].mesh;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 3);
    f->stuck[0] = true;
    f->loaded[0] = false;
    fleet_want(f, 3); /* only the canary signs by R2: each signer stays as it is */
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_string_equal(fleet_holds(f, 0), "R1,R2,R3/R2");
    assert_string_equal(fleet_holds(f, 1), "R1,R2,R3/R1");
    f->stuck[0] = false;
    fleet_until(f, ROTATION_FINISHED, 3, 6);
    assert_string_equal(f->record.deployed, "R3");
}

/* How many conditions tell of it. */
static int conditions_with(const char *words)
{
    int count = 0;

    for (size_t i = 0; i < f->record.condition_count; i++)
        count += strstr(f->record.conditions[i].message, words) != NULL;
    return count;
}

static void target_queued(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_DELETING_OLD_ROOT, 3, 4);
    fleet_want(f, 3);
    fleet_run(f, 1);
    assert_non_null(strstr(f->record.pending, "CN=R3"));
    assert_int_equal(conditions_with(f->record.pending), 1); /* in the conditions, and once */
    assert_int_equal((int)f->record.at.phase, 3);
    fleet_want(f, 4);
    fleet_run(f, 1);
    assert_non_null(strstr(f->record.pending, "CN=R4")); /* only the newest */
    fleet_until(f, ROTATION_ADDING_NEW_ROOT, 1, 2);
    assert_string_equal(f->record.deployed, "R2");
    assert_string_equal(fleet_holds(f, 0), "R2,R4/R2");
}

static void never_more_than_four_roots(void **state)
{
    (void)state;
    for (int n = 2; n <= 5; n++) {
        fleet_want(f, n);
        fleet_run(f, 2);
    }
    assert_string_equal(fleet_holds(f, 0), "R1,R2,R3,R4/R1");
    assert_non_null(strstr(f->record.pending, "CN=R5"));
    fleet_until(f, ROTATION_FINISHED, 3, 6);
    assert_string_equal(f->record.deployed, "R4");
    fleet_until(f, ROTATION_ADDING_NEW_ROOT, 1, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(target_returned),      CASE(superseded),    CASE(approvals_do_not_come_along),
        CASE(superseded_in_step_2), CASE(target_queued), CASE(never_more_than_four_roots),
    };

    return cmocka_run_group_tests_name("rotation/target", tests, NULL, NULL);
}
