/* app/pass/metrics.h - files and servers for monitoring. */
#ifndef WEFT_APP_PASS_METRICS_H
#define WEFT_APP_PASS_METRICS_H

#include "app/pass/pass.h"

/* Writes files and tells servers for monitoring; result as in the report. */
void pass_measure(struct pass *pass, enum run_result result);
/* Somebody wants the metrics of this pass. */
bool pass_measured(const struct pass *pass);

#endif
