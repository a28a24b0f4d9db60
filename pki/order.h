/* pki/order.h - what has to be issued in this pass, decided before anything is made.  Pure. */
#ifndef WEFT_PKI_ORDER_H
#define WEFT_PKI_ORDER_H

#include "pki/issue.h"

enum order_kind { ORDER_ROOT, ORDER_INTERMEDIATE };

struct order {
    enum order_kind kind;
    const struct trust_request *request;
    const struct trust_mesh *mesh; /* NULL for a root */
    const char *root;              /* id of the root that signs; NULL: the one that order [signer] makes */
    size_t signer;
    const char *why;
};

struct orders {
    struct arena *arena;
    struct order *list; /* a root stands before the intermediates that it signs */
    size_t count;
    struct issue_failure *failures;
    size_t failure_count;
};

/* out->arena must be set, everything else zero. */
void orders_plan(struct orders *out, const struct ledger *ledger, const struct trust_request *const *requests, size_t count);

#endif
