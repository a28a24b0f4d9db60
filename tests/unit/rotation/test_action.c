/* tests/unit/rotation/test_action.c - intermediates that have to be issued, and warnings; one test
 * for each transition, by its name. */
#include "tests/unit/rotation/fleet_test.h"

static void options_of_intermediates_change(void **state)
{
    (void)state;
    f->policy.reissue_max = 2;
    for (size_t i = 0; i < 3; i++)
        f->meshes[i].options_differ = true;
    f->facts.trust = "other options";
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 2); /* so many in a pass */
    assert_true(f->record.more);
    assert_false(f->plan.issues[0].needed);
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_string_equal(f->record.deployed_trust, "R1");
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 1);
    assert_false(f->record.more);
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 0);
    assert_string_equal(f->record.deployed_trust, "other options");
}

static void options_wait_while_it_rotates(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_pass(f);
    f->meshes[0].options_differ = true;
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 0);
}

static void renewal_in_every_state(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_pass(f);
    f->meshes[1].life = (struct lifetime){ f->now - 89 * DAY, f->now + DAY, 0.1 };
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 1);
    assert_string_equal(f->plan.issues[0].mesh, f->meshes[1].mesh);
    assert_string_equal(f->plan.issues[0].ca, "R1"); /* that cluster's signer */
    assert_false(f->plan.issues[0].needed);
}

static void renewing_must_gain_something(void **state)
{
    (void)state;
    f->meshes[1].life = (struct lifetime){ f->now - 89 * DAY, f->now + DAY, 0.1 };
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 1);
    f->meshes[1].life = (struct lifetime){ f->now - 89 * DAY, f->now + DAY, 0.1 };
    f->facts.time.local = f->now;
    f->meshes[1].renewed_until = f->now + DAY; /* the root ends then, too */
    rotation_next(&f->plan, &f->record, &f->facts, f->arena);
    assert_int_equal(f->plan.issue_count, 0);
    assert_true(fleet_noted(f, "R98", ""));
}

static void the_defaults_do_not_warn_about_themselves(void **state)
{
    (void)state;
    f->cas[0].not_after = f->cas[0].not_before + 365 * DAY + HOUR;
    f->facts.intermediate_ttl = 365 * DAY;
    fleet_pass(f);
    assert_false(fleet_noted(f, "R97", ""));
    f->facts.intermediate_ttl = 364 * DAY;
    fleet_pass(f);
    assert_true(fleet_noted(f, "R97", "starts a rotation"));
    f->facts.intermediate_ttl = 365 * DAY;
    f->cas[0].not_after -= DAY;
    fleet_pass(f);
    assert_true(fleet_noted(f, "R97", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(options_of_intermediates_change),
        CASE(options_wait_while_it_rotates),
        CASE(renewal_in_every_state),
        CASE(renewing_must_gain_something),
        CASE(the_defaults_do_not_warn_about_themselves),
    };

    return cmocka_run_group_tests_name("rotation/action", tests, NULL, NULL);
}
