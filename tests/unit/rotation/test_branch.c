/* tests/unit/rotation/test_branch.c - an output branch that is not as the state left it; one test
 * for each transition, by its name. */
#include "tests/unit/rotation/fleet_test.h"

static void branch_reset(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 20);
    f->facts.reverted = true;
    fleet_pass(f);
    f->facts.reverted = false;
    assert_int_equal((int)f->record.at.phase, 1);
    assert_true(fleet_reported(f, R60_BRANCH_RESET, (int)f->record.at.phase));
    fleet_run(f, 20);
    assert_at(f, ROTATION_VERIFYING, 1); /* the wait started again */
    fleet_until(f, ROTATION_VERIFIED, 1, 1);
}

/* Step 2 was wanted, but the branch went back to before step 1: a cluster that
 * loads that would refuse leaves under the new root. */
static void intent_withdrawn(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFIED, 1, 3);
    f->push_fails = true;
    fleet_run(f, 1);
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
    f->facts.reverted = true;
    fleet_run(f, 1);
    f->facts.reverted = f->push_fails = false;
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R1");
    assert_int_equal(f->plan.issue_count, 3); /* signed by R1 again */
    fleet_run(f, 20);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 2);
}

/* A cluster that joined in the commit that is withdrawn goes back to the phase of the others: its
 * leaves under the new root would be refused by clusters that load the old bundle again. */
static void intent_withdrawn_with_a_newcomer(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFIED, 1, 3);
    f->push_fails = true;
    f->meshes[3] = (struct rotation_member_input){ .mesh = "z", .cluster = "new", .ca = "" };
    f->meshes[3].life = f->meshes[0].life;
    f->facts.mesh_count = 4;
    fleet_run(f, 1);
    assert_string_equal(fleet_holds(f, 3), "R1,R2/R2");
    f->facts.reverted = true;
    fleet_run(f, 1);
    f->facts.reverted = f->push_fails = false;
    assert_true(fleet_took(f, "intent withdrawn"));
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(fleet_holds(f, i), "R1,R2/R1");
    fleet_until(f, ROTATION_FINISHED, 3, 8);
}

/* A rotation that skips all waits has none that could start again. */
static void a_rotation_at_once_continues(void **state)
{
    (void)state;
    f->facts.strategy = STRATEGY_NONE;
    f->push_fails = true;
    fleet_want(f, 2);
    fleet_run(f, 1);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    f->facts.reverted = true;
    f->push_fails = false;
    fleet_run(f, 1);
    f->facts.reverted = false;
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_string_equal(f->record.deployed, "R2");
}

/* A restored backup: what the newer state pushed is alive, and gates know it. */
static void branch_ahead(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFYING, 2, 4);
    f->facts.branch_step = 3;
    f->facts.reverted = true; /* the branch is not as this state left it */
    fleet_pass(f);
    f->facts.reverted = false;
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_string_equal(fleet_holds(f, 0), "R2/R2");
    assert_int_equal(f->plan.issue_count, 0);
    assert_true(fleet_reported(f, R61_BRANCH_AHEAD, (int)f->record.at.phase, f->record.id));
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK });
    fleet_run(f, 2);
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R2"); /* leaves under R1 have to wait */
    fleet_run(f, 20);
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R2");
    f->facts.branch_step = 0;
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 5);
    assert_string_equal(f->record.deployed, "R1");
}

static void branch_not_ahead(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 5);
    f->facts.branch_step = 1;
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK });
    f->facts.branch_step = 3; /* of the way back nothing is further */
    fleet_run(f, 1);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(branch_reset),
        CASE(intent_withdrawn),
        CASE(intent_withdrawn_with_a_newcomer),
        CASE(a_rotation_at_once_continues),
        CASE(branch_ahead),
        CASE(branch_not_ahead),
    };

    return cmocka_run_group_tests_name("rotation/branch", tests, NULL, NULL);
}
