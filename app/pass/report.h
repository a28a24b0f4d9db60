/* app/pass/report.h - how a pass went, as files. */
#ifndef WEFT_APP_PASS_REPORT_H
#define WEFT_APP_PASS_REPORT_H

#include "app/pass/outcome.h"

/* As the report, the metrics and the ledger name it. */
enum run_result pass_result(const struct outcome *outcome, const struct err *failure);
/* Writes the files of the report. */
MUST_USE int pass_report(const struct outcome *outcome, struct session *session,
                         const struct err *failure, struct err *err);

#endif
