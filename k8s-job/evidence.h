/* k8s-job/evidence.h - what each cluster itself shows: the roots that its workloads are given, and
 * its istiod. docs/rotation.md  Facts only; pki/rotation.c decides what they prove.
 * Unknown is not passed. */
#ifndef WEFT_KUBE_EVIDENCE_H
#define WEFT_KUBE_EVIDENCE_H

#include "k8s-job/kube.h"

/* Namespaces whose istio-ca-root-cert holds the same set of certificates. */
struct root_bundle {
    const char **roots; /* SHA-256 of each certificate's DER, hex, sorted; as the ids of roots in
                           the ledger */
    size_t count;       /* 0: the ConfigMap holds no certificate */
    size_t namespaces;
    const char *namespace; /* one of them, for messages */
};

struct istiod_facts {
    bool found;
    const char *version;   /* tag of its image; "" = a digest, or none */
    bool multi_root;       /* ISTIO_MULTIROOT_MESH is true in it */
    bool rolled_out;       /* every replica is of the newest template and available */
    const char *restarted; /* weft.dev/trust-epoch of the pod template; "" = never by us */
};

struct cluster_facts {
    /* in */
    struct kube *kube;
    const char *cluster;
    const char *namespace; /* of istiod */
    /* out */
    bool known; /* false: why says what could not be read, and nothing below counts */
    const char *why;
    struct root_bundle *bundles;
    size_t bundle_count;
    struct istiod_facts istiod;
    int64_t at; /* of the answer, by the cluster's own clock; 0 = it does not say */
};

/* Asks all clusters at once; one that cannot be reached delays nobody. */
void evidence_read(struct cluster_facts *facts, size_t count, struct arena *arena);
/* Every namespace has exactly these roots (any order), and there is at least one. */
bool evidence_has_roots(const struct cluster_facts *facts, const char *const *roots, size_t count);

/* The pure parts. */
/* SHA-256 of each certificate of a PEM text, hex, sorted, each once; what is no certificate is left
 * out. */
const char **pem_fingerprints(const char *pem, size_t *count, struct arena *arena);
void evidence_add_map(struct cluster_facts *facts, const struct node *config_map,
                      struct arena *arena);
struct istiod_facts evidence_istiod(const struct node *deployment, struct arena *arena);

#endif
