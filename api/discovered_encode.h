/* api/discovered_encode.h - discovered kinds as the API writes them, for the inventory. */
#ifndef WEFT_API_DISCOVERED_ENCODE_H
#define WEFT_API_DISCOVERED_ENCODE_H

#include "api/destination.h"
#include "api/mesh.h"

/* Each in the arena, with the labels that the reference implementation gives to discovered objects
 * (its owner is the namespace of the object).  Zero values are left out, keys
 * come in a fixed order, and of annotations all that the struct has. */
struct node *discovered_encode_cluster(const struct kubernetes_cluster *cluster,
                                       struct arena *arena);
struct node *discovered_encode_mesh(const struct mesh *mesh, struct arena *arena);
/* Of a Service. */
struct node *discovered_encode_destination(const struct destination *destination,
                                           struct arena *arena);
struct node *discovered_encode_workload(const struct workload *workload, struct arena *arena);

#endif
