/* api/compact.h - moves what was decoded into a scratch arena to where it stays.  Private to api/.
 * For the kinds that come in hundreds of thousands: equal arrays (ports, labels) are kept once. */
#ifndef WEFT_API_COMPACT_H
#define WEFT_API_COMPACT_H

#include "api/schema.h"

struct compact {
    struct arena *arena;
    struct intern *arrays; /* of bytes, not of text */
};

void compact_meta(struct meta *meta, const struct compact *to);
/* All arrays and structs behind the fields of the table; meta is none of them. */
void compact_object(void *object, const struct schema *schema, const struct compact *to);

#endif
