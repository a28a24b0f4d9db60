/* tests/unit/rotation/test_start.c - the first commit of a rotation; one test for each transition,
 * by its name. */
#include "tests/unit/rotation/fleet_test.h"

static void started_at_once(void **state)
{
    (void)state;
    f->facts.strategy = STRATEGY_NONE;
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_string_equal(fleet_holds(f, 0), "R2/R2");
    assert_non_null(strstr(fleet_said(f), "refuse each other"));
    fleet_load(f);
    fleet_pass(f);
    assert_at(f, ROTATION_FINISHED, 3);
}

static void single_root_istiod(void **state)
{
    (void)state;
    f->meshes[1].evidence.single_root = true;
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_true(fleet_noted(f, "R30", "cluster-2 runs without ISTIO_MULTIROOT_MESH"));
    f->policy.restart_acknowledged = true;
    fleet_pass(f);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

static void same_root(void **state)
{
    (void)state;
    f->cas[1].anchor = "R1"; /* R2 is an intermediate CA below R1 */
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_string_equal(f->record.deployed, "R2");
    assert_int_equal(f->plan.issue_count, 3);
    assert_string_equal(f->plan.issues[0].ca, "R2");
    assert_string_equal(f->record.id, ""); /* no rotation */
}

static void emergency_needs_root(void **state)
{
    (void)state;
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_START_COMPROMISED,
                                                .force = true,
                                                .reason = "laptop stolen" });
    fleet_pass(f);
    assert_true(f->plan.make_root);
    assert_int_equal(f->record.request_count, 1); /* kept until it begins */
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_true(f->record.immediate);
    assert_int_equal(f->record.request_count, 0);
    fleet_load(f);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_string_equal(f->record.deployed, "R2");
}

static void emergency_after_a_rollback(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 5);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK });
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_string_equal(f->record.deployed, "R1");
    f->facts.target.kind = TARGET_MAKE; /* R2 is retired */
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_START_COMPROMISED, .force = true });
    fleet_pass(f);
    assert_true(f->plan.make_root);
    f->facts.target = (struct rotation_target){ TARGET_CA, "R3", "", f->record.rejected };
    fleet_pass(f);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_string_equal(fleet_holds(f, 0), "R3/R3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(started_at_once),      CASE(single_root_istiod),         CASE(same_root),
        CASE(emergency_needs_root), CASE(emergency_after_a_rollback),
    };

    return cmocka_run_group_tests_name("rotation/start", tests, NULL, NULL);
}
