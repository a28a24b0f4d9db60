/* app/pass/arrived.h - a push that arrived although its pass did not live to note it. */
#ifndef WEFT_APP_PASS_ARRIVED_H
#define WEFT_APP_PASS_ARRIVED_H

#include "app/pass/inputs.h"

/* When the branch has a commit of this very state that the ledger does not know, and what it
 * delivered is what the ledger holds: it is noted now, with the time of that commit, as the pass
 * would have done that pushed it.  So nothing is committed again, and no wait begins again.  Before
 * anything else is decided; whether the branch was reset since is another question
 * (reverted.h), asked after this one. */
MUST_USE int arrived_note(struct session *session, const struct inputs *inputs, struct err *err);

#endif
