/* api/compact.h - moves what was decoded into a scratch arena to where it stays.  Private to api/.
 * For the kinds that come in hundreds of thousands: equal arrays (ports, labels) are kept once. */
#ifndef WEFT_API_COMPACT_H
#define WEFT_API_COMPACT_H

#include "api/destination.h"
#include "api/mesh.h"

struct settler {
    struct arena *arena;
    struct intern *arrays; /* of bytes, not of text */
};

void compact_meta(struct meta *meta, const struct settler *settler);
/* All but meta. */
void compact_destination(void *destination, const struct settler *settler);
void compact_workload(void *workload, const struct settler *settler);

#endif
