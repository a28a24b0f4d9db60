/* tests/unit/app/pass/test_proposal_check.c - what a forge shows of a step that waits. */
#include "app/pass/proposal_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct trust_request one = { .name = "ns/one" }, two = { .name = "ns/two" };
static struct member members[] = { { .mesh = "a", .cluster = "c1", .former = FORMER_TURNED } };
static const struct rotation waiting = { .id = "r1",
                                         .at = { DIRECTION_FORWARD, PHASE_REISSUED,
                                                 PROGRESS_COMMITTED },
                                         .members = members,
                                         .member_count = 1 };

static struct planned_trust planned_of(const struct trust_request *request, enum step_check check)
{
    return (struct planned_trust){ .request = request,
                                   .was = waiting,
                                   .decision = {
                                       .next = waiting, .check = check, .check_why = "why" } };
}

static enum forge_state state_of(struct planned_trust *list, size_t count, const char *text)
{
    struct arena *arena = arena_new();
    const struct trust_plan plan = { .list = list, .count = count };
    const struct proposal_check check = proposal_check_of(&plan, arena);
    const enum forge_state state = proposal_check_status(&check).state;

    assert_true(*text ? strstr(check.text, text) != NULL : !*check.text);
    arena_free(arena);
    return state;
}

static void each_check_has_its_status(void **state)
{
    // clang-format off
    static const struct { enum step_check check; enum forge_state state; const char *text; } rows[] = {
        { STEP_NOT_ASKED, FORGE_SUCCESS, "" },
        { STEP_OPEN, FORGE_SUCCESS, "" },
        { STEP_UNCONFIRMED, FORGE_PENDING, "ns/one, step 2 of rotation r1" },
        { STEP_CLOSED, FORGE_SUCCESS, "ns/one, step 2 of rotation r1" },
    };
    // clang-format on

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct planned_trust planned = planned_of(&one, rows[i].check);

        assert_int_equal(state_of(&planned, 1, rows[i].text), rows[i].state);
    }
}

/* What is held back is no part of the commit, and hides nothing of what is. */
static void a_silent_cluster_counts_beside_a_step_that_is_held_back(void **state)
{
    struct planned_trust list[] = { planned_of(&one, STEP_CLOSED),
                                    planned_of(&two, STEP_UNCONFIRMED) };

    (void)state;
    assert_int_equal(state_of(list, LENGTH(list), "ns/two, step 2"), FORGE_PENDING);
}

/* The step was not asked: the decision was about another record, which does not exist. */
static void what_could_not_be_issued_leaves_the_step_held_back(void **state)
{
    struct planned_trust planned = planned_of(&one, STEP_OPEN);
    const struct trust_plan plan = { .list = &planned, .count = 1 };

    (void)state;
    assert_int_equal(trust_plan_check(&plan, "ns/one"), STEP_OPEN);
    planned.blocked = true;
    assert_int_equal(trust_plan_check(&plan, "ns/one"), STEP_OPEN); /* nothing else was decided */
    planned.decision.moved = true;
    assert_int_equal(trust_plan_check(&plan, "ns/one"), STEP_CLOSED);
    assert_int_equal(state_of(&planned, 1, "step 2 of rotation r1"), FORGE_SUCCESS);
    planned.was.published = true;
    assert_int_equal(trust_plan_check(&plan, "ns/one"), STEP_NOT_ASKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_check_has_its_status),
        cmocka_unit_test(a_silent_cluster_counts_beside_a_step_that_is_held_back),
        cmocka_unit_test(what_could_not_be_issued_leaves_the_step_held_back),
    };

    return cmocka_run_group_tests_name("app/pass/proposal_check", tests, NULL, NULL);
}
