/* translate/resolved_virtual_mesh.h - the VirtualMeshes of the specs with what earlier passes noted
 * of them. */
#ifndef WEFT_TRANSLATE_RESOLVED_VIRTUAL_MESH_H
#define WEFT_TRANSLATE_RESOLVED_VIRTUAL_MESH_H

#include "translate/resolved.h"

/* Fills resolved->virtual_meshes and plan->virtual_meshes, refused objects included, and reads
 * their records. */
MUST_USE int resolved_virtual_mesh_make_all(struct resolved *resolved, struct plan *plan,
                                            const struct tree_reader *before, struct arena *arena,
                                            struct err *err);
/* The first VirtualMesh that is INVALID as an object, so that it claims no meshes and what is
 * deployed for those that it had stays; NULL: there is none.  For after resolution. */
const struct resolved_virtual_mesh *resolved_virtual_mesh_retained(const struct resolved *resolved);

#endif
