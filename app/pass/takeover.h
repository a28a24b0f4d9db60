/* app/pass/takeover.h - whether a state that was opened is the one that wrote the output branch. */
#ifndef WEFT_APP_PASS_TAKEOVER_H
#define WEFT_APP_PASS_TAKEOVER_H

#include "app/pass/inputs.h"

/* A state without MACs is taken over once: when the output branch was never written from one with
 * MACs, and its certificates are what their rows say.  Otherwise -1, and the file is as it was.
 * Nothing to do for a state with MACs. */
MUST_USE int takeover(const struct session *session, const struct inputs *inputs, struct err *err);
/* A warning when a record says that the branch was written from a state that had been saved more
 * often: this one is older, or another.  What that means for roots is found by
 * pki/stale_state.c.  The state counts on from there, so that the next records are newer than
 * those. */
MUST_USE int takeover_report_older(const struct session *session, const struct inputs *inputs,
                                   struct err *err);
/* Encrypted manifests that were damaged in the state: taken from the tip of the output branch when
 * it has the very text, otherwise dropped, so that they are made again.  *healed counts them. */
MUST_USE int takeover_restore_deliveries(size_t *healed, const struct session *session,
                                         const struct inputs *inputs, struct err *err);

#endif
