/* app/pass/proposal_check.h - whether the steps of rotations that wait in a proposal may still be
 * merged, and what reviewers read about that. */
#ifndef WEFT_APP_PASS_PROPOSAL_CHECK_H
#define WEFT_APP_PASS_PROPOSAL_CHECK_H

#include "forge/forge.h"
#include "pki/trust_plan.h"

/* Of all virtual meshes together. */
struct proposal_check {
    enum step_check check; /* the worst */
    bool unconfirmed;      /* one that is part of the proposal cannot be confirmed */
    const char *text;      /* Markdown: a list item for each step that is held back or that cannot
                              be confirmed; "" */
};

struct proposal_check proposal_check_of(const struct trust_plan *decided, struct arena *arena);
/* The status of the proposal's commit.  What is held back is no part of it. */
struct forge_status proposal_check_status(const struct proposal_check *check);
/* That of a commit that has a step which is held back by now. */
struct forge_status proposal_check_withdrawn(void);
/* The comment of the pull request, without its marker; "": there is nothing to say. */
const char *proposal_check_comment(const struct proposal_check *check, struct arena *arena);

#endif
