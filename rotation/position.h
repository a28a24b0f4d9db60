/* rotation/position.h - where a rotation is: which materials its members are asked to hold, how
 * far that is known to have happened, and in which direction it moves.  Pure.
 *
 * The position is what is decided and stored.  The states of the VirtualMesh API
 * (CertificateRotationState) are a projection of it and decide nothing. */
#ifndef WEFT_ROTATION_POSITION_H
#define WEFT_ROTATION_POSITION_H

#include "api/certificate.h"

/* What every member is asked to hold.  The numbers are the steps of docs/rotation.md. */
enum phase {
    PHASE_OLD,      /* {old}            signed by old */
    PHASE_BOTH,     /* {old, ..., new}  signed as before; on the way back by old */
    PHASE_REISSUED, /* {old, ..., new}  signed by new */
    PHASE_NEW,      /* {new}            signed by new */
};
enum { PHASES = PHASE_NEW + 1 };
extern const struct enum_table phase_names; /* "old", "both", "reissued", "new" */

enum rotation_progress {
    PROGRESS_COMMITTED, /* the phase is asked for */
    PROGRESS_LOADED,    /* every member is known to have loaded it */
    PROGRESS_VERIFIED,  /* forward: its gate was open, and it was approved; back: the rotation has
                           turned around in it, and nothing was committed on the way back yet */
    PROGRESS_DONE,      /* no rotation runs */
};
enum { PROGRESSES = PROGRESS_DONE + 1 };
extern const struct enum_table progress_names; /* "committed", "loaded", "verified", "done" */

enum direction { DIRECTION_FORWARD, DIRECTION_BACK };
enum { DIRECTIONS = DIRECTION_BACK + 1 };
extern const struct enum_table direction_names; /* "forward", "back" */

struct position {
    enum direction direction;
    enum phase phase;
    enum rotation_progress progress;
};

/* No rotation ran, or the last one was settled: shown as NOT_ROTATING. */
struct position position_at_rest(void);
bool position_equal(struct position a, struct position b);
/* A rotation is between its first commit and its end. */
bool position_is_running(struct position position);
/* Whether a rotation can ever be at this position.  Nothing else is stored, and nothing else is
 * read. */
bool position_is_legal(struct position position);
/* The state that the API shows, for a position that is legal. */
enum rotation_state position_state(struct position position);
/* The position of a record in its former form: a state, a step and whether it goes back.  False:
 * there is none. */
bool position_from_state(struct position *out, enum rotation_state state, int step, bool back);

#endif
