/* app/pass/expiry.h - when the certificates in use end, and when weft means to renew them. */
#ifndef WEFT_APP_PASS_EXPIRY_H
#define WEFT_APP_PASS_EXPIRY_H

#include "app/pass/observe.h"
#include "report/metrics.h"

/* Of each root and intermediate of the ledger that clusters hold or are about to get: its end, and
 * the time from which a pass renews it (docs/rotation.md), by the options of the trust that is
 * deployed. */
void expiry_measure(struct metrics *metrics, struct session *session,
                    const struct observed *observed);

/* Of a virtual mesh that was taken out of the specs nothing is renewed or rotated any more, and
 * nobody waits for it. */
bool expiry_watched(struct session *session, const char *virtual_mesh);

#endif
