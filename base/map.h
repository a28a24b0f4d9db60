/* base/map.h - from a string to a pointer, and every string once.  Memory comes from an arena. */
#ifndef WEFT_BASE_MAP_H
#define WEFT_BASE_MAP_H

#include "base/arena.h"

struct map; /* keys are not copied: they must live as long as the map */

struct map *map_new(struct arena *arena);
/* Sets key to value (not NULL); returns what was there before, NULL for nothing. */
void *map_put(struct map *map, const char *key, void *value);
void *map_find(const struct map *map, const char *key); /* NULL: absent */
size_t map_count(const struct map *map);

struct intern; /* one copy of each distinct string */

struct intern *intern_new(struct arena *arena);

#endif
