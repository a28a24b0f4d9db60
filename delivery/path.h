/* delivery/path.h - where an encrypted cacerts is on the output branch. */
#ifndef WEFT_DELIVERY_PATH_H
#define WEFT_DELIVERY_PATH_H

#include "pki/trust.h"

/* "clusters/<cluster>/trust/<istiod namespace>.cacerts.yaml", below the output path; in the arena.
 */
const char *delivery_path(const struct mesh_identity *mesh, struct arena *arena);

#endif
