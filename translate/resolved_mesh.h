/* translate/resolved_mesh.h - the Meshes of the specs as places where things are deployed. */
#ifndef WEFT_TRANSLATE_RESOLVED_MESH_H
#define WEFT_TRANSLATE_RESOLVED_MESH_H

#include "translate/resolved.h"

/* Fills resolved->meshes, mesh_by_key and destination_meshes from resolved->specs.  Nothing is
 * claimed yet. */
void resolved_mesh_make_all(struct resolved *resolved, struct arena *arena);
struct resolved_mesh *resolved_mesh_find(const struct resolved *resolved,
                                         struct object_ref mesh); /* NULL: no such Mesh */
/* The mesh of a Destination of the specs; NULL: none. */
struct resolved_mesh *resolved_mesh_of(const struct resolved *resolved,
                                       const struct destination *destination);
/* Whether its mesh documents are made; else those that it has stay, or it is to have none. */
bool resolved_mesh_is_written(const struct resolved_mesh *mesh);

#endif
