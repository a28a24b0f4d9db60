/* tests/unit/rotation/test_timeline_wait.c - the bounds of each wait. */
#include "rotation/timeline_wait.h"
#include "tests/lib/check.h"

enum { SYNC = 600, FAIL = 86400, SKEW = 300, LEAF = 3600 };

static const struct evidence_policy policy = {
    .sync_allowance = SYNC, .fail_after = FAIL, .skew = SKEW, .leaf_ttl = LEAF
};

static struct rotation running(enum direction direction)
{
    struct rotation r = rotation_none();

    r.id = "r1";
    r.at = (struct position){ direction, PHASE_BOTH, PROGRESS_COMMITTED };
    return r;
}

static void loaded_is_bounded_by_what_sources_can_show(void **state)
{
    static const struct {
        const char *sentence;
        size_t count;
        enum evidence_level first, second;
        int64_t least, most;
    } cases[] = {
        { "no mesh is watched", 0, EVIDENCE_NONE, EVIDENCE_NONE, SYNC, SYNC },
        { "one mesh has no source", 2, EVIDENCE_LOADED, EVIDENCE_NONE, SYNC, FAIL },
        { "every mesh shows what it has loaded", 2, EVIDENCE_LOADED, EVIDENCE_TURNED, 0, FAIL },
    };
    const struct rotation r = running(DIRECTION_FORWARD);

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct rotation_member_input meshes[] = { { .evidence.best = cases[i].first },
                                                        { .evidence.best = cases[i].second } };
        const struct rotation_facts facts = { .policy = &policy,
                                              .meshes = meshes,
                                              .mesh_count = cases[i].count };

        CASE(cases[i].sentence);
        assert_int_equal(timeline_wait_loaded_least(&facts), cases[i].least);
        assert_int_equal(timeline_wait_loaded_most(&r, &facts), cases[i].most);
    }
}

static void a_rollback_on_the_deadline_ends_the_wait(void **state)
{
    struct evidence_policy turning = policy;
    const struct rotation_member_input mesh = { .evidence.best = EVIDENCE_LOADED };
    const struct rotation_facts facts = { .policy = &turning, .meshes = &mesh, .mesh_count = 1 };
    const struct rotation forward = running(DIRECTION_FORWARD), back = running(DIRECTION_BACK);

    (void)state;
    turning.rollback_on_deadline = true;
    assert_int_equal(timeline_wait_loaded_most(&forward, &facts), SYNC);
    assert_int_equal(timeline_wait_loaded_most(&back, &facts),
                     FAIL); /* there is no way back from it */
}

static void leaves_are_waited_for_but_not_after_the_last_step(void **state)
{
    const struct rotation forward = running(DIRECTION_FORWARD), back = running(DIRECTION_BACK);

    (void)state;
    assert_int_equal(timeline_wait_leaves(&forward, &policy, LEAF, 2), LEAF + SKEW);
    assert_int_equal(timeline_wait_leaves(&forward, &policy, LEAF, 3), SKEW);
    assert_int_equal(timeline_wait_leaves(&back, &policy, LEAF, 1), LEAF + SKEW);
    assert_int_equal(timeline_wait_leaves(&back, &policy, LEAF, 0), SKEW);
}

static void the_longest_leaf_counts_wherever_it_is(void **state)
{
    const struct rotation_member_input mesh = { .evidence.leaf_ttl = 2 * LEAF };
    const struct rotation_facts facts = { .policy = &policy, .meshes = &mesh, .mesh_count = 1 };
    struct member member = { .leaf_ttl = 3 * LEAF };
    struct rotation r = rotation_none();

    (void)state;
    assert_int_equal(timeline_wait_longest_leaf(&r, &facts), 2 * LEAF);
    r.members = &member;
    r.member_count = 1;
    assert_int_equal(timeline_wait_longest_leaf(&r, &facts), 3 * LEAF);
}

static void what_no_time_opens(void **state)
{
    struct member members[2] = { { .committed = 1 }, { .committed = 1 } };
    struct rotation r = running(DIRECTION_FORWARD);

    (void)state;
    r.published = true;
    r.members = members;
    r.member_count = 2;
    assert_false(timeline_wait_is_stuck(&r));
    members[1].silent = true;
    assert_true(timeline_wait_is_stuck(&r));
    members[1] = (struct member){ .committed = 0 };
    assert_true(timeline_wait_is_stuck(&r));
    r.published = false; /* it goes out in the next pass */
    assert_false(timeline_wait_is_stuck(&r));
    r.pause = "wait";
    assert_true(timeline_wait_is_stuck(&r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_time_opens),
        cmocka_unit_test(loaded_is_bounded_by_what_sources_can_show),
        cmocka_unit_test(a_rollback_on_the_deadline_ends_the_wait),
        cmocka_unit_test(leaves_are_waited_for_but_not_after_the_last_step),
        cmocka_unit_test(the_longest_leaf_counts_wherever_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
