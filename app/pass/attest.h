/* app/pass/attest.h - with output.attestations: an attestation of each commit of weft, as a note.
 * docs/audit.md */
#ifndef WEFT_APP_PASS_ATTEST_H
#define WEFT_APP_PASS_ATTEST_H

#include "app/pass/inputs.h"

/* The branch has commits that may still need one. */
bool attest_is_due(const struct session *session, const struct inputs *inputs);
/* Attests the commits of this state below a tip of the output branch that have no note yet.  A
 * failure is a warning: the next pass tries again. */
void attest_commits(struct session *session, const struct inputs *inputs, const char *tip);

#endif
