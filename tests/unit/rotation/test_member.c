/* tests/unit/rotation/test_member.c - what is known of members; one test for each transition, by
 * its name. */
#include "tests/unit/rotation/fleet_test.h"

static void evidence_regressed(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 20);
    assert_at(f, ROTATION_VERIFYING, 1);
    f->loaded[1] = false; /* an operator restored an old Secret */
    fleet_pass(f);
    assert_true(fleet_reported(f, R51_EVIDENCE_LOST, "cluster-2", 1, f->record.id));
    fleet_load(f);
    fleet_run(f, 20);
    assert_at(f, ROTATION_VERIFYING, 1); /* 40 hours: the wait started again */
    fleet_until(f, ROTATION_VERIFIED, 1, 1);
}

static void member_left(void **state)
{
    (void)state;
    f->stuck[2] = true;
    fleet_want(f, 2);
    fleet_run(f, 5);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    f->facts.mesh_count = 2; /* the laggard goes */
    fleet_run(f, 1);
    assert_int_equal(f->record.member_count, 2);
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_true(fleet_reported(f, R50_LEFT, "cluster-3", f->record.id));
}

static void time_alone_is_called_assumed(void **state)
{
    (void)state;
    f->watched = false;
    fleet_want(f, 2);
    fleet_pass(f);
    f->now += 30 * 60;
    fleet_pass(f);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1); /* the sync allowance is not over */
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_non_null(strstr(fleet_said(f), "assumed"));
    fleet_until(f, ROTATION_FINISHED, 3, 6);
}

static void what_is_not_delivered_keeps_the_gate_closed(void **state)
{
    (void)state;
    f->watched = false;
    f->undelivered[1] = true;
    fleet_want(f, 2);
    fleet_run(f, 100);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_non_null(strstr(f->plan.summary, "could not deliver"));
    f->undelivered[1] = false;
    fleet_run(f, 25); /* the clock begins now */
    assert_int_equal((int)f->record.at.phase, 1);
    fleet_run(f, 4);
    assert_int_equal((int)f->record.at.phase, 2);
}

static void silence_takes_nothing_back_and_opens_nothing(void **state)
{
    (void)state;
    f->watched = true;
    fleet_want(f, 2);
    fleet_run(f, 12);
    f->silent[1] = true;
    fleet_run(f, 1);
    assert_false(fleet_reported(f, R51_EVIDENCE_LOST, "cluster-2", 1, f->record.id));
    fleet_run(f, 24);
    assert_int_equal((int)f->record.at.phase, 1); /* the leaves are gone, but one does not answer */
    assert_non_null(strstr(f->plan.summary, "does not answer"));
    f->silent[1] = false;
    fleet_run(f, 3);
    assert_int_equal((int)f->record.at.phase, 2); /* the wait went on meanwhile */
}

static void a_source_that_goes_away_proves_nothing(void **state)
{
    (void)state;
    f->watched = true;
    memset(f->stuck, true, sizeof f->stuck);
    fleet_want(f, 2);
    fleet_run(f, 80);
    f->watched = false; /* its line left the configuration */
    fleet_run(f, 24);
    assert_int_equal((int)f->record.at.phase, 1);
    fleet_run(f, 5);
    assert_int_equal((int)f->record.at.phase, 2);
}

static void a_cluster_that_went_back_has_all_its_time_again(void **state)
{
    (void)state;
    f->watched = true;
    f->policy.fail_after = 10 * HOUR;
    fleet_want(f, 2);
    fleet_run(f, 15);
    f->stuck[1] = true;
    f->loaded[1] = false;
    fleet_run(f, 9);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_run(f, 3);
    assert_at(f, ROTATION_FAILED, 1);
}

static void the_longest_leaf_that_was_seen_counts(void **state)
{
    (void)state;
    f->watched = true;
    fleet_want(f, 2);
    f->meshes[1].evidence.leaf_ttl = 72 * HOUR;
    fleet_run(f, 3);
    f->meshes[1].evidence.leaf_ttl = 0; /* istiod can no longer be read */
    fleet_run(f, 60);
    assert_int_equal((int)f->record.at.phase, 1);
    fleet_run(f, 20);
    assert_true((int)f->record.at.phase > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(evidence_regressed),
        CASE(member_left),
        CASE(time_alone_is_called_assumed),
        CASE(what_is_not_delivered_keeps_the_gate_closed),
        CASE(silence_takes_nothing_back_and_opens_nothing),
        CASE(a_source_that_goes_away_proves_nothing),
        CASE(a_cluster_that_went_back_has_all_its_time_again),
        CASE(the_longest_leaf_that_was_seen_counts),
    };

    return cmocka_run_group_tests_name("rotation/member", tests, NULL, NULL);
}
