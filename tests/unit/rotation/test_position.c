/* tests/unit/rotation/test_position.c - positions and the states that the API shows for them. */
#include "rotation/position.h"
#include "tests/lib/check.h"

static void every_state_but_failed_is_shown(void **state)
{
    bool seen[ROTATION_FAILED + 1] = { false };

    (void)state;
    for (int d = 0; d < DIRECTIONS; d++)
        for (int p = 0; p < PHASES; p++)
            for (int g = 0; g < PROGRESSES; g++) {
                const struct position at = { (enum direction)d, (enum phase)p,
                                             (enum rotation_progress)g };

                if (position_is_legal(at))
                    seen[position_state(at)] = true;
            }
    for (int s = ROTATION_NOT_ROTATING; s < ROTATION_FAILED; s++)
        assert_true(seen[s]);
    assert_false(seen[ROTATION_FAILED]);
}

/* State, step and direction of the former form lead to one position, which shows that state. */
static void the_former_form_is_unambiguous(void **state)
{
    (void)state;
    for (int d = 0; d < DIRECTIONS; d++)
        for (int p = 0; p < PHASES; p++)
            for (int g = 0; g < PROGRESSES; g++) {
                const struct position at = { (enum direction)d, (enum phase)p,
                                             (enum rotation_progress)g };
                struct position back;

                if (!position_is_legal(at))
                    continue;
                assert_true(position_from_state(&back, position_state(at), p,
                                                d == DIRECTION_BACK && position_is_running(at)));
                assert_true(position_equal(at, back));
            }
}

/* clang-format off */
static const struct {
    const char *sentence;
    enum rotation_state state;
    int step;
    bool back, legal;
} claims[] = {
    { "a root is added in step 1", ROTATION_ADDING_NEW_ROOT, 1, false, true },
    { "and in no other", ROTATION_ADDING_NEW_ROOT, 3, false, false },
    { "the former CA signs again on the way back alone", ROTATION_PREVIOUS_CA, 0, false, false },
    { "nothing is verified on the way back", ROTATION_VERIFIED, 2, true, false },
    { "a step that there is not", ROTATION_VERIFYING, -1, false, false },
    { "nor this one", ROTATION_VERIFYING, 4, false, false },
    { "FAILED is no position", ROTATION_FAILED, 1, false, false },
};
/* clang-format on */

static void impossible_claims_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(claims); i++) {
        struct position at;

        CASE(claims[i].sentence);
        assert_int_equal(position_from_state(&at, claims[i].state, claims[i].step, claims[i].back),
                         claims[i].legal);
    }
}

static void rest(void **state)
{
    (void)state;
    assert_false(position_is_running(position_at_rest()));
    assert_int_equal(position_state(position_at_rest()), ROTATION_NOT_ROTATING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_but_failed_is_shown),
        cmocka_unit_test(the_former_form_is_unambiguous),
        cmocka_unit_test(impossible_claims_are_refused),
        cmocka_unit_test(rest),
    };

    return cmocka_run_group_tests_name("rotation/position", tests, NULL, NULL);
}
