/* k8s-job/restart/session.h - the clusters of one restart_step, between looking and patching.
 * Private to k8s-job/restart/. */
#ifndef WEFT_K8S_JOB_RESTART_SESSION_H
#define WEFT_K8S_JOB_RESTART_SESSION_H

#include "base/map.h"
#include "k8s-job/restart/decide.h"

struct session {
    struct restart_cluster *cluster;
    struct restart_facts facts;
    struct restart_decision decision;
    struct restart_item *istiods, *workloads; /* workloads are sorted */
    size_t istiod_count, workload_count;
    const struct map *records; /* of this epoch, by restart_key: struct restart_record */
    const struct map *ordered; /* of any epoch, by restart_key: not seen rolled out */
    bool begun;                /* a gateway of it was ordered, and is not seen rolled out */
    struct map *items;         /* by restart_key: workloads */
    struct map *roots;         /* by name: namespaces with the wanted roots */
    bool over;                 /* it was given up: nothing more is asked in this pass */
};

const char *restart_key(const char *kind, const char *namespace, const char *name,
                        struct arena *arena);
/* "/apis/apps/v1/namespaces/shop/deployments" */
const char *restart_path(const char *kind, const char *namespace, struct arena *arena);
/* The cluster is not asked any more in this pass; what failed, and why. */
void restart_give_up(struct session *session, const char *what, const struct err *err,
                     struct arena *arena);
/* What the state remembers of an item. */
void restart_recall(struct restart_item *item, const struct session *session, struct arena *arena);

#endif
