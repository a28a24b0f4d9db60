/* k8s-job/restart/rollout.h - the state of one live workload, for restarts.  Pure.  Private to
 * k8s-job/restart/ and its tests.  Kubernetes API: apps/v1 Deployment, DaemonSet, StatefulSet. */
#ifndef WEFT_K8S_JOB_RESTART_ROLLOUT_H
#define WEFT_K8S_JOB_RESTART_ROLLOUT_H

#include "base/decode.h"

/* weft restarts workloads of this kind: Deployment, DaemonSet or StatefulSet. */
bool restart_kind_known(const char *kind);
/* "deployment"; with an s it is the resource of the API. */
const char *restart_resource(const char *kind, struct arena *arena);

struct restart_live {
    const char *version; /* resourceVersion: what a patch was computed from */
    const char *epoch;   /* RESTART_EPOCH of the pod template; "" = none */
    int64_t at;        /* when that restart was issued, by the template, in seconds; 0: not known */
    bool paused;       /* spec.paused: a Deployment that rolls out no template */
    bool by_hand;      /* OnDelete: a pod is replaced when it is deleted */
    int64_t partition; /* pods of a StatefulSet below this ordinal keep the old template; 0: none */
    bool complete; /* every pod that its strategy replaces has the newest template and is available
                    */
    bool stuck;    /* its condition Progressing has the reason ProgressDeadlineExceeded */
    const char *progress; /* "1 of 2 replicas updated"; "" when complete */
};

/* Reads an object of this kind.  Texts are in the arena. */
struct restart_live restart_live_of(const char *kind, const struct node *object,
                                    struct arena *arena);

#endif
