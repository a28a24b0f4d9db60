/* app/pass/stale_state.h - whether the ledger knows what the output branch says is deployed.  Reads
 * only. */
#ifndef WEFT_APP_PASS_STALE_STATE_H
#define WEFT_APP_PASS_STALE_STATE_H

#include "app/pass/inputs.h"
#include "pki/trust.h"
#include "translate/translate.h"

struct lost {
    const char *why; /* nothing may be done to the trust of the virtual mesh; NULL: it may */
    const struct object_ref *elsewhere; /* whose record says so; NULL: its own */
    const char *warning;        /* what the ledger missed does no harm; NULL: it missed nothing */
    struct trust_branch branch; /* how far the record says it is */
};

/* A state that does not know what is deployed was lost, is of an older backup, or belongs
 * elsewhere.  Going on with it would break the trust between clusters, so it takes a word of the
 * operator, in Git, that names the root: ANNOTATION_LOST_ROOT. Texts live in
 * the pass's arena. */
MUST_USE int stale_state_check(struct lost *out, const struct session *session,
                               const struct inputs *inputs, const struct tree_reader *tip,
                               const struct planned_virtual_mesh *mesh, struct err *err);

/* A root that any record on the branch names and the ledger does not hold, and that the operator
 * has not given up (ANNOTATION_LOST_ROOT); NULL: none. */
MUST_USE int lost_root(const char **out, const struct session *session, const struct plan *plan,
                       const struct tree_reader *tip, struct err *err);

#endif
