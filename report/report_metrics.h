/* report/report_metrics.h - a pass as metrics. */
#ifndef WEFT_REPORT_REPORT_METRICS_H
#define WEFT_REPORT_REPORT_METRICS_H

#include "report/metrics.h"
#include "report/report.h"

/* Every sample of a report.  What the pass did not come to see is kept (metrics_keep). */
void report_metrics(struct metrics *metrics, const struct report *report, struct arena *arena);

#endif
