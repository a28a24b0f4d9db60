/* translate/federate.h - which Destinations are federated to which meshes
 * (docs/translation.md 2.4). */
#ifndef WEFT_TRANSLATE_FEDERATE_H
#define WEFT_TRANSLATE_FEDERATE_H

#include "translate/resolved.h"
#include <stdint.h>

/* Some Service of the mesh is selected for a mesh of another cluster.  For meshes of a VirtualMesh
 * that federates. */
bool federate_selects_any(const struct resolved_mesh *home, struct arena *arena);
/* Which selector federates a Service of home to a mesh of its VirtualMesh: its index in
 * spec.federation.selectors; FEDERATE_PERMISSIVE: none is there, and permissive federates to all;
 * FEDERATE_NONE: none does. */
#define FEDERATE_NONE SIZE_MAX
#define FEDERATE_PERMISSIVE (SIZE_MAX - 1)
size_t federate_selector(const struct resolved_mesh *home, const struct destination *destination,
                         const struct resolved_mesh *client);
/* Fills resolved->exports but for their addresses, and the Destinations in the statuses. */
void federate_exports(struct resolved *resolved, struct arena *arena);

#endif
