/* app/pass/metrics.h - files and servers for monitoring. */
#ifndef WEFT_APP_PASS_METRICS_H
#define WEFT_APP_PASS_METRICS_H

#include "app/pass/session.h"
#include "report/report.h"

/* Writes the file of metrics and pushes to the Pushgateway, where the configuration or an option
 * names them; a failure is a warning. */
void pass_measure(const struct report *report, struct session *session);
/* Whether the configuration or an option asks for metrics. */
bool pass_measured(const struct session *session);

#endif
