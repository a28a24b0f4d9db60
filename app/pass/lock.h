/* app/pass/lock.h - one pass at a time for an output branch, and the name of this one for others.
 */
#ifndef WEFT_APP_PASS_LOCK_H
#define WEFT_APP_PASS_LOCK_H

#include "app/pass/inputs.h"

/* Takes the Lease where one is wanted; session->lock says what came of it.  A server that cannot be
 * asked is a warning: rendering and pushing never depend on it. */
MUST_USE int pass_lock(struct session *session, struct err *err);
/* Renews the Lease, before a step that cannot be undone.  -1: another pass took it (LOCK_LOST). */
MUST_USE int pass_lock_keep(struct session *session, struct err *err);
void pass_lock_release(struct session *session);
/* The name of this pass for others: pod, or host and process. */
const char *pass_instance(const struct session *session);
/* The namespace of weft's own objects. */
const char *pass_namespace(const struct kube *kube);
/* The earliest time that a server named, seconds since 1970; 0: no server named one, or the time is
 * pretended (--now). */
int64_t pass_second_clock(const struct session *session, const struct inputs *inputs);

#endif
