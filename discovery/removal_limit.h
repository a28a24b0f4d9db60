/* discovery/removal_limit.h - how much may vanish from the inventory in one pass without consent.
 */
#ifndef WEFT_DISCOVERY_REMOVAL_LIMIT_H
#define WEFT_DISCOVERY_REMOVAL_LIMIT_H

#include "discovery/scan.h"

enum { REMOVALS_FREE = 5 }; /* so many Destinations may always go */

struct removal_claims {        /* what others rely on */
    const char *const *meshes; /* names of Meshes that a VirtualMesh lists */
    size_t mesh_count;
};

/* Puts back what may not go: Destinations when too many of them would, Meshes that a VirtualMesh
 * lists, the last gateway of a mesh, and the former trust domain.  A finding says what is held.
 * Returns how many objects and values. */
size_t removal_limit_hold(struct inventory *out, const struct scan *scan,
                          const struct removal_claims *claims);

#endif
