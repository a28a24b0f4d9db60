/* translate/layout.h - clusters with what is in them, and the folders and files that manifests go
 * to. */
#ifndef WEFT_TRANSLATE_LAYOUT_H
#define WEFT_TRANSLATE_LAYOUT_H

#include "translate/resolved.h"

/* Folders of a cluster in the output branch (clusters/<cluster>/...). */
enum area {
    AREA_MESH,     /* mesh/mesh.yaml: Gateways, global AuthorizationPolicies, PeerAuthentication */
    AREA_EXPORTS,  /* exports/<namespace>.yaml: what its own gateways need for federated Services */
    AREA_IMPORTS,  /* imports/<owner cluster>/<namespace>.yaml: what its workloads need to reach
                      those of others */
    AREA_POLICIES, /* policies/<namespace>.yaml: what does not depend on a VirtualMesh:
                      AuthorizationPolicy from AccessPolicies, local DestinationRule */
    AREA_EXTERNAL, /* external/services.yaml: external Services */
};
struct place_folder {
    enum area area;
    const char *cluster;
    const char *owner; /* AREA_IMPORTS only */
};
/* "clusters/<cluster>/imports/<owner>" */
const char *layout_folder(const struct place_folder *folder, struct arena *arena);
/* The file of a Service in its folder, without ".yaml": one for its namespace, or one for itself.
 */
const char *layout_service_file(const struct resolved *resolved, const char *namespace,
                                const char *service, struct arena *arena);

/* A cluster with its meshes and the Services that it exports. */
struct cluster {
    const char *name;
    struct resolved_mesh **meshes; /* Istio meshes, sorted by key */
    size_t mesh_count;
    struct export **exports; /* sorted by key */
    size_t export_count;
    struct policy_target **targets; /* sorted by key */
    size_t target_count;
};
/* All clusters of the specs, and the further ones in more (which may repeat), sorted by name. */
struct cluster *layout_clusters(const struct resolved *resolved, const char *const *more,
                                size_t more_count, size_t *count, struct arena *arena);

#endif
