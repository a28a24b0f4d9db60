/* app/pass/deletion_limit.h - stops a pass that would delete much more than people usually mean to.
 */
#ifndef WEFT_APP_PASS_DELETION_LIMIT_H
#define WEFT_APP_PASS_DELETION_LIMIT_H

#include "app/pass/losses.h"
#include "base/err.h"
#include "sync/publish.h"

struct deletion_limit {
    double max_share;      /* of our files */
    bool allowed;          /* by --allow-deletions, or by the trailer of the specs commit */
    struct filetree *tree; /* what would be published */
    const struct losses *losses;
    struct arena *arena;
};

/* A commit of the specs repository with this trailer and the value "yes" lets one pass delete
 * anything. */
#define DELETION_TRAILER "Weft-Allow-Deletions"

/* -1 (ERR_REFUSED) when more than the share of our files would go, all that a cluster has, or a
 * loss that nothing in the specs shows to be meant. */
MUST_USE int deletion_limit_check(const struct deletion_limit *limit, const struct change *changes,
                                  size_t count, struct err *err);

#endif
