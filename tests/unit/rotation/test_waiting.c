/* tests/unit/rotation/test_waiting.c - a step that waits to be published: proved again in each
 * pass; one test for each transition, by its name. */
#include "tests/unit/rotation/fleet_test.h"

/* Step `step` of a rotation to R2 is committed and waits. */
static void until_waits(int step)
{
    fleet_want(f, 2);
    if (step > 1)
        fleet_until(f, ROTATION_VERIFIED, step - 1, 5);
    f->push_fails = true;
    fleet_run(f, 1);
    assert_int_equal((int)f->record.at.phase, step);
    assert_false(f->record.published);
    assert_int_equal(f->plan.check, STEP_OPEN);
}

static const char *material_of(size_t i) { return arena_text(f->arena, fleet_holds(f, i)); }

static bool was_reported(const char *id)
{
    for (size_t i = 0; i < f->record.condition_count; i++)
        if (text_equal(f->record.conditions[i].id, id))
            return true;
    return false;
}

/* However long it waits: nothing moves, and it may go out. */
static void stays_open(void **state)
{
    (void)state;
    for (int step = 1; step <= 3; step++) {
        const char *was;

        until_waits(step);
        was = material_of(0);
        fleet_run(f, 100);
        assert_int_equal(f->plan.check, STEP_OPEN);
        assert_true(fleet_took(f, "evidence while waiting"));
        assert_string_equal(fleet_holds(f, 0), was);
        assert_int_equal(f->plan.issue_count, 0);
        f->push_fails = false;
    }
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 3);
    assert_false(was_reported("R67"));
}

/* An older Secret is restored by hand: leaves under the root that it trusts alone are alive there
 * again, until it has what is published and the longest leaf has passed. */
static void evidence_while_waiting(void **state)
{
    (void)state;
    for (int step = 2; step <= 3; step++) {
        const char *was;

        until_waits(step);
        was = material_of(2);
        f->lost[1] = true;
        fleet_run(f, 1);
        assert_int_equal(f->plan.check, STEP_CLOSED);
        assert_non_null(strstr(f->plan.check_why, f->meshes[1].cluster));
        assert_true(fleet_noted(f, "R63", f->meshes[1].cluster));
        assert_non_null(strstr(f->plan.summary, "held back"));
        assert_true(fleet_reported(f, R66_FORMER_LOST, f->meshes[1].cluster, step, f->record.id));
        fleet_run(f, 50); /* time alone does not open it */
        assert_int_equal(f->plan.check, STEP_CLOSED);
        f->lost[1] = false;
        fleet_run(f, 24);
        assert_int_equal(f->plan.check, STEP_CLOSED);
        fleet_run(f, 2);
        assert_int_equal(f->plan.check, STEP_OPEN);
        assert_string_equal(fleet_holds(f, 2), was); /* the same step, not one that starts again */
        assert_int_equal((int)f->record.at.phase, step);
        assert_int_equal(f->plan.issue_count, 0);
        f->push_fails = false;
    }
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 3);
    assert_string_equal(f->record.deployed, "R2");
}

/* Delivery mode direct writes before the push, and a killed pass does not note its push: clusters
 * have the step itself, and nothing older is alive for that. */
static void the_step_itself_is_no_loss(void **state)
{
    (void)state;
    for (int step = 1; step <= 3; step++) {
        until_waits(step);
        for (size_t i = 0; i < 3; i++)
            f->early[i] = f->lost[i] = true;
        fleet_load(f);
        fleet_run(f, 3);
        assert_int_equal(f->plan.check, STEP_OPEN);
        for (size_t i = 0; i < 3; i++)
            f->early[i] = f->lost[i] = false;
        f->push_fails = false;
    }
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 3);
    assert_false(was_reported("R66"));
}

