/* discovery/damping.h - what was seen to be missing, and since when: the memory that keeps the
 * inventory still while something flaps.  The caller stores it between passes. */
#ifndef WEFT_DISCOVERY_DAMPING_H
#define WEFT_DISCOVERY_DAMPING_H

#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>

struct damping_entry {
    const char *key; /* "Destination/shop/reviews" */
    int64_t since;   /* seconds: the first complete read that showed it */
    uint32_t reads;  /* complete reads that showed it one after the other */
};

/* Of one cluster; start with { .now = ..., .arena = ... } and the entries of the last complete
 * read. */
struct damping {
    const struct damping_entry *before;
    size_t before_count;
    struct damping_entry *after; /* in the order of the calls */
    size_t after_count;
    int64_t now; /* seconds */
    struct arena *arena;
};

/* What key names is missing (or new) in this read, too.  True once two complete reads at least
 * grace seconds apart showed it; what a read does not name is dropped. */
bool damping_lapsed(struct damping *damping, const char *key, int64_t grace);

#endif
