/* pki/stale_state.h - whether the state knows what the records on the output branch say is
 * deployed. */
#ifndef WEFT_PKI_STALE_STATE_H
#define WEFT_PKI_STALE_STATE_H

#include "pki/branch_record.h"
#include "pki/trust_remark.h"
#include "pki/trust_request.h"
#include "state/ledger.h"

struct stale_state_source {
    const struct ledger *ledger;
    const struct branch_records *records;
    const char *state_path; /* for messages */
    bool foreign_tip;       /* the newest commit of the branch is not weft's */
};

struct stale_state {
    bool stale; /* nothing may be done to the trust of the virtual mesh: remarks say why */
    const struct object_ref *elsewhere; /* whose record says so; NULL: its own */
    struct trust_branch branch;         /* how far its record says it is */
};

/* A state that does not know what is deployed was lost, is an older backup, or belongs to another
 * installation.  Going on with it would break the trust between clusters, so it takes the consent
 * of the operator, in Git, that names the root: ANNOTATION_LOST_ROOT.  Adds T1 to T3 (an error for
 * each mesh; then stale is true) or T4 (a warning). */
void stale_state_check(struct stale_state *out, struct findings *remarks,
                       const struct stale_state_source *in, const struct trust_request *request);

/* A root that any record names and the ledger does not hold, and that the operator has not given up
 * in one of these virtual meshes; NULL: none. */
const char *stale_state_unknown_root(const struct stale_state_source *in,
                                     const struct virtual_mesh *const *meshes, size_t count);

#endif
