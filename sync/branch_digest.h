/* sync/branch_digest.h - where the output branch and the branches of clusters are, as one digest:
 * whether anything moved since it was computed last. */
#ifndef WEFT_SYNC_BRANCH_DIGEST_H
#define WEFT_SYNC_BRANCH_DIGEST_H

#include "sync/fetch.h"

/* SHA-256 over names and commits, in the order of names: hex. */
void branch_digest(char out[65], const struct clone_branches *branches, struct arena *arena);
/* The output branch and those of a pattern (sync/branch_pattern.h), with their commits; fetched
 * when they are not here. */
MUST_USE int branch_digest_fetch(char out[65], struct clone *clone, const char *branch,
                                 const char *pattern, struct err *err);

#endif
