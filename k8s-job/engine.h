/* engine.h - what a struct kube is made of.  Only for kube.c, engine.c and tests of their patience.
 */
#ifndef WEFT_KUBE_ENGINE_H
#define WEFT_KUBE_ENGINE_H

#include "k8s-job/credential.h"
#include "k8s-job/kube.h"
#include "k8s-job/retry.h"

struct kube {
    struct arena *arena;
    struct http *http;
    struct target target;
    struct credential credential;
    struct http_peer peer;
    struct retry_limits limits;
    int64_t budget_ms;   /* of trouble, from kube_open on: see spent_ms */
    int64_t spent_ms;    /* silences, and pauses before a next try; what runs side by side
                            counts once */
    int64_t spent_until; /* monotonic */
    bool silent;         /* its last try met silence */
    uint64_t dice;       /* state of a small generator, for jitter only */
    struct kube_error_count *errors; /* by code */
    size_t error_count;
    bool heard, mute;    /* in this kube_all: it answered; it did not, and is not asked again */
    int64_t server_time; /* Date of its last answer, seconds; 0: none yet */
};

#endif
