/* tests/unit/rotation/test_rotation.c - a whole rotation; one test for each transition, by its
 * name. */
#include "tests/unit/rotation/fleet_test.h"

static void the_whole_way(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_string_equal(f->record.id, "r1-R2");
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R1");
    assert_int_equal(f->plan.issue_count, 0); /* certificate and key unchanged */
    fleet_load(f);
    fleet_pass(f);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_run(f, 24);
    assert_at(f, ROTATION_VERIFYING, 1); /* skew is not over yet */
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFIED, 1);
    fleet_pass(f);
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
    assert_string_equal(fleet_holds(f, 2), "R1,R2/R2");
    assert_int_equal(f->plan.issue_count, 3);
    assert_string_equal(f->plan.issues[1].ca, "R2");
    assert_true(f->plan.issues[1].needed);
    fleet_until(f, ROTATION_VERIFIED, 2, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_string_equal(fleet_holds(f, 1), "R2/R2");
    assert_int_equal(f->plan.issue_count, 0);
    assert_string_equal(f->record.deployed, "R1"); /* until it is finished */
    fleet_until(f, ROTATION_VERIFIED, 3, 1);
    fleet_pass(f);
    assert_at(f, ROTATION_FINISHED, 3);
    assert_string_equal(f->record.deployed, "R2");
    assert_string_equal(f->record.deployed_trust, "R2");
    assert_int_equal(f->plan.retire_count, 1);
    assert_string_equal(f->plan.retire[0], "R1");
    fleet_pass(f);
    assert_at(f, ROTATION_NOT_ROTATING, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_whole_way),
    };

    return cmocka_run_group_tests_name("rotation/rotation", tests, NULL, NULL);
}
