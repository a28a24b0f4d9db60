/* tests/unit/rotation/test_window.c - what waits for a window, and what does not. */
#include "rotation/rotation.h"
#include "tests/unit/rotation/fleet_test.h"

static struct calendar_freeze freeze;
static const struct calendar calendar = { .freezes = &freeze, .freeze_count = 1 };

/* Nothing goes out for so many hours. */
static void close_for(int64_t hours)
{
    freeze = (struct calendar_freeze){ f->now - HOUR, f->now + hours * HOUR, "holidays", { 0 } };
    f->policy.calendar = &calendar;
}

static void a_start_waits_and_is_said(void **state)
{
    (void)state;
    close_for(10);
    fleet_want(f, 2);
    fleet_run(f, 3);
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_true(fleet_took(f, "start waits"));
    assert_true(fleet_noted(f, "R76", "holidays"));
    fleet_run(f, 10);
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_false(fleet_noted(f, "R76", ""));
}

static void a_step_waits_and_goes_on(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 1);
    close_for(100);
    fleet_run(f, 90);
    assert_int_equal((int)f->record.at.phase, 1);
    assert_true(fleet_took(f, "step waits"));
    assert_true(fleet_noted(f, "R76", ""));
    fleet_until(f, ROTATION_FINISHED, 3, 6);
}

static void followers_wait_with_their_canary_ahead(void **state)
{
    (void)state;
    f->facts.canary = f->meshes[1].mesh;
    fleet_want(f, 2);
    while (f->record.at.phase != PHASE_REISSUED)
        fleet_run(f, 1);
    close_for(20);
    fleet_run(f, 10);
    assert_true(fleet_took(f, "followers wait"));
    assert_string_not_equal(fleet_holds(f, 0), fleet_holds(f, 1));
    fleet_run(f, 15);
    assert_string_equal(fleet_holds(f, 0), fleet_holds(f, 1));
}

static void a_forced_gate_does_not_wait(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 3);
    close_for(1000);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_APPROVE,
                                                .rotation = f->record.id,
                                                .step = 1,
                                                .force = true,
                                                .reason = "they know" });
    fleet_run(f, 3);
    assert_int_equal((int)f->record.at.phase, 2);
}

static void a_rollback_does_not_wait(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 3);
    close_for(1000);
    fleet_command(f, (struct rotation_request){
                         .kind = REQUEST_ROLLBACK, .rotation = f->record.id, .reason = "no" });
    fleet_run(f, 100);
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_string_equal(f->record.deployed, "R1");
}

static void an_emergency_does_not_wait(void **state)
{
    (void)state;
    close_for(1000);
    fleet_want(f, 2);
    fleet_command(f, (struct rotation_request){
                         .kind = REQUEST_START_COMPROMISED, .force = true, .reason = "leaked" });
    fleet_run(f, 1);
    assert_int_equal((int)f->record.at.phase, 3);
}

static void downtime_waits_like_any_step(void **state)
{
    (void)state;
    f->facts.strategy = STRATEGY_NONE;
    close_for(10);
    fleet_want(f, 2);
    fleet_run(f, 3);
    assert_true(fleet_took(f, "start waits"));
    assert_at(f, ROTATION_NOT_ROTATING, 0);
}

static void a_root_that_expires_does_not_wait(void **state)
{
    (void)state;
    close_for(100000);
    fleet_want(f, 2);
    fleet_run(f, 2);
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    f->cas[0].not_after = f->now + renewal_root_least(f->facts.intermediate_ttl, &f->policy) - HOUR;
    fleet_pass(f);
    assert_int_equal((int)f->record.at.phase, 1);
    assert_true(fleet_took(f, "start cannot wait"));
    assert_true(fleet_noted(f, "R78", "R1"));
    fleet_run(f, 40);
    assert_int_equal((int)f->record.at.phase, 2);
}

static void no_window_at_all_is_an_error(void **state)
{
    (void)state;
    close_for(400 * 24);
    f->cas[0].not_after = f->now + 4000 * INT64_C(86400);
    fleet_want(f, 2);
    fleet_pass(f);
    assert_true(fleet_noted(f, "R77", "holidays"));
}

/* A renewal is due: it waits, and goes out while leaves can still live from the old one. */
static void a_renewal_waits_while_it_can(void **state)
{
    const int64_t reserve = renewal_reserve(&f->policy), life = 100 * INT64_C(86400);

    (void)state;
    close_for(3000);
    f->meshes[0].life = (struct lifetime){ f->now - life + 5 * reserve, f->now + 5 * reserve, 0.5 };
    f->meshes[0].renewed_until = f->now + life;
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 0);
    assert_true(fleet_noted(f, "R69", f->meshes[0].cluster));
    f->meshes[0].life.not_after = f->now + 2 * reserve;
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 1);
    assert_true(fleet_noted(f, "R79", f->meshes[0].cluster));
    f->policy.calendar = NULL;
    fleet_pass(f);
    assert_false(fleet_noted(f, "R79", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_start_waits_and_is_said),
        CASE(a_step_waits_and_goes_on),
        CASE(followers_wait_with_their_canary_ahead),
        CASE(a_forced_gate_does_not_wait),
        CASE(a_rollback_does_not_wait),
        CASE(an_emergency_does_not_wait),
        CASE(downtime_waits_like_any_step),
        CASE(a_root_that_expires_does_not_wait),
        CASE(no_window_at_all_is_an_error),
        CASE(a_renewal_waits_while_it_can),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
