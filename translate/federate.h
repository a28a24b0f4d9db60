/* translate/federate.h - which Destinations are federated to which meshes
 * (docs/translation.md 2.4). */
#ifndef WEFT_TRANSLATE_FEDERATE_H
#define WEFT_TRANSLATE_FEDERATE_H

#include "translate/resolved.h"

/* Some Service of the mesh is selected for a mesh of another cluster.  For meshes of a VirtualMesh
 * that federates. */
bool federate_selects_any(const struct resolved_mesh *home, struct arena *arena);
/* Fills resolved->exports but for their addresses, and the Destinations in the statuses. */
void federate_exports(struct resolved *resolved, struct arena *arena);

#endif
