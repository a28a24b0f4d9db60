/* app/pass/lock.h - one pass at a time, and who this one is to others. */
#ifndef WEFT_APP_PASS_LOCK_H
#define WEFT_APP_PASS_LOCK_H

#include "app/pass/pass.h"

/* One pass at a time, where a Lease is wanted: pass->elsewhere says who is at work when it is
 * another one. */
MUST_USE int pass_lock(struct pass *pass, struct err *err);
/* Before a step that cannot be undone: it is still this pass's turn. */
MUST_USE int pass_lock_keep(struct pass *pass, struct err *err);
void pass_lock_release(struct pass *pass);
/* Who we are to others: pod, or host. */
const char *pass_instance(const struct pass *pass);
/* Where our own objects live. */
const char *pass_namespace(const struct kube *kube);
/* The time, as others tell it: 0 when nobody did, or when the time is pretended (--now). */
int64_t pass_second_clock(const struct pass *pass);

#endif
