/* app/pass/deliver.h - certificates on their way to the clusters: sealed for the output branch, or
 * written straight to an API server.  Whatever fails, fails for one mesh. */
#ifndef WEFT_APP_PASS_DELIVER_H
#define WEFT_APP_PASS_DELIVER_H

#include "app/pass/requests.h"
#include "app/pass/resolve.h"

/* Whether certificates can be encrypted for this cluster: the err says what is missing. */
MUST_USE int deliver_recipient_check(const struct session *session, const char *cluster,
                                     struct err *err);

/* For whom what is delivered to this cluster is.  False: it cannot be delivered now. */
bool deliver_recipient(struct delivery_recipient *out, const struct session *session,
                       const char *cluster);

/* Before anything is decided: with direct delivery, clusters are given again what they are to hold,
 * and one that held something else has no receipt any more. */
MUST_USE int deliver_reassert(struct session *session, const struct inputs *inputs,
                              const struct resolved_specs *resolved, struct trusted *trusted,
                              const struct requests *requests, struct err *err);

/* What was issued goes on its way: into encrypted manifests, or straight to the clusters. */
MUST_USE int deliver_trust(struct session *session, const struct inputs *inputs,
                           const struct resolved_specs *resolved, struct trusted *trusted,
                           const struct requests *requests, struct err *err);

#endif
