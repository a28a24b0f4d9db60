/* app/pass/escrow.h - roots get a copy in escrow before a cluster trusts them. */
#ifndef WEFT_APP_PASS_ESCROW_H
#define WEFT_APP_PASS_ESCROW_H

#include "app/pass/session.h"

/* Brings <state.path>.escrow up to date, where pki.escrow.ageRecipients lists recipients and the
 * pass is no dry one.  -1: a root that has no copy is not to be published. */
MUST_USE int escrow_roots(struct session *session, struct err *err);

#endif
