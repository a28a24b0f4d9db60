/* app/pass/report.h - a pass as a report: gathered once, and written as files. */
#ifndef WEFT_APP_PASS_REPORT_H
#define WEFT_APP_PASS_REPORT_H

#include "app/pass/outcome.h"

/* As the report, the metrics and the ledger name it. */
enum run_result pass_result(const struct outcome *outcome, const struct err *failure);
/* failure NULL: the pass did not fail.  Points to session and outcome. */
struct report pass_report(const struct outcome *outcome, const struct session *session,
                          const struct err *failure);
/* The files of --report: nothing when it is not given. */
MUST_USE int pass_report_write(const struct report *report, const struct session *session,
                               struct err *err);

#endif
