/* k8s-job/observe/istiod.h - facts from the Deployments of istiod and their MeshConfig.  Pure. */
#ifndef WEFT_K8S_JOB_OBSERVE_ISTIOD_H
#define WEFT_K8S_JOB_OBSERVE_ISTIOD_H

#include "base/decode.h"
#include "rotation/observation.h"

/* Its container "discovery", else the last one; NULL: it has none. */
const struct node *istiod_container(const struct node *deployment);

/* A Deployment of istiod: by its label app=istiod, or by the labels of its pods (none given: no).
 */
bool istiod_is(const struct node *deployment, const struct pair *labels, size_t count);

/* The facts of one Deployment (apps/v1). */
struct istiod_facts istiod_evidence(const struct node *deployment, struct arena *arena);

/* Joins one into all: of each fact the weaker one counts, because a gate waits for every istiod. */
void istiod_join_evidence(struct istiod_facts *all, const struct istiod_facts *one,
                          struct arena *arena);

/* "docker.io/istio/pilot:1.24.1-distroless@sha256:..." -> "1.24.1-distroless"; "" = no tag. */
const char *istiod_image_tag(const char *image, struct arena *arena);
/* Go's duration ("24h0m0s"), the value of a variable, in seconds; 0 for what istiod itself would
 * not take. */
int64_t istiod_seconds(const struct node *value, struct arena *arena);

/* Name of the ConfigMap with the MeshConfig of this istiod: "istio", or "istio-<revision>". */
const char *istiod_mesh_config(const struct node *deployment, struct arena *arena);

/* Sets what that ConfigMap says of every proxy: PROXY_CONFIG_XDS_AGENT=true, the trust domain and
 * its aliases (MeshConfig trustDomain, Istio's own default "cluster.local", and
 * trustDomainAliases).  No MeshConfig in it, or one that is no YAML: nothing is set.  Texts go to
 * arena, the tree of the MeshConfig to scratch. */
void istiod_read_mesh_config(struct istiod_facts *out, const struct node *config_map,
                             struct arena *scratch, struct arena *arena);

#endif
