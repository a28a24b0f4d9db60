/* translate/resolved_mesh.h - the Meshes of the specs as places where things are deployed. */
#ifndef WEFT_TRANSLATE_RESOLVED_MESH_H
#define WEFT_TRANSLATE_RESOLVED_MESH_H

#include "translate/resolved.h"

/* Fills resolved->meshes, mesh_by_key and destination_meshes from resolved->specs.  Nothing is
 * claimed yet. */
void resolved_mesh_make_all(struct resolved *resolved, struct arena *arena);
struct resolved_mesh *resolved_mesh_find(const struct resolved *resolved,
                                         struct object_ref mesh); /* NULL: no such Mesh */

#endif
