/* app/pass/proposal.h - what the state remembers of the proposal that waits, and of its pull
 * request. */
#ifndef WEFT_APP_PASS_PROPOSAL_H
#define WEFT_APP_PASS_PROPOSAL_H

#include "app/pass/session.h"
#include "report/report.h"

enum { PROPOSAL_COMMITS = 20 };

/* Texts are in the session's arena. */
struct proposal {
    bool waits; /* something was proposed, and was not seen merged or closed yet */
    const char *branch;
    const char *commits[PROPOSAL_COMMITS]; /* that were pushed there or were about to be, the newest
                                              first */
    size_t commit_count;
    int64_t since;         /* when it was first proposed, seconds since 1970 */
    uint64_t counter;      /* of the newest commit */
    int64_t number;        /* of the pull request; 0: none is known */
    const char *url;       /* of it; "" */
    const char *described; /* the commit that its title and body are of; "" */
    bool requested;        /* it got its labels and reviewers */
    bool closed;           /* it was found closed, and not merged: a person does not want it */
    int64_t remarked; /* the pull request that has a comment about a step that is held back; 0 */
};

/* Of the branch that the configuration names; never fails: what cannot be read counts as none. */
struct proposal proposal_read(const struct ledger *ledger, const struct config *config,
                              struct arena *arena);
/* The same for outputs; NULL: nothing waits. */
const struct report_proposal *proposal_shown(const struct ledger *ledger,
                                             const struct config *config, struct arena *arena);
/* Into the ledger; it is not saved yet. */
void proposal_write(struct session *session, const struct proposal *proposal);
/* Nothing waits any more; the commits stay known. */
void proposal_settle(struct session *session);
/* Whether the commit is one that this state pushed to the proposal branch. */
bool proposal_has(const struct proposal *proposal, const char *commit);
/* The commit that is about to be pushed, with its counter. */
void proposal_add(struct proposal *proposal, const char *commit, uint64_t counter, int64_t now);

#endif
