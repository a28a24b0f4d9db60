/* app/pass/publish.h - a pass's commit on the output branch. */
#ifndef WEFT_APP_PASS_PUBLISH_H
#define WEFT_APP_PASS_PUBLISH_H

#include "app/pass/losses.h"
#include "app/pass/resolve.h"
#include "app/pass/tree.h"
#include "app/pass/trusted.h"
#include "sync/publish.h"

struct published {
    struct plan plan; /* of the tree that was built last, with the statuses of its records */
    struct publish_result result;
    struct losses losses;    /* what the change takes away */
    const char *refusal;     /* of a dry pass: why the deletion limit would hold the change; NULL:
                                it would not */
    struct findings remarks; /* about the output branch, after a lost race */
    const char *subject;     /* of a commit with what changes; NULL: nothing does */
    struct tree tree;        /* that was built last */
    uint64_t counter;        /* of the commit that is made */
    bool split_refused;      /* a branch of a cluster does not follow: remarks say why */
};

/* Renders, commits, pushes, and notes it in the ledger; a dry pass only compares.  After a lost
 * race the plan is made again on the new tip. */
MUST_USE int pass_publish(struct published *out, struct session *session,
                          const struct inputs *inputs, const struct specs *specs,
                          const struct trusted *trusted, struct err *err);

#endif
