/* app/pass/propose.h - the pull request of a pass. */
#ifndef WEFT_APP_PASS_PROPOSE_H
#define WEFT_APP_PASS_PROPOSE_H

#include "app/pass/outcome.h"

/* Opens, edits or closes the one pull request, after the publishing stage.  A dry pass
 * asks no forge. */
MUST_USE int pass_propose(struct outcome *out, struct session *session, struct err *err);
/* After a pass that could not publish: what is on the proposal branch has a step that is held back
 * by now, and says so.  A failure is a warning. */
void pass_propose_withdrawn(struct outcome *out, struct session *session);

#endif