/* What was lost is replaced by the step: leaves that were issued between the two go first. */
static void the_step_ends_a_loss(void **state)
{
    (void)state;
    for (int step = 2; step <= 3; step++) {
        until_waits(step);
        f->lost[1] = true;
        fleet_run(f, 1);
        assert_int_equal(f->plan.check, STEP_CLOSED);
        f->early[1] = true;
        fleet_load(f);
        fleet_run(f, 24);
        assert_int_equal(f->plan.check, STEP_CLOSED);
        fleet_run(f, 2);
        assert_int_equal(f->plan.check, STEP_OPEN);
        f->early[1] = f->lost[1] = f->push_fails = false;
    }
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 3);
}

/* Nothing moves in such a pass, and what was held back does not go out. */
static void a_clock_that_jumped_opens_nothing(void **state)
{
    (void)state;
    until_waits(2);
    f->lost[1] = true;
    fleet_run(f, 1);
    assert_int_equal(f->plan.check, STEP_CLOSED);
    f->facts.time.trusted = false;
    f->facts.mesh_count = 2; /* a member left, and is still in the record */
    f->now += 730 * DAY;
    fleet_pass(f);
    assert_true(fleet_noted(f, "R2", ""));
    assert_true(fleet_noted(f, "R63", f->meshes[1].cluster));
    assert_int_equal(f->plan.check, STEP_CLOSED);
}

/* The first step adds a root, and leaves under the old one are accepted on both sides. */
static void the_first_step_fits_what_was_lost(void **state)
{
    (void)state;
    until_waits(1);
    f->lost[0] = true;
    fleet_run(f, 2);
    assert_int_equal(f->plan.check, STEP_OPEN);
}

static void no_source_no_doubt(void **state)
{
    (void)state;
    f->watched = false;
    until_waits(2);
    f->lost[0] = true;
    fleet_run(f, 30);
    assert_int_equal(f->plan.check, STEP_OPEN);
}

static void no_answer_is_no_proof(void **state)
{
    (void)state;
    until_waits(2);
    f->silent[0] = true;
    fleet_run(f, 30);
    assert_int_equal(f->plan.check, STEP_UNCONFIRMED);
    assert_true(fleet_noted(f, "R65", f->meshes[0].cluster));
    f->silent[0] = false;
    fleet_run(f, 1);
    assert_int_equal(f->plan.check, STEP_OPEN);
    f->lost[0] = true;
    fleet_run(f, 1);
    f->lost[0] = false;
    f->silent[0] = true; /* what was lost stays lost until it is seen again */
    fleet_run(f, 60);
    assert_int_equal(f->plan.check, STEP_CLOSED);
}

/* A source that cannot tell any more: time says so, with the time that a sync takes on top. */
static void found_again_by_time(void **state)
{
    (void)state;
    until_waits(2);
    f->lost[0] = true;
    fleet_run(f, 1);
    f->watched = false;
    fleet_run(f, 25);
    assert_int_equal(f->plan.check, STEP_CLOSED);
    fleet_run(f, 2);
    assert_int_equal(f->plan.check, STEP_OPEN);
}

/* An istiod issues longer leaves than any so far: one from before the step is alive again. */
static void leaves_live_longer(void **state)
{
    (void)state;
    until_waits(2);
    f->meshes[0].evidence.leaf_ttl = 7 * DAY;
    fleet_run(f, 1);
    assert_int_equal(f->plan.check, STEP_CLOSED);
    fleet_run(f, 6 * 24 + 2);
    assert_int_equal(f->plan.check, STEP_OPEN);
}

static void the_new_root_ends(void **state)
{
    (void)state;
    until_waits(2);
    f->cas[1].not_after = f->now + 30 * HOUR;
    fleet_run(f, 1);
    assert_int_equal(f->plan.check, STEP_OPEN);
    fleet_run(f, 10);
    assert_int_equal(f->plan.check, STEP_CLOSED);
    assert_true(fleet_noted(f, "R63", "R2 expires"));
}

