/* rotation/clock.h - a clock that waits can be measured by, though the machine's may jump
 * (docs/rotation.md).  Pure.
 *
 * Waits are measured by time that is known to have gone by, added up from pass to pass: as far as
 * two sources agree on it, or the operator vouches for the machine's clock; else at most
 * CLOCK_UNCONFIRMED a pass.  It never goes back, and a jump adds nothing. */
#ifndef WEFT_ROTATION_CLOCK_H
#define WEFT_ROTATION_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { CLOCK_UNCONFIRMED = 600 };

struct rotation_time {
    int64_t local;   /* this machine's clock, seconds */
    int64_t second;  /* what a server said (Date of Git or API server); 0: no server did */
    int64_t commits; /* newest commit time seen; 0: none */
    bool trusted;    /* the operator vouches for the local clock */
};

struct rotation_clock {
    int64_t gate;          /* adds up; begins as the local time of the first pass */
    int64_t local, second; /* as read in the last pass; 0: never */
    bool agreed;           /* the two agreed then */
};

/* The clock of this pass. *behind: the local clock cannot be right (a server, or a commit seen,
 * says that it is later). */
struct rotation_clock rotation_clock_next(const struct rotation_clock *was,
                                          const struct rotation_time *time, bool *behind);

/* Whether this machine's clock can be meant at all.  One that jumped by years would issue
 * certificates that are not valid yet, or not any more, and begin rotations that no change asks
 * for. */
enum clock_doubt {
    CLOCK_PLAUSIBLE,
    CLOCK_AHEAD, /* a day later than a server says; without one, a year later than the last pass and
                    the newest commit seen */
    CLOCK_BEHIND, /* a day earlier than a server says; without one, than the last pass */
};
/* An operator who vouches for the clock is believed. */
enum clock_doubt rotation_clock_doubt(const struct rotation_clock *was,
                                      const struct rotation_time *time);

/* A second clock is seen, and it says what this machine's does. */
bool rotation_clock_agrees(const struct rotation_time *time);

/* What one pass adds to the gate clock when passes are period seconds apart and the sources go on
 * as they are now: period, or CLOCK_UNCONFIRMED where nothing confirms this machine's clock. */
int64_t rotation_clock_gain(const struct rotation_time *time, int64_t period);

#endif
