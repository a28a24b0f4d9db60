/* k8s-job/restart/session.h - one cluster of a restart_step, between reading and patching.
 * Private to k8s-job/restart/. */
#ifndef WEFT_K8S_JOB_RESTART_SESSION_H
#define WEFT_K8S_JOB_RESTART_SESSION_H

#include "base/map.h"
#include "k8s-job/observe/root_source.h"
#include "k8s-job/observe/shared_read.h"
#include "k8s-job/restart/decide.h"

struct restart_session {
    struct restart_cluster *cluster;
    struct shared_read *shared; /* istiods and roots; that of the cluster, or of this step alone */
    struct restart_facts facts;
    struct restart_decision decision;
    struct restart_item *istiods, *workloads; /* workloads are sorted */
    size_t istiod_count, workload_count;
    const struct map *records;   /* of this epoch, by restart_key: struct restart_record */
    const struct map *issued;    /* of any epoch, by restart_key: issued and not settled */
    bool gateways_unfinished;    /* a restart of a gateway was issued and is not seen rolled out */
    struct map *items;           /* by restart_key: workloads */
    struct root_sources sources; /* where its istiods publish the roots */
    struct restart_roots {       /* what one of these sources has */
        const struct root_source *source;
        struct map *namespaces; /* by name: those with the desired roots */
        bool everywhere;        /* all of them: a ClusterTrustBundle with the desired roots */
    } * roots;
    size_t root_list_count;
    bool closed; /* a read or a patch failed: no more requests to it in this pass */
};

/* "Deployment/shop/web": the key of the maps above. */
const char *restart_key(const char *kind, const char *namespace, const char *name,
                        struct arena *arena);
/* "/apis/apps/v1/namespaces/shop/deployments" */
const char *restart_path(const char *kind, const char *namespace, struct arena *arena);
/* Closes the session: the cluster becomes unknown, with what failed and the error as its reason. */
void restart_give_up(struct restart_session *session, const char *what, const struct err *err,
                     struct arena *arena);
/* Fills in what the state file has of the item for this epoch. */
void restart_recall(struct restart_item *item, const struct restart_session *session,
                    struct arena *arena);

#endif
