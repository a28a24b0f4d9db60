/* api/schema_path.h - where a field belongs.  Private to api/. */
#ifndef WEFT_API_SCHEMA_PATH_H
#define WEFT_API_SCHEMA_PATH_H

#include "api/schema.h"

/* The path of the only map below schema that has a field key, such as "spec.mtlsConfig"; path is
 * that of schema itself.  NULL: no map has it, or several.  In the arena. */
const char *schema_path_find(const struct schema *schema, const char *path, const char *key,
                             struct arena *arena);

#endif
