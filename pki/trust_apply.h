/* pki/trust_apply.h - carries out what trust_plan decided: makes keys and certificates, tests them,
 * and puts them into the ledger. */
#ifndef WEFT_PKI_TRUST_APPLY_H
#define WEFT_PKI_TRUST_APPLY_H

#include "pki/trust_plan.h"

/* What the plan asks for is issued, tested (selftest.h) and put into the ledger, which must be the
 * one that was planned with and unchanged since; private keys only sealed.  What the ledger has is
 * used again; two Mesh objects that share one istiod namespace of a cluster share one intermediate
 * (that of the first by key).  A virtual mesh whose test fails stays as it was, with an error among
 * the notes.  Results live in ledger->arena.  -1 only when nothing can be issued at all; the ledger
 * then holds what was made so far, which is safe to save. */
MUST_USE int trust_apply(struct issue_result *out, struct trust_plan *plan, struct ledger *ledger,
                         const struct custody *custody, struct err *err);

#endif
