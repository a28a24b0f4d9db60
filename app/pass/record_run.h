/* app/pass/record_run.h - what the state records of a pass. */
#ifndef WEFT_APP_PASS_RECORD_RUN_H
#define WEFT_APP_PASS_RECORD_RUN_H

#include "app/pass/outcome.h"

/* Saves one row for each pass that did something, its findings, and when it converged.  An idle
 * pass writes nothing, unless the time since the last success is measured.  failure NULL: the pass
 * did not fail. */
MUST_USE int record_run(const struct outcome *out, struct session *session,
                        const struct err *failure, struct err *err);

#endif
