/* app/pass/branch.h - whose the output branch is: which weft wrote it last, and what this state
 * knows of that. */
#ifndef WEFT_APP_PASS_BRANCH_H
#define WEFT_APP_PASS_BRANCH_H

#include "api/finding.h"
#include "app/audit/audit_entry.h"
#include "app/audit/certificate_log.h"
#include "app/pass/inputs.h"
#include "translate/translate.h"

/* The newest commit of weft on the branch. */
struct branch_writer {
    const char *commit;           /* "": there is none */
    const char *state, *instance; /* ""; commits of an older weft do not have it */
    uint64_t counter;
};

/* The id of this state, by which its commits are known: made, and saved at once, when it has none
 * yet. */
MUST_USE int branch_name_state(struct session *session, struct err *err);
const char *branch_state(const struct session *session); /* "": a dry pass without a state */
/* Where this pass runs, for people: pod or host. */
const char *branch_instance(struct arena *arena);

/* What this state knows of the repository that it publishes to.  A repository is not its URL: when
 * the branch points to a commit that weft last pushed under another URL, or to a branch of another
 * name, it is the same repository.  NULL: nothing was published there. */
struct ledger_publication *branch_publication(const struct session *session,
                                              const struct inputs *inputs);
/* What the next commit on that tip is to say. */
MUST_USE int branch_counter(uint64_t *counter, const struct session *session,
                            const struct inputs *inputs, const char *tip, struct err *err);

/* The certificate log of weft's newest commit on that tip: what others did to the file does not
 * count. */
MUST_USE int branch_certificates(struct certificate_log *out, const struct session *session,
                                 const struct inputs *inputs, const char *tip, struct err *err);

/* The branch as it is now: a commit ("": none), and its files below output.path. */
struct branch_tip {
    const char *commit;
    const struct tree_reader *files;
};

/* Another state has written to the branch since this one looked at it last.  A warning that names
 * it; but ERR_REFUSED when the records there also name roots that this state does not hold: then
 * the branch is the other's, and both would overwrite each other without end. */
MUST_USE int branch_check(struct findings *remarks, const struct session *session,
                          const struct inputs *inputs, const struct plan *plan,
                          const struct branch_tip *tip, struct err *err);

#endif
