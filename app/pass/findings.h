/* app/pass/findings.h - what becomes of the findings of a pass. */
#ifndef WEFT_APP_PASS_FINDINGS_H
#define WEFT_APP_PASS_FINDINGS_H

#include "app/pass/pass.h"

/* Each as a line of the log, errors last. */
void findings_tell(const struct pass *pass);
/* Into the ledger, unless the pass failed before there were any. */
void findings_remember(struct pass *pass);
/* Those that were remembered last.  out has its arena. */
void findings_recall(struct findings *out, const struct ledger *ledger);

/* The list that every output shows. */
void pass_gather(struct pass *pass);

#endif
