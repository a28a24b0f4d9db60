/* app/pass/findings.h - what becomes of the findings of a pass: the log and the state. */
#ifndef WEFT_APP_PASS_FINDINGS_H
#define WEFT_APP_PASS_FINDINGS_H

#include "api/finding.h"
#include "app/progress.h"
#include "state/ledger.h"

/* Each as a line of the log, errors last. */
void findings_tell(const struct findings *findings, struct progress *progress);
/* Into the ledger, as many as a state should hold. */
void findings_remember(struct ledger *ledger, const struct findings *findings);
/* Those that were remembered last.  out has its arena. */
void findings_recall(struct findings *out, const struct ledger *ledger);

#endif
