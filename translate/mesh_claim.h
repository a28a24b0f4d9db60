/* translate/mesh_claim.h - one VirtualMesh for each Mesh (docs/translation.md 2.2; Q1 to Q4). */
#ifndef WEFT_TRANSLATE_MESH_CLAIM_H
#define WEFT_TRANSLATE_MESH_CLAIM_H

#include "translate/resolved.h"

/* Lets the VirtualMeshes without errors claim their meshes, the one that was accepted first coming
 * first; one that comes too late for a mesh gets an error for each such mesh and claims nothing.  A
 * VirtualMesh with errors keeps the meshes that it was serving, because what is deployed there for
 * it stays. */
void mesh_claim_all(struct resolved *resolved, struct arena *arena);

/* The one has what both want: what was served before comes first, in its present form before an
 * earlier one, then the older object, then the lower key. */
bool mesh_claim_precedes(const struct resolved_virtual_mesh *virtual_mesh,
                         const struct resolved_virtual_mesh *other);

#endif
