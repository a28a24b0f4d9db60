/* rotation/preflight.h - what should be right in each cluster before a root is rotated, by what was
 * observed and is remembered.  Plain data and pure functions.  docs/rotation.md */
#ifndef WEFT_ROTATION_PREFLIGHT_H
#define WEFT_ROTATION_PREFLIGHT_H

#include "rotation/observation.h"

enum preflight_verdict {
    PREFLIGHT_OK,
    PREFLIGHT_UNKNOWN, /* nothing was asked, or nothing answered */
    PREFLIGHT_BAD,     /* correct it first */
};
extern const struct enum_table preflight_verdicts; /* "ok", "unknown", "bad" */

struct preflight {
    const char *cluster; /* "" = about the virtual mesh as a whole */
    const char *what;    /* "several roots" */
    enum preflight_verdict verdict;
    const char *text; /* what was found, and what it means */
};

struct preflight_cluster {
    const struct observation *observation;
    const char *recipient; /* file with the key that deliveries are encrypted for, as the list names
                              it; NULL: they do not go through Git */
    const char *recipient_error; /* why it cannot be used; NULL: it can */
};

enum preflight_key { PREFLIGHT_KEY_NO_ROOT, PREFLIGHT_KEY_HELD, PREFLIGHT_KEY_GONE };

struct preflight_input {
    enum preflight_key key; /* of the root in use */
    int64_t leaf_ttl;       /* evidence.leafTTL, seconds */
    const struct preflight_cluster *clusters;
    size_t count;
};

/* In the order of the clusters, the virtual mesh first; in the arena. */
struct preflight *preflight_list(size_t *count, const struct preflight_input *input,
                                 struct arena *arena);

#endif
