/* pki/order.h - carries out orders: makes keys, roots and intermediates and adds them to the
 * ledger as KEY_NEXT, keys sealed.  Decides nothing. */
#ifndef WEFT_PKI_ORDER_H
#define WEFT_PKI_ORDER_H

#include "pki/custody.h"
#include "pki/trust.h"

enum order_kind { ORDER_ROOT, ORDER_INTERMEDIATE };

struct order {
    enum order_kind kind;
    const struct trust_request *request;
    const struct mesh_identity *mesh; /* ORDER_INTERMEDIATE */
    const char *ca;      /* ORDER_INTERMEDIATE: id of the CA that signs, in the ledger */
    const char *failure; /* out: why it could not be made; NULL: it was */
};

/* Every order is tried, whatever becomes of the others.  *done counts those that were carried out.
 */
MUST_USE int order_make(struct order *orders, size_t count, struct ledger *ledger,
                        const struct custody *custody, const struct issue_options *options,
                        struct err *err);

#endif
