/* sync/proposal.h - whether a proposal branch may stay, be replaced, or holds the work of others.
 * Private to sync/. */
#ifndef WEFT_SYNC_PROPOSAL_H
#define WEFT_SYNC_PROPOSAL_H

#include "sync/publish.h"

struct proposal_look {
    const struct publish_request *request;
    const char *target; /* the tip that the proposal is for; "": the branch does not exist */
    const char *tip;    /* of the proposal branch; "": it does not exist */
    struct git_id tree; /* the whole tree that is to be proposed */
};

/* 1: the proposal branch has that tree, on top of that target.  0: it may be replaced.  -1:
 * ERR_REFUSED, with commit and author of what would be lost. */
MUST_USE int proposal_is_current(struct clone *clone, const struct proposal_look *look,
                                 struct err *err);

#endif
