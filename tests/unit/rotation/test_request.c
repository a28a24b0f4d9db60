/* tests/unit/rotation/test_request.c - what operators ask for; one test for each transition, by its
 * name. */
#include "tests/unit/rotation/fleet_test.h"

/* What is not merged yet can be taken back. */
static void a_rollback_takes_back_what_waits(void **state)
{
    (void)state;
    f->push_fails = true;
    fleet_want(f, 2);
    fleet_run(f, 2);
    assert_false(f->record.published);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK, .reason = "no" });
    fleet_run(f, 3);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
    assert_string_equal(fleet_holds(f, 0), "R1/R1");
    f->push_fails = false;
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_int_equal(f->record.request_count, 0);
}

/* What an operator asked for is not lost while nothing can move. */
static void a_retry_waits_for_the_push(void **state)
{
    (void)state;
    f->push_fails = true;
    fleet_want(f, 2);
    fleet_run(f, 2);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_RETRY });
    fleet_run(f, 3);
    assert_true(fleet_noted(f, "R75", "retry waits until the last commit is pushed"));
    f->push_fails = false;
    fleet_run(f, 2);
    assert_int_equal(f->record.request_count, 0);
}

static void a_rollback_waits_for_the_end_of_a_pause(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 10);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_PAUSE, .reason = "freeze" });
    fleet_run(f, 1);
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK, .reason = "no" });
    fleet_run(f, 3);
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_true(fleet_noted(f, "R75", "rollback waits until the rotation is resumed"));
    f->record.pause = "";
    fleet_run(f, 1);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
}

/* A change of the specs weeks later is no emergency. */
static void an_emergency_lapses(void **state)
{
    (void)state;
    f->cas[0].generated = false;
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_START_COMPROMISED, .force = true });
    fleet_run(f, 23);
    assert_int_equal(f->record.request_count, 1);
    fleet_run(f, 2);
    assert_int_equal(f->record.request_count, 0);
    fleet_want(f, 2);
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_rollback_takes_back_what_waits),
        CASE(a_retry_waits_for_the_push),
        CASE(a_rollback_waits_for_the_end_of_a_pause),
        CASE(an_emergency_lapses),
    };

    return cmocka_run_group_tests_name("rotation/request", tests, NULL, NULL);
}
