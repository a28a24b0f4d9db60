/* k8s-job/observe/root_source.h - where an istiod publishes the roots that its workloads are given:
 * a ConfigMap in every namespace, or a ClusterTrustBundle (certificates.k8s.io). */
#ifndef WEFT_K8S_JOB_OBSERVE_ROOT_SOURCE_H
#define WEFT_K8S_JOB_OBSERVE_ROOT_SOURCE_H

#include "k8s-job/client/objects.h"

#define ROOT_SOURCE_MAP "istio-ca-root-cert" /* the usual ConfigMap */

/* What the name of a ClusterTrustBundle begins with. */
#define ROOT_SOURCE_SIGNER "istio.io:istiod-ca:"

struct root_source {
    const char *name;  /* of the ConfigMaps, or of the ClusterTrustBundle */
    bool trust_bundle; /* a ClusterTrustBundle */
};

/* By the environment of istiod's Deployment: ENABLE_CLUSTER_TRUST_BUNDLE_API, and
 * PILOT_CA_CERT_CONFIGMAP, which the charts set from global.trustBundleName. */
struct root_source root_source_of(const struct node *deployment, struct arena *arena);
bool root_source_equal(const struct root_source *a, const struct root_source *b);

/* The sources of all istiods of a cluster: workloads have the roots when every one of them has. */
struct root_sources {
    struct root_source *list; /* each once */
    size_t count;             /* 0: there is no istiod, so nothing says otherwise than the usual */
};
extern const struct root_source root_source_usual; /* ROOT_SOURCE_MAP */
void root_source_add(struct root_sources *sources, const struct node *deployment,
                     struct arena *arena);
/* Whether the usual ConfigMaps are one of them. */
bool root_source_includes_usual(const struct root_sources *sources);
/* The PEM in one of its objects; "" = none. */
const char *root_source_pem(const struct root_source *source, const struct node *object);
/* Prepares the list of its objects; texts of the request live in arena.  ClusterTrustBundles are
 * served as v1 since Kubernetes 1.37; beta: as v1beta1, which servers have from 1.33 on where it is
 * turned on. */
void root_source_begin(struct kube_list_reader *reader, const struct root_source *source,
                       struct kube *kube, bool beta, struct arena *arena);
/* "ConfigMaps x", "ClusterTrustBundle x". */
const char *root_source_text(const struct root_source *source, struct arena *arena);
/* The right that the list needs, for people. */
const char *root_source_grant(const struct root_source *source, struct arena *arena);

#endif
