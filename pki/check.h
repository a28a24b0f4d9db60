/* pki/check.h - whether a CA of the ledger holds: read again and verified strictly.  Opens no
 * private key. */
#ifndef WEFT_PKI_CHECK_H
#define WEFT_PKI_CHECK_H

#include "base/err.h"
#include "state/ledger.h"

/* id of a root or an intermediate.  -1 with what is wrong: it does not parse, its chain does not
 * verify at that time, or the ledger does not have it. */
MUST_USE int check_trust(const struct ledger *ledger, const char *id, int64_t at, struct err *err);

#endif
