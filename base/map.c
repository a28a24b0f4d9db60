/* base/map.c - open addressing from strings to pointers.  Has no order, so no output can depend on
 * one. */
#include "base/map.h"

#include "base/hashmix.h"
#include <assert.h>
#include <string.h>

struct slot {
    const char *key; /* NULL: free */
    uint64_t hash;
    void *value;
};

struct map {
    struct arena *arena;
    struct slot *slots;
    size_t count, room; /* room is a power of two, or 0 */
};

struct map *map_new(struct arena *arena)
{
    struct map *map = ARENA_NEW(arena, struct map, 1);

    map->arena = arena;
    return map;
}

/* The slot of key, or the free one where it belongs. */
static struct slot *slot_of(const struct map *map, const char *key, uint64_t hash)
{
    size_t at = hash & (map->room - 1);

    while (map->slots[at].key
           && (map->slots[at].hash != hash || strcmp(map->slots[at].key, key) != 0))
        at = (at + 1) & (map->room - 1);
    return &map->slots[at];
}

static void map_grow(struct map *map)
{
    struct slot *old = map->slots;
    size_t old_room = map->room;

    map->room = old_room ? 2 * old_room : 16;
    map->slots = ARENA_NEW(map->arena, struct slot, map->room);
    for (size_t i = 0; i < old_room; i++)
        if (old[i].key)
            *slot_of(map, old[i].key, old[i].hash) = old[i];
}

void *map_put(struct map *map, const char *key, void *value)
{
    uint64_t hash = hashmix_bytes(map, key, strlen(key));
    struct slot *slot;
    void *before;

    assert(value);
    if (4 * (map->count + 1) > 3 * map->room)
        map_grow(map);
    slot = slot_of(map, key, hash);
    before = slot->value;
    if (!slot->key) {
        slot->key = key;
        slot->hash = hash;
        map->count++;
    }
    slot->value = value;
    return before;
}

void *map_find(const struct map *map, const char *key)
{
    if (map->count == 0)
        return NULL;
    return slot_of(map, key, hashmix_bytes(map, key, strlen(key)))->value;
}

size_t map_count(const struct map *map) { return map->count; }
