/* base/map.c - open addressing from strings to pointers.  Offers no iteration, so no output can
 * depend on its order. */
#include "base/map.h"

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

static uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* wyhash's construction: eight bytes at a time are folded into the hash by a 64x64 multiplication.
 * The constants are wyhash's; the seed is the table's address, which differs from run to run. */
uint64_t map_hash(const void *table, const char *bytes, size_t len)
{
    const uint64_t k1 = 0xA0761D6478BD642FU, k2 = 0xE7037ED1A0B428DBU;
    uint64_t hash = fold((uint64_t)(uintptr_t)table ^ k1, k2) ^ len, word;

    for (; len >= sizeof word; len -= sizeof word, bytes += sizeof word) {
        memcpy(&word, bytes, sizeof word);
        hash = fold(hash ^ word, k1 ^ hash >> 32);
    }
    word = 0;
    memcpy(&word, bytes, len);
    hash = fold(hash ^ word ^ k2, k1);
    return hash ^ hash >> 29;
}

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
    uint64_t hash = map_hash(map, key, strlen(key));
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

void map_put_text(struct map *map, const char *key, const char *text)
{
    char *copy = arena_text(map->arena, text);

    map_put(map, map_find(map, key) ? key : arena_text(map->arena, key), copy);
}

void *map_find(const struct map *map, const char *key)
{
    if (map->count == 0)
        return NULL;
    return slot_of(map, key, map_hash(map, key, strlen(key)))->value;
}

size_t map_count(const struct map *map) { return map->count; }
