/* sync/branch_digest.h - where the output branch and the branches of clusters are, as one digest:
 * whether anything moved since it was computed last. */
#ifndef WEFT_SYNC_BRANCH_DIGEST_H
#define WEFT_SYNC_BRANCH_DIGEST_H

#include "sync/clone.h"

/* As the server lists them now: hex, SHA-256 over names and commits, in the order of names. Fetches
 * nothing. */
MUST_USE int branch_digest_of(char out[65], struct clone *clone, const char *branch,
                              const char *pattern, struct err *err);

#endif