/* A person publishes it all the same. */
static void published_closed(void **state)
{
    (void)state;
    until_waits(2);
    f->lost[1] = true;
    fleet_run(f, 2);
    assert_int_equal(f->plan.check, STEP_CLOSED);
    f->push_fails = false;
    fleet_pass(f);
    fleet_run(f, 1);
    assert_true(fleet_took(f, "published closed"));
    assert_true(was_reported("R67"));
    fleet_run(f, 20);
    assert_at(f, ROTATION_VERIFYING, 2); /* its waits count from then */
    f->lost[1] = false;
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 4);
    assert_string_equal(f->record.deployed, "R2");
}

/* What an operator forced open is not proved. */
static void a_forced_step_is_not_asked(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFYING, 1, 1);
    fleet_command(
        f, (struct rotation_request){
               .kind = REQUEST_APPROVE, .step = 1, .force = true, .reason = "we accept it" });
    fleet_run(f, 1);
    f->push_fails = true;
    fleet_run(f, 2);
    assert_int_equal((int)f->record.at.phase, 2);
    assert_int_equal(f->plan.check, STEP_NOT_ASKED);
}

/* Only the canary gets the step; what the others lose counts all the same. */
static void all_but_the_canary(void **state)
{
    (void)state;
    f->facts.canary = f->meshes[0].mesh;
    until_waits(2);
    assert_string_equal(fleet_holds(f, 1), "R1,R2/R1");
    f->loaded[1] = false;
    f->stuck[1] = true;
    fleet_run(f, 1);
    assert_int_equal(f->plan.check, STEP_CLOSED);
    f->stuck[1] = false;
    f->loaded[1] = true;
    fleet_run(f, 26);
    assert_int_equal(f->plan.check, STEP_OPEN);
    f->push_fails = false;
    f->facts.canary = NULL;
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 6);
}

/* A cluster that joins meanwhile gets the step that waits, and closes nothing. */
static void a_newcomer(void **state)
{
    (void)state;
    until_waits(2);
    f->meshes[3] = (struct rotation_member_input){ .mesh = "z", .cluster = "new", .ca = "" };
    f->meshes[3].life = f->meshes[0].life;
    f->facts.mesh_count = 4;
    fleet_run(f, 1);
    assert_string_equal(fleet_holds(f, 3), "R1,R2/R2");
    assert_int_equal(f->plan.check, STEP_OPEN);
    f->lost[0] = true;
    fleet_run(f, 1);
    assert_int_equal(f->plan.check, STEP_CLOSED);
}

/* The specs ask for the former root again, for another one, or an operator cannot wait. */
static void taken_back(void **state)
{
    (void)state;
    until_waits(1);
    fleet_want(f, 1);
    fleet_run(f, 1);
    assert_int_equal(f->record.at.direction, DIRECTION_BACK);
    assert_string_equal(fleet_holds(f, 0), "R1/R1");
    f->push_fails = false;
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
}

static void superseded(void **state)
{
    (void)state;
    until_waits(1);
    fleet_want(f, 3);
    fleet_run(f, 1);
    assert_string_equal(fleet_holds(f, 0), "R1,R2,R3/R1");
    f->push_fails = false;
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 6);
    assert_string_equal(f->record.deployed, "R3");
}

static void an_emergency(void **state)
{
    (void)state;
    until_waits(2);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_START_COMPROMISED, .force = true });
    fleet_run(f, 1);
    assert_string_equal(fleet_holds(f, 0), "R2/R2");
    assert_int_equal(f->plan.check, STEP_NOT_ASKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(stays_open),
        CASE(evidence_while_waiting),
        CASE(the_step_itself_is_no_loss),
        CASE(the_step_ends_a_loss),
        CASE(a_clock_that_jumped_opens_nothing),
        CASE(the_first_step_fits_what_was_lost),
        CASE(no_source_no_doubt),
        CASE(no_answer_is_no_proof),
        CASE(found_again_by_time),
        CASE(leaves_live_longer),
        CASE(the_new_root_ends),
        CASE(published_closed),
        CASE(a_forced_step_is_not_asked),
        CASE(all_but_the_canary),
        CASE(a_newcomer),
        CASE(taken_back),
        CASE(superseded),
        CASE(an_emergency),
    };

    return cmocka_run_group_tests_name("rotation/waiting", tests, NULL, NULL);
}
