/* translate/shared.h - what two objects of the specs want for one and the same object of a cluster.
 */
#ifndef WEFT_TRANSLATE_SHARED_H
#define WEFT_TRANSLATE_SHARED_H

#include "translate/resolved.h"

/* An error where the suffix of federated hosts covers a member's own cluster domain. */
void shared_check_suffix(const struct resolved *resolved,
                         struct resolved_virtual_mesh *virtual_mesh, struct arena *arena);
/* Control planes of one namespace that belong to different VirtualMeshes share the objects that
 * count for a whole mesh.  The strictest TLS enforcement is written; the others get a finding. */
void shared_check_namespaces(struct resolved *resolved, struct arena *arena);
/* A Service with two Destinations: the first by key counts. */
void shared_warn_services(struct resolved *resolved, struct arena *arena);

#endif
