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
/* As intern_new, but what it needs to find its strings again lives in another arena, which may go
 * away before the strings. */
struct intern *intern_new_apart(struct arena *arena, struct arena *tables);
const char *intern_text(struct intern *intern, const char *bytes, size_t len);

#endif
