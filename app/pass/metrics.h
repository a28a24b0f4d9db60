/* app/pass/metrics.h - files and servers for monitoring. */
#ifndef WEFT_APP_PASS_METRICS_H
#define WEFT_APP_PASS_METRICS_H

#include "app/pass/outcome.h"

/* Writes files and tells servers for monitoring; result as in the report. */
void pass_measure(const struct outcome *outcome, struct session *session, enum run_result result);
/* The metrics of this pass are wanted. */
bool pass_measured(struct session *session);

#endif
