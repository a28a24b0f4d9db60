/* app/pass/pass.h - one pass: the stages of docs/architecture.md in their order, and what came of
 * them. */
#ifndef WEFT_APP_PASS_PASS_H
#define WEFT_APP_PASS_PASS_H

#include "app/pass/outcome.h"

/* 0 when the pass did all that it could (the statuses tell how it went); -1 when it failed.  In
 * both cases *out holds what was done, and outcome_close releases it before the session is closed.
 */
MUST_USE int pass_run(struct outcome *out, struct session *session, struct err *err);
/* What the next pass would decide by: a dry pass that ends before anything is rendered. */
MUST_USE int pass_look(struct outcome *out, struct session *session, struct err *err);

#endif
