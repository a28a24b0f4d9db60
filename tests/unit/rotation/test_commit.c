/* tests/unit/rotation/test_commit.c - the one place that commits a phase. */
#include "rotation/private.h"
#include "tests/unit/rotation/fleet_test.h"

static struct rotation_plan plan;

/* A pass as far as its transitions: the record in step 1, loaded by all, two days later. */
static struct work work_in_step_1(void)
{
    struct work w = { .out = &plan, .r = &plan.next, .facts = &f->facts, .arena = f->arena };

    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFIED, 1, 3);
    plan = (struct rotation_plan){ .next = f->record };
    w.clock = (struct gate_clock){ .now = f->record.clock.gate, .policy = &f->policy };
    return w;
}

static void what_fits_is_committed_for_all(void **state)
{
    struct work w = work_in_step_1();
    struct obstacle left = { .keyless = NULL };

    (void)state;
    assert_true(commit_fits(&w, w.r, PHASE_REISSUED, false, &left));
    assert_int_equal(left.gate.reason, GATE_OPEN);
    assert_false(plan.moved); /* a guard changes nothing */
    commit_phase(&w, PHASE_REISSUED, false, "text");
    assert_true(plan.moved);
    assert_false(plan.forced);
    assert_false(plan.next.published);
    assert_true(position_equal(
        plan.next.at, (struct position){ DIRECTION_FORWARD, PHASE_REISSUED, PROGRESS_COMMITTED }));
    for (size_t i = 0; i < plan.next.member_count; i++)
        assert_string_equal(member_wanted(&plan.next.members[i])->signer, "R2");
}

static void without_a_key_not_even_by_force(void **state)
{
    struct work w = work_in_step_1();
    struct obstacle left = { .keyless = NULL };

    (void)state;
    f->cas[1].key = false;
    assert_false(commit_fits(&w, w.r, PHASE_REISSUED, true, &left));
    assert_string_equal(left.keyless, "R2");
    assert_false(left.judged);
}

static void a_closed_gate_is_left_for_the_summary(void **state)
{
    struct work w = work_in_step_1();
    struct obstacle left = { .keyless = NULL };

    (void)state;
    assert_false(commit_fits(&w, w.r, PHASE_NEW, false, &left));
    assert_true(left.judged);
    assert_int_not_equal(left.gate.reason, GATE_OPEN);
    assert_true(commit_fits(&w, w.r, PHASE_NEW, true, &left));
    commit_phase(&w, PHASE_NEW, true, "text");
    assert_true(plan.forced);
}

static const char *last_message(void)
{
    return plan.next.conditions[plan.next.condition_count - 1].message;
}

/* A commit that is out already counts as forced without an operator who gave a reason; a reason
 * that was not needed is not repeated. */
static void force_is_told_with_its_reason(void **state)
{
    struct work w = work_in_step_1();

    (void)state;
    w.r->force = "";
    commit_phase(&w, PHASE_NEW, true, "text");
    assert_string_equal(last_message(), "text");
    w = work_in_step_1();
    w.r->force = "switched off";
    commit_phase(&w, PHASE_REISSUED, false, "text");
    assert_string_equal(last_message(), "text");
    w = work_in_step_1();
    w.r->force = "switched off";
    commit_phase(&w, PHASE_NEW, true, "text");
    assert_string_equal(last_message(), "text; its gate was FORCED OPEN: switched off");
}

static void the_canary_goes_first(void **state)
{
    struct work w = work_in_step_1();

    (void)state;
    f->facts.canary = f->meshes[1].mesh;
    commit_phase(&w, PHASE_REISSUED, false, "text");
    assert_string_equal(member_wanted(&plan.next.members[0])->signer, "R1");
    assert_string_equal(member_wanted(&plan.next.members[1])->signer, "R2");
    assert_false(member_at_phase(&w, &plan.next.members[0]));
    assert_true(member_at_phase(&w, &plan.next.members[1]));
}

/* Forced, and all that is held is alive: the oldest goes, the rest keeps its order. */
static void a_forced_commit_drops_the_oldest_of_a_full_history(void **state)
{
    static const char *const roots[HELD_MAX + 1] = { "r0", "r1", "r2", "r3", "r4", "r5", "r6" };
    struct member member = { .mesh = "m", .held_count = HELD_MAX, .committed = f->now };
    const struct gate_clock clock = { .now = f->now, .policy = &evidence_policy_default };
    const struct material next = { roots[HELD_MAX], bundle_of(roots[HELD_MAX]) };

    (void)state;
    for (size_t i = 0; i < HELD_MAX; i++)
        member.held[i] = (struct material){ roots[i], bundle_of(roots[i]) };
    assert_false(member_commit(&member, &next, clock));
    member_set_committed(&member, &next, clock);
    assert_int_equal(member.held_count, HELD_MAX);
    for (size_t i = 0; i < HELD_MAX; i++) {
        assert_string_equal(member.held[i].signer, roots[i + 1]);
        assert_true(bundle_has(&member.held[i].bundle, roots[i + 1]));
    }
    assert_int_equal(member.dead_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_forced_commit_drops_the_oldest_of_a_full_history),
        CASE(what_fits_is_committed_for_all),
        CASE(without_a_key_not_even_by_force),
        CASE(force_is_told_with_its_reason),
        CASE(a_closed_gate_is_left_for_the_summary),
        CASE(the_canary_goes_first),
    };

    return cmocka_run_group_tests_name("rotation/commit", tests, NULL, NULL);
}
