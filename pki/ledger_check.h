/* pki/ledger_check.h - whether the certificates of a ledger are what their rows say.  Needs no key:
 * for those who only look, and before a state without MACs is taken over. */
#ifndef WEFT_PKI_LEDGER_CHECK_H
#define WEFT_PKI_LEDGER_CHECK_H

#include "base/err.h"
#include "state/ledger.h"

/* Every root and intermediate: exactly one certificate, whose SHA-256 is the id, with the key, the
 * serial and the validity of the row, signed by the root that the row names and so on up to a
 * self-signed one.  Time does not matter: an expired certificate is right, too.  -1 (ERR_STORE)
 * names table and row.  file is for the err. */
MUST_USE int ledger_check(const struct ledger *ledger, const char *file, struct err *err);

#endif
