/* pki/rotation_input.h - what the state machine has to know of one virtual mesh, gathered from the
 * ledger, the request and the evidence.  Opens no key. */
#ifndef WEFT_PKI_ROTATION_INPUT_H
#define WEFT_PKI_ROTATION_INPUT_H

#include "pki/trust.h"
#include "rotation/rotation.h"

/* given: id of the CA that rootCertificateAuthority.secret gave, "" when the spec asks for none;
 * why_not: why it could not be had (NULL: it could).  mine says which meshes take part.  Everything
 * in the arena. */
struct rotation_input_source {
    const struct ledger *ledger;
    const struct trust_request *request;
    const struct issue_options *options;
    const struct rotation *record;
    const char *given, *why_not;
    const bool *mine; /* for each mesh of the request */
    struct arena *arena;
};
MUST_USE int rotation_input_gather(struct rotation_facts *out,
                                   const struct rotation_input_source *input, struct err *err);

/* The step that the branch says this very rotation has come to; 0: none.  One that is over by the
 * record, and was not rolled back, has come to its last step. */
int rotation_input_branch_step(const struct rotation *record, const struct trust_branch *branch);

/* What an intermediate of mesh is made with now, as ledger_intermediate.options says it. */
const char *rotation_input_intermediate_options(const struct trust_request *request,
                                                const struct mesh_identity *mesh,
                                                const struct issue_options *options,
                                                struct arena *arena);

#endif
