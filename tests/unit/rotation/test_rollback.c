/* tests/unit/rotation/test_rollback.c - the way back; one test for each transition, by its name. */
#include "tests/unit/rotation/fleet_test.h"

static void back_to_old(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 10);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK, .reason = "no" });
    fleet_run(f, 1);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
    assert_string_equal(f->record.announce, "rollback r1-R2/1: no"); /* said in step 1 */
    assert_string_equal(fleet_holds(f, 0), "R1/R1");
    fleet_run(f, 1);
    assert_at(f, ROTATION_FINISHED, 0);
    assert_string_equal(f->record.deployed, "R1");
    assert_string_equal(f->plan.retire[0], "R2");
    fleet_run(f, 48);
    assert_at(f, ROTATION_NOT_ROTATING, 0); /* not tried again by itself */
    assert_true(fleet_noted(f, "R35", ""));
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_RETRY });
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

static void back_to_both(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFYING, 2, 3);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK });
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R1");
    assert_int_equal(f->plan.issue_count, 3); /* signed by R1 again, new keys */
    fleet_run(f, 24);
    assert_at(f, ROTATION_VERIFYING, 1); /* leaves under R2 may live */
    fleet_run(f, 2);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_string_equal(f->record.deployed, "R1");
}

static void rollback_impossible(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFYING, 2, 3);
    f->cas[0].key = false;
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK });
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 2);
    assert_string_equal(f->record.conditions[f->record.condition_count - 1].errors.texts[0],
                        R21_NO_WAY_BACK_ERROR);
    fleet_until(f, ROTATION_FINISHED, 3, 3);
}

static void back_to_reissued(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_DELETING_OLD_ROOT, 3, 4);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK });
    fleet_run(f, 1);
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R2");
    fleet_run(f, 24);
    assert_at(f, ROTATION_VERIFYING, 2);
    fleet_run(f, 2);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 3);
    assert_string_equal(f->record.deployed, "R1");
}

static void way_back_ends(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_DELETING_OLD_ROOT, 3, 4);
    f->cas[0].key = false;
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK });
    fleet_run(f, 100);
    assert_int_equal((int)f->record.at.phase, 2);
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R2");
    assert_string_equal(f->record.pause, R23_WAY_BACK_ENDS_PAUSE);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_RESUME });
    fleet_until(f, ROTATION_FINISHED, 3, 4);
    assert_string_equal(f->record.deployed, "R2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(back_to_old),      CASE(back_to_both),  CASE(rollback_impossible),
        CASE(back_to_reissued), CASE(way_back_ends),
    };

    return cmocka_run_group_tests_name("rotation/rollback", tests, NULL, NULL);
}
