/* rotation/transition.h - every way in which the record of a rotation changes, as one table that is
 * tried from top to bottom.  docs/rotation.md prints it.  Pure.
 *
 * A guard is a predicate of the record and the facts of the pass: it changes neither.  When it does
 * not hold because a gate is closed or a key is missing, it leaves that for the summary.  An action
 * makes the next record from the one that its guard saw; it never undoes anything. */
#ifndef WEFT_ROTATION_TRANSITION_H
#define WEFT_ROTATION_TRANSITION_H

#include "rotation/rotation.h"

/* Parts of a pass, in this order.  MOVE is repeated until nothing more can happen in this pass. */
enum transition_stage {
    TRANSITION_OBSERVE, /* what happened since the last pass */
    TRANSITION_MOVE,    /* at most one commit */
    TRANSITION_JOIN,    /* members that came after all others moved */
    TRANSITION_CLOSE,   /* keys that are no longer needed */
};

/* Where a rotation has to be. */
enum transition_place {
    PLACE_ANY,
    PLACE_RUNNING,   /* a rotation runs, also one that failed */
    PLACE_FORWARD,   /* and it goes forward */
    PLACE_BACK,      /* and it goes back */
    PLACE_COMMITTED, /* the phase is asked for; not failed, as in the next five */
    PLACE_WAITING,   /* COMMITTED, or LOADED on the way forward: members are waited for */
    PLACE_LOADED,    /* on the way forward */
    PLACE_VERIFIED,  /* on the way forward */
    PLACE_RETURNING, /* LOADED or turned around, on the way back */
    PLACE_FAILED,
    PLACE_DONE, /* no rotation runs */
};
extern const struct enum_table transition_places; /* "any", "running", ... */

/* What the pass does after the action. */
enum transition_then {
    THEN_ON,    /* continues with the next row */
    THEN_AGAIN, /* starts with the first row again, unless something was committed */
    THEN_STOP,  /* leaves this stage */
};

struct work;
struct obstacle;

struct transition {
    const char *name;
    enum transition_stage stage;
    enum transition_place place;
    bool (*guard)(const struct work *w, struct obstacle *left);
    void (*action)(struct work *w);
    enum transition_then then;
    /* Whether an undisturbed rotation takes this row where record is, once its wait is over;
     * NULL: never.  rotation/timeline.h follows these rows. */
    bool (*expected)(const struct rotation *record, const struct rotation_facts *facts);
    const char *when, *what; /* as docs/rotation.md has them */
};
extern const struct transition transitions[];
extern const size_t transition_count;

/* Whether a record is at a place. */
bool transition_at(enum transition_place place, const struct rotation *record);
/* Takes the rows of a stage whose guards hold. */
void transition_run(struct work *w, enum transition_stage stage);

#endif
