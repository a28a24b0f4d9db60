/* pki/publication.h - what happens to the records of rotations between two passes: a push, and
 * time. */
#ifndef WEFT_PKI_PUBLICATION_H
#define WEFT_PKI_PUBLICATION_H

#include "pki/trust.h"

/* delivered NULL: everything is out. */
MUST_USE int publication_done(struct ledger *ledger, int64_t now,
                              const struct trust_delivered *delivered, struct err *err);

/* Whether the branch says that the rotation which runs is further than the ledger. */
bool publication_is_behind(const struct ledger *ledger, const struct trust_branch *branch);

/* Whether a rotation runs that skips all waits. */
bool publication_is_immediate(const struct ledger *ledger, const char *virtual_mesh);

/* Whether all that the ledger asks of a virtual mesh's clusters was pushed. */
bool publication_is_current(const struct ledger *ledger, const char *virtual_mesh);

/* When something of the trust becomes due by time alone (a renewal, a wait that ends), at the
 * latest; now or earlier: at once. INT64_MAX: never.  policy NULL: the default.  Cheap: reads no
 * certificate. */
int64_t publication_next_due(const struct ledger *ledger, const struct evidence_policy *policy,
                             int64_t now);

#endif
