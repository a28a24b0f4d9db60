/* k8s-job/observe/cluster.h - what each cluster itself shows: the roots that its workloads are
 * given, and its istiod. docs/rotation.md  Facts only; rotation/rotation.c decides what they prove.
 * Unknown is not passed. */
#ifndef WEFT_K8S_JOB_OBSERVE_CLUSTER_H
#define WEFT_K8S_JOB_OBSERVE_CLUSTER_H

#include "k8s-job/client/kube.h"
#include "k8s-job/observe/shared_read.h"
#include "rotation/observation.h"

struct cluster_facts {
    /* in */
    struct kube *kube;
    const char *cluster;
    const char *namespace;      /* of istiod */
    struct shared_read *shared; /* what the pass has read of it; NULL: nothing, and nothing stays */
    bool restarts; /* restart_step will need all Deployments of the namespace: ask for them at once
                    */
    /* out */
    bool known; /* false: why says what could not be read, and nothing below counts */
    const char *why;
    const char *refused; /* it answers, but denies access: the right to grant, the same text in each
                            pass.  NULL: it does not answer, or grants access */
    struct root_bundle *bundles;
    size_t bundle_count;
    struct istiod_facts istiod;
    int64_t at; /* of the answer, by the cluster's own clock; 0 = it does not say */
};

/* Reads all clusters in parallel; an unreachable one delays no other.  Failures are facts (known,
 * why, refused).  Facts live in arena. */
void cluster_read(struct cluster_facts *facts, size_t count, struct arena *arena);

/* The pure parts. */
/* SHA-256 of each certificate of a PEM text, hex, sorted, each once; anything else is left
 * out. */
const char **cluster_pem_fingerprints(const char *pem, size_t *count, struct arena *arena);
void cluster_add_map(struct cluster_facts *facts, const struct node *config_map,
                     struct arena *arena);

#endif
