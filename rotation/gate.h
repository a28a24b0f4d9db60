/* rotation/gate.h - whether the next step may be committed: proved by what may still be alive, not
 * by hope (docs/rotation.md).  Pure.
 *
 * Every member carries the materials that were committed for it and may still be alive there.  A
 * material dies when a later one is known to be loaded and the longest leaf life has gone by since.
 * A step may be committed when every material alive fits every next one. */
#ifndef WEFT_ROTATION_GATE_H
#define WEFT_ROTATION_GATE_H

#include "base/arena.h"
#include "rotation/bundle.h"
#include "rotation/evidence.h"

enum { HELD_MAX = 6, FORMER_LOST = -1, FORMER_TURNED = 1 /* nothing older is alive */ };

/* One mesh in a rotation.  By value: the arrays are small. */
struct member {
    const char *mesh;               /* key */
    const char *cluster;            /* for people */
    struct material held[HELD_MAX]; /* oldest first; the last is what it is to hold now */
    size_t held_count;
    size_t dead_count; /* so many of the oldest are dead; kept since a revert of the output branch
                          may bring them back */
    int64_t committed; /* when the last was published; 0: not yet.  All times here are of the
                          rotation's own clock (rotation_clock.h) */
    int64_t synced;    /* since when a GitOps tool says that it was applied; 0: not known */
    int64_t proven;    /* since when it is known to be loaded; 0: not known */
    int64_t doubted;   /* when a source looked last and did not show it; 0: never.  Time alone
                          counts   from then on only */
    int64_t former;    /* while the last was not published: since when the material before it is
                          known to be loaded; FORMER_LOST: it is not.  0: that is not asked */
    int64_t
        leaf_ttl; /* the longest life of its leaves that was seen, if longer than the policy's */
    bool turned;  /* E4: nothing older is alive */
    bool assumed; /* proven by time alone */
    bool silent;  /* it does not answer now: no gate opens */
    bool stray;   /* seen with material that weft does not know: nothing can be proved about it */
};

struct gate_clock {
    int64_t now;   /* of the rotation's own clock */
    int64_t shown; /* what to add to it for a date to show to people */
    int64_t gain;  /* what each pass adds to it; 0, or no less than policy->period: it keeps pace
                      with  real time */
    const struct evidence_policy *policy;
};

/* The date, for people, of the pass that sees `time` of the rotation's own clock go by. */
int64_t gate_date(struct gate_clock clock, int64_t time);

const struct material *
member_wanted(const struct member *member); /* NULL: nothing was committed for it */
/* Whether held[i] may have living leaves. */
bool member_alive(const struct member *member, size_t i, struct gate_clock clock);
/* When all leaves of older materials are gone; 0: not known, for the wanted one is not loaded. */
int64_t member_turnover(const struct member *member, const struct evidence_policy *policy);
/* Makes next the wanted material.  Of what is dead, only the newest is remembered.  False: too much
 * may be alive already. */
bool member_commit(struct member *member, const struct material *next, struct gate_clock clock);

enum gate_reason {
    GATE_OPEN,
    GATE_NOT_LOADED,            /* mesh does not hold what it is to hold, or does not answer */
    GATE_LEAVES,                /* older leaves may live until opens */
    GATE_MUTUAL_DISTRUST,       /* mesh and other would refuse each other */
    GATE_BUNDLE_NOT_RELOADABLE, /* istiod of mesh would drop the new bundle */
    GATE_HISTORY_FULL,          /* mesh has too many materials alive */
};

struct gate {
    enum gate_reason reason;
    size_t member, other; /* index of the one that keeps it closed */
    int64_t opens;        /* GATE_LEAVES: when; 0: not known */
    bool assumed;         /* open, but some member by time alone */
};

/* G1 and G2: every member loaded the wanted material, and every leaf issued before that is gone. */
struct gate gate_turned(const struct member *members, size_t count, struct gate_clock clock);
/* G3 and the end of a step: every member loaded it. */
struct gate gate_loaded(const struct member *members, size_t count);
/* Whether next[i] may be committed for each member i: fits everything alive anywhere, and is a
 * change that istiod takes. */
struct gate gate_fits(const struct member *members, const struct material *next, size_t count,
                      struct gate_clock clock);
/* As gate_fits when only one mesh gets something new (a join, a canary); at is its index in
 * members. */
struct gate gate_fits_one(const struct member *members, size_t count, size_t at,
                          const struct material *next, struct gate_clock clock);

/* Whether what all members are to hold already fits everything alive. */
struct gate gate_wanted_fit(const struct member *members, size_t count, struct gate_clock clock);

/* Whether a step that was committed and is not published yet may still go out, by what is known by
 * now of the materials before it (member.former). */
struct gate gate_waiting(const struct member *members, size_t count, struct gate_clock clock);

/* One line for people; "" when open. */
const char *gate_text(const struct gate *gate, const struct member *members,
                      struct gate_clock clock, struct arena *arena);

#endif
