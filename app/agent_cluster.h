/* app/agent_cluster.h - what the agent reads and writes in its own cluster: its keys, what weft
 * issued, cacerts, its request. */
#ifndef WEFT_APP_AGENT_CLUSTER_H
#define WEFT_APP_AGENT_CLUSTER_H

#include "delivery/agent_step.h"
#include "k8s-job/client/kube.h"
#include "pki/agent_key.h"

struct agent_cluster {
    struct kube *kube;
    const char *name;            /* of the cluster */
    const char *namespace;       /* of the agent */
    const char *istio_namespace; /* of cacerts */
    int64_t now;
    bool take_over;      /* of a cacerts that another writer made */
    struct arena *arena; /* secrets pass through: shred it */
};

/* What a look found; agent_cluster_close wipes the keys. */
struct agent_look {
    struct agent_key spare, current;
    int64_t renewed_for;
    struct issuance issuance;
    bool issued;
    struct agent_facts facts;
    struct csr_holds holds; /* what cacerts holds, when it is from an issuance */
};
MUST_USE int agent_cluster_look(struct agent_look *out, const struct agent_cluster *cluster,
                                struct err *err);
void agent_cluster_close(struct agent_look *look);
static inline void auto_agent_cluster_close(struct agent_look *look) { agent_cluster_close(look); }
#define AUTO_LOOK __attribute__((cleanup(auto_agent_cluster_close))) struct agent_look

/* Carries out the one write of a step. */
MUST_USE int agent_cluster_do(const struct agent_cluster *cluster, enum agent_step step,
                              const struct agent_look *look, struct err *err);
/* The request, when it says something new or its token gets old. */
MUST_USE int agent_cluster_publish(const struct agent_cluster *cluster,
                                   const struct agent_look *look, const char *cannot,
                                   struct err *err);

#endif
