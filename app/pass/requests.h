/* app/pass/requests.h - what the trust of a pass is asked for, between trust.c (what is due and
 * issued) and deliver.c (how it gets to the clusters).  Private to the two. */
#ifndef WEFT_APP_PASS_REQUESTS_H
#define WEFT_APP_PASS_REQUESTS_H

#include "app/pass/resolve.h"
#include "app/pass/trusted.h"
#include "pki/trust.h"

struct requests {
    const struct trust_request **list;
    struct planned_virtual_mesh **meshes; /* whose request it is */
    size_t count;
    struct trust_branch *branches;      /* where their records say that they stand */
    struct planned_virtual_mesh **lost; /* meshes whose deployed root the ledger does not know */
    size_t lost_count;
};

/* The certificates of one mesh cannot be served: its status says why, and what it has stays. */
void requests_failed(struct session *session, struct trusted *trusted,
                     struct planned_virtual_mesh *mesh, const char *key, enum approval_state state,
                     const char *text);
/* Shows it in the statuses of a plan: again, when the plan is made again. */
void requests_show_failure(struct session *session, struct planned_virtual_mesh *mesh,
                           const struct mesh_failure *failure);

#endif
