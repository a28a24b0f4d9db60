/* base/map.h - from a string to a pointer.  Memory comes from an arena. */
#ifndef WEFT_BASE_MAP_H
#define WEFT_BASE_MAP_H

#include "base/arena.h"
#include <stdint.h>

struct map; /* keys are not copied: they must live as long as the map */

struct map *map_new(struct arena *arena);
/* Sets key to value (not NULL); returns the value that the key had before, NULL for none. */
void *map_put(struct map *map, const char *key, void *value);
/* The same with a text as the value; key and text are copied into the memory of the map. */
void map_put_text(struct map *map, const char *key, const char *text);
void *map_find(const struct map *map, const char *key); /* NULL: absent */
size_t map_count(const struct map *map);

/* The hash of a table of strings.  The table's address seeds it, so that no input collides in every
 * run; it must therefore never be stored. */
uint64_t map_hash(const void *table, const char *bytes, size_t len);

#endif
