/* tests/unit/rotation/test_deadline.c - members that do not load a phase; one test for each
 * transition, by its name. */
#include "tests/unit/rotation/fleet_test.h"

static void late(void **state)
{
    (void)state;
    f->stuck[1] = true;
    fleet_want(f, 2);
    fleet_run(f, 48);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_true(fleet_noted(f, "R4", "cluster-2"));
    f->stuck[1] = false;
    fleet_until(f, ROTATION_VERIFYING, 1, 1);
}

static void late_turned_back(void **state)
{
    (void)state;
    f->policy.rollback_on_deadline = true;
    f->stuck[0] = true;
    fleet_want(f, 2);
    fleet_run(f, 2);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    fleet_run(f, 1);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
}

static void overdue_and_recovered(void **state)
{
    (void)state;
    f->stuck[2] = true;
    fleet_want(f, 2);
    fleet_run(f, 7 * 24 + 2);
    assert_at(f, ROTATION_FAILED, 1);
    assert_non_null(
        strstr(f->record.conditions[f->record.condition_count - 1].errors.texts[0], "cluster-3"));
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R1"); /* what they hold stays */
    f->stuck[2] = false;
    fleet_run(f, 2);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_until(f, ROTATION_FINISHED, 3, 6);
}

static void recovered_by_a_retry(void **state)
{
    (void)state;
    f->stuck[2] = true;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_FAILED, 1, 8);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_RETRY });
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    fleet_run(f, 24);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1); /* with a new deadline */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(late),
        CASE(late_turned_back),
        CASE(overdue_and_recovered),
        CASE(recovered_by_a_retry),
    };

    return cmocka_run_group_tests_name("rotation/deadline", tests, NULL, NULL);
}
