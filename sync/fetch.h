/* sync/fetch.h - brings the commit that a ref names into a clone. */
#ifndef WEFT_SYNC_FETCH_H
#define WEFT_SYNC_FETCH_H

#include "base/compiler.h"
#include "base/err.h"

#include <stdbool.h>

struct clone;

/* The commit that a ref names ("main", "refs/tags/v1", 40 hex digits), fetched when it is not here
 * yet. An empty repository or a missing ref: with missing_ok *commit is "", else an error that
 * lists a few refs that exist. */
MUST_USE int clone_fetch(struct clone *clone, char commit[41], const char *ref, bool missing_ok,
                         struct err *err);

bool clone_has(const struct clone *clone, const char *commit); /* it is here already */

#endif
