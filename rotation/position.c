/* rotation/position.c - the projection of positions onto the states of the API.  Pure: no clock, no
 * files, no keys.
 *
 * One table says everything: a cell without a state is a position that no transition leads to, and
 * a record that claims it is refused.  Positions without a name in the API are therefore impossible
 * to store, and a state that has several positions (VERIFYING) is never used to decide. */
#include "rotation/position.h"

#include <assert.h>

static const char *const phase_texts[] = {
    [PHASE_OLD] = "old",
    [PHASE_BOTH] = "both",
    [PHASE_REISSUED] = "reissued",
    [PHASE_NEW] = "new",
};
static_assert(LENGTH(phase_texts) == PHASES, "every phase has a name");
const struct enum_table phase_names = ENUM_TABLE(phase_texts);

static const char *const progress_texts[] = {
    [PROGRESS_COMMITTED] = "committed",
    [PROGRESS_LOADED] = "loaded",
    [PROGRESS_VERIFIED] = "verified",
    [PROGRESS_DONE] = "done",
};
static_assert(LENGTH(progress_texts) == PROGRESSES, "every progress has a name");
const struct enum_table progress_names = ENUM_TABLE(progress_texts);

static const char *const direction_texts[] = {
    [DIRECTION_FORWARD] = "forward",
    [DIRECTION_BACK] = "back",
};
static_assert(LENGTH(direction_texts) == DIRECTIONS, "every direction has a name");
const struct enum_table direction_names = ENUM_TABLE(direction_texts);

/* clang-format off */
enum { NONE = -1 };
static const int shown[][PHASES][PROGRESSES] = {
    [DIRECTION_FORWARD] = {
        /*                   committed                              loaded              verified            done */
        [PHASE_OLD]      = { NONE,                                  ROTATION_VERIFYING, ROTATION_VERIFIED,  ROTATION_NOT_ROTATING },
        [PHASE_BOTH]     = { ROTATION_ADDING_NEW_ROOT,              ROTATION_VERIFYING, ROTATION_VERIFIED,  NONE },
        [PHASE_REISSUED] = { ROTATION_PROPAGATING_NEW_INTERMEDIATE, ROTATION_VERIFYING, ROTATION_VERIFIED,  NONE },
        [PHASE_NEW]      = { ROTATION_DELETING_OLD_ROOT,            ROTATION_VERIFYING, ROTATION_VERIFIED,  ROTATION_FINISHED },
    },
    [DIRECTION_BACK] = {
        [PHASE_OLD]      = { ROTATION_PREVIOUS_CA,                  NONE,               ROTATION_ROLLING_BACK, ROTATION_FINISHED },
        [PHASE_BOTH]     = { ROTATION_ADDING_NEW_ROOT,              ROTATION_VERIFYING, ROTATION_ROLLING_BACK, NONE },
        [PHASE_REISSUED] = { ROTATION_PROPAGATING_NEW_INTERMEDIATE, ROTATION_VERIFYING, ROTATION_ROLLING_BACK, NONE },
        [PHASE_NEW]      = { NONE,                                  ROTATION_VERIFYING, ROTATION_ROLLING_BACK, NONE },
    },
};
/* clang-format on */
static_assert(LENGTH(shown) == DIRECTIONS, "every direction is projected");
static_assert(ROTATION_FAILED > ROTATION_NOT_ROTATING, "FAILED is no position: see rotation_shown");

struct position position_at_rest(void)
{
    return (struct position){ DIRECTION_FORWARD, PHASE_OLD, PROGRESS_DONE };
}

bool position_equal(struct position a, struct position b)
{
    return a.direction == b.direction && a.phase == b.phase && a.progress == b.progress;
}

bool position_is_running(struct position position) { return position.progress != PROGRESS_DONE; }

bool position_is_legal(struct position position)
{
    return shown[position.direction][position.phase][position.progress] != NONE;
}

enum rotation_state position_state(struct position position)
{
    int state = shown[position.direction][position.phase][position.progress];

    assert(state != NONE);
    return (enum rotation_state)state;
}

/* The former form cleared its mark of the way back when a rollback was finished, so a rollback that
 * is done is found by its step. */
bool position_from_state(struct position *out, enum rotation_state state, int step, bool back)
{
    if (step < PHASE_OLD || step > PHASE_NEW)
        return false;
    if (state == ROTATION_FINISHED)
        back = step == PHASE_OLD;
    if (state == ROTATION_NOT_ROTATING) {
        *out = position_at_rest();
        return true;
    }
    for (int progress = PROGRESS_COMMITTED; progress <= PROGRESS_DONE; progress++)
        if (shown[back][step][progress] == (int)state) {
            *out = (struct position){ back ? DIRECTION_BACK : DIRECTION_FORWARD, (enum phase)step,
                                      (enum rotation_progress)progress };
            return true;
        }
    return false;
}
