/* rotation/timeline_window.h - the two walks of a timeline past rotation.windows and freeze.
 * Private to rotation/. */
#ifndef WEFT_ROTATION_TIMELINE_WINDOW_H
#define WEFT_ROTATION_TIMELINE_WINDOW_H

#include "rotation/rotation.h"

/* One of the two walks. */
struct timeline_walk {
    int64_t at;    /* the date that it has come to */
    int64_t gate;  /* the gate clock then */
    int64_t since; /* the gate clock when the step was committed, then when it was proven */
    int64_t from_at, from_gate; /* both at the last commit, or now */
    bool endless;               /* at has no meaning any more: a person or a cluster decides */
};

/* How passes follow each other, and the record that they will find. */
struct timeline_pace {
    const struct rotation *r;
    const struct rotation_facts *facts;
    int64_t period, gain;
    struct arena *arena;
};

/* Takes both walks to the pass that commits a step; true: one of them had to wait. */
bool timeline_window_both(const struct timeline_pace *pace, struct timeline_walk *earliest,
                          struct timeline_walk *latest);
/* One of them. */
bool timeline_window_earliest(const struct timeline_pace *pace, struct timeline_walk *walk);
bool timeline_window_latest(const struct timeline_pace *pace, struct timeline_walk *walk);

#endif
