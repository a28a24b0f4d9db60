/* api/schema_encode.h - from a struct to a tree by its table.  Private to api/. */
#ifndef WEFT_API_SCHEMA_ENCODE_H
#define WEFT_API_SCHEMA_ENCODE_H

#include "api/schema.h"

/* The map of a struct, fields in the order of the table.  Zero values are left out as proto3 does;
 * defaults that decoding filled in are values like any other and so are written.  Decoding the
 * result gives the same struct. */
struct node *schema_encode(const void *object, const struct schema *schema, struct arena *arena);

#endif
