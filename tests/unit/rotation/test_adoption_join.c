/* tests/unit/rotation/test_adoption_join.c - clusters that their operators prepared for our root:
 * they join once the leaves from before that are gone. */
#include "tests/unit/rotation/adoption_test.h"

static void not_ready_any_more(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    evidence_of(at)->foreign_ready = false;
    pass_hours(1);
    assert_int_equal(f->record.member_count, 0);
    made_ready(at); /* all over again */
    pass_hours(1);
    assert_string_equal(f->meshes[at].ca, "R1");
}

static void silence_keeps_its_place_and_goes_no_further(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    *evidence_of(at) = (struct evidence){ .foreign_unknown = true };
    pass_hours(10);
    *evidence_of(at) = (struct evidence){ .since = 0 }; /* and no source observes it */
    pass_hours(10);
    assert_string_equal(f->meshes[at].ca, "");
    *evidence_of(at) = (struct evidence){ .foreign_root = "R0",
                                          .foreign_pem = "PEM of R0",
                                          .foreign_ready = true };
    pass_hours(1);
    assert_string_equal(f->meshes[at].ca, "R1");
}

/* The cluster was observed to trust our root alone: its operator did the rest. */
static void the_old_root_is_gone_already(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    *evidence_of(at) = (struct evidence){ .since = f->now };
    pass_hours(1);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1");
    assert_string_equal(f->meshes[at].ca, "R1");
}

static void none_ends_the_wait(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    f->facts.strategy = STRATEGY_NONE;
    pass_hours(1);
    assert_string_equal(held(f->meshes[at].mesh), "R1/R1");
    assert_string_equal(f->meshes[at].ca, "R1");
}

/* It may wait for others for months: nothing of it was committed. */
static void a_rotation_does_not_wait_for_candidates(void **state)
{
    size_t at = arrive();

    (void)state;
    made_ready(at);
    fleet_want(f, 2);
    evidence_of(at)->foreign_unknown = true;
    fleet_pass(f);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_int_equal(f->record.member_count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(not_ready_any_more),
        CASE(silence_keeps_its_place_and_goes_no_further),
        CASE(the_old_root_is_gone_already),
        CASE(none_ends_the_wait),
        CASE(a_rotation_does_not_wait_for_candidates),
    };

    return cmocka_run_group_tests_name("rotation/adoption_join", tests, NULL, NULL);
}
