/* sync/fetch.h - brings the commit that a ref names into a clone. */
#ifndef WEFT_SYNC_FETCH_H
#define WEFT_SYNC_FETCH_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

struct clone;

/* The commit that a ref names ("main", "refs/tags/v1", 40 hex digits), fetched when it is not here
 * yet. An empty repository or a missing ref: with missing_ok *commit is "", else an error that
 * lists a few refs that exist. */
MUST_USE int clone_fetch(struct clone *clone, char commit[41], const char *ref, bool missing_ok,
                         struct err *err);

/* Branches of the server as one connection lists them, in its order. */
struct clone_branch {
    const char *name; /* "rendered" */
    char commit[41];
};
struct clone_branches {
    struct clone_branch *items;
    size_t count;
};
struct clone_wanted {
    bool (*wants)(void *context, const char *name);
    void *context;
    bool fetch; /* their commits too, those that are not here; else they are only listed */
};
MUST_USE int clone_branches(struct clone_branches *out, struct clone *clone,
                            const struct clone_wanted *wanted, struct arena *arena,
                            struct err *err);

bool clone_has(const struct clone *clone, const char *commit); /* it is here already */

#endif
