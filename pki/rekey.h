/* pki/rekey.h - the private keys of a ledger under another state key. */
#ifndef WEFT_PKI_REKEY_H
#define WEFT_PKI_REKEY_H

#include "pki/custody.h"

/* Opens every sealed key with one custody and seals it with the other; the rows are changed.
 * *count: how many.  -1 leaves the ledger half done: it is not to be saved. */
MUST_USE int rekey_ledger(size_t *count, struct ledger *ledger, const struct custody *from,
                          const struct custody *to, struct err *err);
/* Every sealed key opens with this custody, and is the private key of its row's public one. */
MUST_USE int rekey_prove(const struct ledger *ledger, const struct custody *custody,
                         struct err *err);

#endif
