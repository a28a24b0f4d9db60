/* app/pass/status.h - statuses of a pass, to the ledger and the API server. */
#ifndef WEFT_APP_PASS_STATUS_H
#define WEFT_APP_PASS_STATUS_H

#include "app/pass/pass.h"

/* What became of each object, to the ledger and the API server. */
void pass_status(struct pass *pass);
/* The same for a pass that failed before it could publish. */
void pass_status_stopped(struct pass *pass, const struct err *failure);

#endif
