/* api/schema_decode.h - from a tree to a struct by its table.  Private to api/. */
#ifndef WEFT_API_SCHEMA_DECODE_H
#define WEFT_API_SCHEMA_DECODE_H

#include "api/schema.h"

/* Sets every field to its default.  The memory behind it must be zero. */
void schema_default(void *object, const struct schema *schema);
/* Sets every field from at, or to its default where it is absent or wrong; each mistake is a diag.
 * When at itself is absent, everything is its default, and no field counts as missing.  path: that
 * of at, for the remedy when a field belongs to another map. */
void schema_decode(void *object, const struct schema *schema, const struct at *at,
                   const char *path);

#endif
