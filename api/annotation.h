/* api/annotation.h - the annotations that operators write for weft: the names of all of them, and
 * whether a value has an effect.  docs/configuration.md lists them. */
#ifndef WEFT_API_ANNOTATION_H
#define WEFT_API_ANNOTATION_H

#include "api/ref.h"

#define ANNOTATION_PREFIX "weft.dev/" /* whatever begins so is meant for weft */

/* Of a VirtualMesh. */
#define ANNOTATION_APPROVED "weft.dev/rotation-approved" /* "<rotation id>/<step>" */
#define ANNOTATION_ACKNOWLEDGED                                                                    \
    "weft.dev/rotation-acknowledged"                         /* that, then clusters; none: all */
#define ANNOTATION_CANARY "weft.dev/rotation-canary"         /* cluster that is first in step 2 */
#define ANNOTATION_UNSEALED "weft.dev/sealed-secret-removed" /* clusters "a, b", or "*" */
#define ANNOTATION_LOST_ROOT "weft.dev/replace-lost-root"    /* a root's fingerprint */
/* Of a Mesh: Istio's root namespace, when that is not the namespace of istiod. */
#define ANNOTATION_ROOT_NAMESPACE "weft.dev/root-namespace"

/* Marks on objects that discovery wrote; docs/discovery.md lists them. */
#define ANNOTATION_DISCOVERY_PREFIX "discovery.weft.dev/"
/* Of a KubernetesCluster: the uid of its Namespace kube-system. */
#define ANNOTATION_CLUSTER_UID "discovery.weft.dev/cluster-uid"
/* Of a Mesh: the revisions of Istio in its namespace, "canary default". */
#define ANNOTATION_REVISIONS "discovery.weft.dev/revisions"
/* Of a Destination: it is an east-west gateway, "port=15443 network=net1 class=a". */
#define ANNOTATION_GATEWAY "discovery.weft.dev/gateway"
/* Of a Destination: the names of target ports that are written as numbers, "80=http 90=admin". */
#define ANNOTATION_TARGET_NAMES "discovery.weft.dev/target-names"
/* Of a Workload: "ambient" when its pods have no sidecar. */
#define ANNOTATION_DATAPLANE "discovery.weft.dev/dataplane"
/* Of an object in the specs: keep what it names out of the inventory, or add to what was found. */
#define ANNOTATION_EXCLUDE "discovery.weft.dev/exclude"
#define ANNOTATION_MERGE "discovery.weft.dev/merge"

/* One annotation of ours at its member: a warning when weft does not read it (with the nearest name
 * that it reads) or when its value has no effect.  kind: of the object, as it names itself. */
void annotation_check(const struct at *annotation, const char *kind, const char *value);

struct virtual_mesh;
/* The clusters that a VirtualMesh's annotations name are among its own: a warning when not, for a
 * cluster may leave before the annotation that names it. */
void annotation_match_all(struct virtual_mesh *mesh, const char *const *clusters, size_t count,
                          struct diags *diags, struct arena *arena);
/* Puts the warnings after last (NULL: all) into what the status of mesh says. */
void annotation_remark_all(struct virtual_mesh *mesh, const struct diags *diags,
                           const struct diag *last, struct arena *arena);

#endif
