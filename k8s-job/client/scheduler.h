/* k8s-job/client/scheduler.h - the parts of a struct kube, and many calls at once.  Private to
 * k8s-job/ and its tests. */
#ifndef WEFT_K8S_JOB_CLIENT_SCHEDULER_H
#define WEFT_K8S_JOB_CLIENT_SCHEDULER_H

#include "k8s-job/client/credential.h"
#include "k8s-job/client/kube.h"
#include "k8s-job/client/retry.h"

struct kube {
    struct arena *arena;
    struct http *http;
    struct target target;
    struct credential credential;
    struct http_peer peer;
    struct retry_limits limits;
    struct kube_budget budget, spent;
    size_t open;                     /* calls from their first attempt to their end */
    int64_t open_since;              /* monotonic ms: since when open is more than 0 */
    uint64_t rng;                    /* state of the generator for jitter */
    struct kube_error_count *errors; /* by code */
    size_t error_count;
    bool answered;         /* at least once in this kube_all */
    bool unreachable;      /* it timed out and never answered: no more requests until kube_close */
    bool secrets_in_clear; /* allows Secrets over http://; for tests on the loopback only */
    int64_t server_time;   /* Date of its last answer, seconds; 0: none yet */
};

/* The rest of a limit; 0 when it is used up. */
size_t kube_left(size_t limit, size_t spent);
/* The cost of this server since kube_open, calls that are open included. */
const struct kube_budget *kube_spent(struct kube *kube);

/* Counts one more page of a list; -1: the budget for pages is used up. */
MUST_USE int kube_spend_page(struct kube *kube, struct err *err);
/* Runs all calls (see struct kube_call) and returns when each has ended; answers are in arena. */
void kube_all(struct kube_call *calls, size_t count, struct arena *arena);

#endif
