/* k8s-job/client/scheduler.h - what a struct kube is made of.  Only for kube.c, engine.c and tests
 * of their patience.
 */
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
    size_t open;                     /* calls that are sent, or wait to be sent once more */
    int64_t open_since;              /* monotonic; since there is one */
    uint64_t dice;                   /* state of a small generator, for jitter only */
    struct kube_error_count *errors; /* by code */
    size_t error_count;
    bool heard;            /* in this kube_all it answered */
    bool mute;             /* it did not, and is not asked again */
    bool secrets_in_clear; /* takes Secrets over http://: for tests alone, on the loopback */
    int64_t server_time;   /* Date of its last answer, seconds; 0: none yet */
};

/* What is left of a limit; none when it is used up. */
size_t kube_left(size_t limit, size_t spent);
const struct kube_budget *kube_spent(struct kube *kube);

/* One more page of a list; -1 when there were too many. */
MUST_USE int kube_spend_page(struct kube *kube, struct err *err);
void kube_all(struct kube_call *calls, size_t count, struct arena *arena);

#endif
