/* k8s-job/restart/session.h - the clusters of one restart_step, between looking and patching.  Only
 * for restart*.c. */
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

/* restartlook.c.  Istiods and roots of all clusters that something is to be done in; then the
 * workloads of those whose decision asks for them. */
void restart_look_first(struct session *sessions, size_t count, struct arena *arena);
void restart_look_on(struct session *sessions, size_t count, struct arena *arena);

/* restartpatch.c.  Orders the restarts that the decisions picked; afterwards none of these items is
 * in the state READY any more, or its session is over. */
void restart_patch(struct session *sessions, size_t count, struct arena *arena);

#endif
