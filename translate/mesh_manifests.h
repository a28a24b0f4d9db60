/* translate/mesh_manifests.h - what a mesh as a whole gets: Gateways, global access, TLS
 * enforcement (docs/translation.md 4.4, 4.5, 11.2). */
#ifndef WEFT_TRANSLATE_MESH_MANIFESTS_H
#define WEFT_TRANSLATE_MESH_MANIFESTS_H

#include "translate/document.h"
#include "translate/resolved.h"

#define DENY_ALL_NAME "global-access-control"
#define ENFORCEMENT_NAME "global-tls-enforcement"

/* Adds the documents of a mesh that is not retained. */
void mesh_manifests_make(struct documents *out, const struct resolved *resolved,
                         const struct resolved_mesh *mesh);
/* Whether one of them admits every caller to the pods of the gateway: globalAccessPolicy is
 * ENABLED, and no other object has the name of that policy. */
bool mesh_manifests_opens(const struct resolved *resolved, const struct resolved_mesh *mesh,
                          const struct gateway *gateway, struct arena *arena);

#endif
