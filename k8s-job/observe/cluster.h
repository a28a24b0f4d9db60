/* k8s-job/observe/cluster.h - what each cluster itself shows: the roots that its workloads are
 * given, and its istiod. docs/rotation.md  Facts only; rotation/rotation.c decides what they prove.
 * Unknown is not passed. */
#ifndef WEFT_K8S_JOB_OBSERVE_CLUSTER_H
#define WEFT_K8S_JOB_OBSERVE_CLUSTER_H

#include "k8s-job/client/kube.h"

/* Namespaces whose istio-ca-root-cert holds the same set of certificates. */
struct root_bundle {
    const char **roots; /* SHA-256 of each certificate's DER, hex, sorted; as the ids of roots in
                           the ledger */
    const char **pems;  /* the same certificates as PEM, parallel to roots */
    size_t count;       /* 0: the ConfigMap holds no certificate */
    size_t namespaces;
    const char *namespace; /* one of them, for messages */
};

/* Of all revisions together (Deployments with the label app=istiod): the weakest one counts. */
struct istiod_facts {
    bool found;
    size_t deployments;
    const char *version;   /* tag of its image, "1.24.1, 1.26.0" of several; "" = a digest, or none
                            */
    bool multi_root;       /* ISTIO_MULTIROOT_MESH is true in every one */
    bool xds_agent;        /* PROXY_CONFIG_XDS_AGENT is true for every proxy: in each istiod's
                              MeshConfig (proxyMetadata).  False: no, or the ConfigMap "istio" may
                              not be read */
    bool rolled_out;       /* every replica is of the newest template and available */
    int64_t leaf_ttl;      /* DEFAULT_WORKLOAD_CERT_TTL, seconds, the longest; 0: not set */
    int64_t max_leaf_ttl;  /* MAX_WORKLOAD_CERT_TTL, likewise: an istiod that does not set it
                              counts with Istio's default of 90 days when another one does */
    const char *restarted; /* weft.dev/trust-epoch of the pod template, when all have the same; "" =
                              never by us */
};

struct cluster_facts {
    /* in */
    struct kube *kube;
    const char *cluster;
    const char *namespace; /* of istiod */
    /* out */
    bool known; /* false: why says what could not be read, and nothing below counts */
    const char *why;
    const char *refused; /* it answers, and does not let us look: what it lacks, in the same words
                            in each pass.  NULL: it does not answer, or it does let us */
    struct root_bundle *bundles;
    size_t bundle_count;
    struct istiod_facts istiod;
    int64_t at; /* of the answer, by the cluster's own clock; 0 = it does not say */
};

/* Asks all clusters at once; one that cannot be reached delays nobody. */
void cluster_read(struct cluster_facts *facts, size_t count, struct arena *arena);
/* Every namespace has exactly these roots (any order), and there is at least one. */
bool cluster_has_roots(const struct cluster_facts *facts, const char *const *roots, size_t count);

/* The pure parts. */
/* SHA-256 of each certificate of a PEM text, hex, sorted, each once; what is no certificate is left
 * out. */
const char **cluster_pem_fingerprints(const char *pem, size_t *count, struct arena *arena);
void cluster_add_map(struct cluster_facts *facts, const struct node *config_map,
                     struct arena *arena);

#endif
