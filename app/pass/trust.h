/* app/pass/trust.h - the trust of a pass in two parts, trust.c (what is due and issued) and
 * deliver.c (how it gets to the clusters).  Private to the two. */
#ifndef WEFT_APP_PASS_TRUST_H
#define WEFT_APP_PASS_TRUST_H

#include "app/pass/pass.h"
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
void trust_failed(struct pass *pass, struct planned_virtual_mesh *mesh, const char *key,
                  enum approval_state state, const char *text);
/* Whether certificates can be encrypted for this cluster: the err says what is missing. */
MUST_USE int deliver_recipient_check(struct pass *pass, const char *cluster, struct err *err);
/* Who can open what is delivered to this cluster, as ledger_delivery.recipient says it; NULL:
 * nothing can be delivered. */
const char *deliver_recipient(struct pass *pass, const char *cluster);
/* Before anything is decided: with direct delivery, clusters are given again what they are to hold,
 * and one that held something else has no receipt any more. */
MUST_USE int deliver_reassert(struct pass *pass, const struct requests *requests, struct err *err);
/* What was issued goes on its way: into encrypted manifests, or straight to the clusters. */
MUST_USE int deliver_trust(struct pass *pass, const struct requests *requests, struct err *err);

#endif
