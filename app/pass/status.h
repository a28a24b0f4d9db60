/* app/pass/status.h - statuses of a pass, to the ledger and the API server. */
#ifndef WEFT_APP_PASS_STATUS_H
#define WEFT_APP_PASS_STATUS_H

#include "app/pass/pass.h"

/* What became of each object, to the ledger and the API server. */
void pass_status(struct outcome *outcome, struct session *session);
/* The same for a pass that failed before it could publish: what was resolved is not what is served,
 * and each status says why. */
void pass_status_stopped(struct outcome *outcome, struct session *session,
                         const struct err *failure);

#endif
