/* app/pass/deliver.h - delivers certificates to the clusters: sealed on the output branch, or
 * written directly to an API server.  A failure concerns one mesh only. */
#ifndef WEFT_APP_PASS_DELIVER_H
#define WEFT_APP_PASS_DELIVER_H

#include "app/pass/requests.h"
#include "app/pass/resolve.h"

/* Whether certificates can be encrypted for this cluster: the err says what is missing. */
MUST_USE int deliver_recipient_check(const struct session *session, const char *cluster,
                                     struct err *err);

/* The recipient of deliveries to this cluster.  False: weft cannot deliver to it now. */
bool deliver_recipient(struct delivery_recipient *out, const struct session *session,
                       const char *cluster);

/* Runs before any decision.  With direct delivery, weft writes again what each cluster is to hold,
 * and invalidates the receipt of a cluster that held something else. */
MUST_USE int deliver_reassert(struct session *session, const struct inputs *inputs,
                              const struct resolved_specs *resolved, struct trusted *trusted,
                              const struct requests *requests, struct err *err);

/* Delivers what was issued: as encrypted manifests, or directly to the clusters. */
MUST_USE int deliver_trust(struct session *session, const struct inputs *inputs,
                           const struct resolved_specs *resolved, struct trusted *trusted,
                           const struct requests *requests, struct err *err);

#endif
