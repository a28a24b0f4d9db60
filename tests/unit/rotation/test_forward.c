/* tests/unit/rotation/test_forward.c - the way from one phase to the next; one test for each
 * transition, by its name. */
#include "tests/unit/rotation/fleet_test.h"

static void verified_when_approved(void **state)
{
    (void)state;
    f->facts.verification = VERIFY_MANUAL;
    fleet_want(f, 2);
    fleet_run(f, 10);
    assert_at(f, ROTATION_VERIFYING, 1);
    f->facts.approval = "r1-R2/1";
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 1); /* an approval opens no gate */
    fleet_until(f, ROTATION_VERIFIED, 1, 2);
    fleet_run(f, 72);
    assert_at(f, ROTATION_VERIFYING, 2); /* it was for step 1 */
    assert_non_null(strstr(f->plan.summary, "\"r1-R2/2\""));
    f->facts.approval = "r0-R2/2";
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 2); /* another rotation's */
    f->facts.approval = "r1-R2/3";
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_APPROVE, .step = 3 });
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 2);
    f->facts.approval = "r1-R2/PROPAGATING_NEW_INTERMEDIATE";
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFIED, 2);
    fleet_run(f, 5);
    assert_at(f, ROTATION_VERIFYING, 3); /* what was said before step 3 was out does not count */
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_APPROVE, .step = 3 });
    fleet_until(f, ROTATION_FINISHED, 3, 1);
}

static void loaded_when_forced(void **state)
{
    (void)state;
    f->facts.verification = VERIFY_MANUAL;
    f->stuck[2] = true;
    fleet_want(f, 2);
    fleet_run(f, 3);
    fleet_command(f,
                  (struct rotation_request){ .kind = REQUEST_APPROVE, .step = 1, .force = true });
    fleet_run(f, 1);
    assert_true(fleet_noted(f, "R71", ""));
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_APPROVE,
                                                .step = 1,
                                                .force = true,
                                                .reason = "cluster-3 is switched off" });
    fleet_run(f, 1);
    assert_non_null(strstr(f->record.conditions[1].message, "r1-R2"));
    fleet_run(f, 2);
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
    for (size_t i = 0; i < f->record.condition_count; i++)
        if (strstr(f->record.conditions[i].message, "FORCED OPEN: cluster-3 is switched off"))
            return;
    fail_msg("force was not shouted");
}

/* Between the gate and the commit. */
static void gate_closed_again(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFIED, 1, 3);
    f->silent[1] = true;
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_true(
        fleet_reported(f, R10_GATE_CLOSED, 1, f->record.id, "cluster cluster-2 does not answer"));
    f->silent[1] = false;
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 1);
}

static void followers(void **state)
{
    (void)state;
    f->facts.canary = f->meshes[1].mesh;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 3);
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R1");
    assert_string_equal(fleet_holds(f, 1), "R1,R2/R2");
    f->stuck[1] = true;
    f->loaded[1] = false;
    fleet_run(f, 30);
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R1"); /* the others wait for it */
    f->stuck[1] = false;
    fleet_run(f, 2);
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R2");
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 6);
}

static void canary_missing(void **state)
{
    (void)state;
    f->facts.canary = "cluster-9";
    fleet_want(f, 2);
    fleet_run(f, 72);
    assert_at(f, ROTATION_VERIFIED, 1);
    assert_true(fleet_noted(f, "R14", "cluster-9"));
    f->facts.canary = NULL;
    fleet_run(f, 1);
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
}

/* It was there when step 2 began. */
static void canary_gone(void **state)
{
    (void)state;
    f->facts.canary = f->meshes[1].mesh;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 3);
    f->facts.canary = "cluster-9";
    fleet_run(f, 48);
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R1");
    assert_true(fleet_noted(f, "R14", "cluster-9"));
    f->facts.canary = NULL;
    fleet_run(f, 2);
    assert_string_equal(fleet_holds(f, 0), "R1,R2/R2");
}

static void emergency(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 5);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_START_COMPROMISED, .force = true });
    fleet_run(f, 1);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
}

static void emergency_on_the_way_back(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFYING, 2, 3);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK });
    fleet_run(f, 2);
    assert_int_equal(f->record.at.direction, DIRECTION_BACK);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_START_COMPROMISED, .force = true });
    fleet_run(f, 1);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_string_equal(fleet_holds(f, 0), "R2/R2");
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_string_equal(f->record.deployed, "R2");
}

static void emergency_without_a_key_changes_nothing(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 5);
    f->cas[1].key = false;
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_START_COMPROMISED, .force = true });
    fleet_run(f, 1);
    assert_false(f->record.immediate);
    assert_int_equal((int)f->record.at.phase, 1);
    f->cas[1].key = true;
    fleet_run(f, 1);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
}

static void awaiting_push(void **state)
{
    (void)state;
    f->push_fails = true;
    fleet_want(f, 2);
    fleet_run(f, 200);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_false(f->record.published);
    assert_non_null(strstr(f->plan.summary, "is pushed"));
    f->push_fails = false;
    fleet_run(f, 10);
    assert_at(f, ROTATION_VERIFYING, 1); /* and the wait counts from the push */
}

static void paused(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 2);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_PAUSE, .reason = "change freeze" });
    fleet_run(f, 100);
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_non_null(strstr(f->plan.summary, "in step 1: change freeze"));
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_RESUME });
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFIED, 1);
}

static void leaves_turned_over_opens_early(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 2);
    assert_at(f, ROTATION_VERIFYING, 1);
    for (size_t i = 0; i < 3; i++) {
        f->meshes[i].evidence.best = EVIDENCE_TURNED;
        f->meshes[i].evidence.level = EVIDENCE_TURNED;
    }
    f->facts.time.local = f->now;
    rotation_next(&f->plan, &f->record, &f->facts, f->arena);
    assert_int_equal(rotation_shown(&f->plan.next), ROTATION_VERIFIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(verified_when_approved),
        CASE(loaded_when_forced),
        CASE(gate_closed_again),
        CASE(followers),
        CASE(canary_missing),
        CASE(canary_gone),
        CASE(emergency),
        CASE(emergency_on_the_way_back),
        CASE(emergency_without_a_key_changes_nothing),
        CASE(awaiting_push),
        CASE(paused),
        CASE(leaves_turned_over_opens_early),
    };

    return cmocka_run_group_tests_name("rotation/forward", tests, NULL, NULL);
}
