/* k8s-job/restart/rollout.h - one live workload, as far as a restart asks.  Only for restart*.c and
 * their tests. */
#ifndef WEFT_K8S_JOB_RESTART_ROLLOUT_H
#define WEFT_K8S_JOB_RESTART_ROLLOUT_H

#include "base/decode.h"

bool restart_kind_known(const char *kind); /* it is one that restart.h names */
/* "deployment"; with an s it is the resource of the API. */
const char *restart_resource(const char *kind, struct arena *arena);

struct restart_live {
    const char *version; /* resourceVersion: what a patch was computed from */
    const char *epoch;   /* RESTART_EPOCH of the pod template; "" = none */
    int64_t at;   /* when that restart was ordered, by the template itself; 0: it does not say */
    bool paused;  /* a Deployment that is not rolled out whatever its template says */
    bool by_hand; /* OnDelete: pods are replaced when a person deletes them */
    int64_t partition; /* pods of a StatefulSet below this ordinal keep the old template; 0: none */
    bool complete; /* every pod that its strategy replaces is of the newest template, and there */
    bool stuck;    /* Kubernetes itself gave up: ProgressDeadlineExceeded */
    const char *progress; /* "1 of 2 replicas updated"; "" when complete */
};

/* object is of this kind.  Pure; texts in the arena. */
struct restart_live restart_live_of(const char *kind, const struct node *object,
                                    struct arena *arena);
/* A Deployment of istiod: by its label app=istiod, or by the labels of its pods (none given: no).
 */
bool restart_is_istiod(const struct node *deployment, const struct pair *labels, size_t count);

#endif
