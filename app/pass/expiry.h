/* app/pass/expiry.h - when the certificates in use end, and when weft means to renew them. */
#ifndef WEFT_APP_PASS_EXPIRY_H
#define WEFT_APP_PASS_EXPIRY_H

#include "report/report.h"
#include "rotation/evidence.h"
#include "state/ledger.h"

/* Of each root and intermediate of the ledger that clusters hold or are about to get: its end, and
 * the time from which a pass renews it (docs/rotation.md), by the options of the trust that is
 * deployed.  Roots first; returns how many. */
size_t expiry_list(struct report_certificate **out, const struct ledger *ledger,
                   const struct evidence_policy *policy, struct arena *arena);

/* False for a virtual mesh that was taken out of the specs: nothing of it is renewed or rotated any
 * more, so no alert waits for it. */
bool expiry_watched(const struct ledger *ledger, const char *virtual_mesh);

#endif
