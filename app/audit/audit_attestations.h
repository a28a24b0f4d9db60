/* app/audit/audit_attestations.h - whether the commits that promise an attestation have a true one.
 */
#ifndef WEFT_APP_AUDIT_AUDIT_ATTESTATIONS_H
#define WEFT_APP_AUDIT_AUDIT_ATTESTATIONS_H

#include "app/audit/audit_verify.h"

/* Of each commit of weft in the range with the trailer: there is a note, it says what the commit
 * says, and an allowed signer signed it.  -1: the notes cannot be fetched or read. */
MUST_USE int audit_attestations(struct audit_report *out, const struct audit_request *request,
                                struct err *err);

#endif
