/* base/intern.c - one copy of each distinct string, so that equal names are equal pointers and cost
 * memory once. */
#include "base/intern.h"

#include "base/map.h"
#include <string.h>

struct known {
    const char *text; /* NULL: free */
    size_t len;
    uint64_t hash;
};

struct intern {
    struct arena *arena, *tables;
    struct known *slots;
    size_t count, room; /* room is a power of two, or 0 */
};

struct intern *intern_new(struct arena *arena) { return intern_new_apart(arena, arena); }

struct intern *intern_new_apart(struct arena *arena, struct arena *tables)
{
    struct intern *intern = ARENA_NEW(tables, struct intern, 1);

    intern->arena = arena;
    intern->tables = tables;
    return intern;
}

static struct known *known_of(const struct intern *intern, const char *bytes, size_t len,
                              uint64_t hash)
{
    size_t at = hash & (intern->room - 1);

    for (;; at = (at + 1) & (intern->room - 1)) {
        struct known *slot = &intern->slots[at];

        if (!slot->text
            || (slot->hash == hash && slot->len == len && memcmp(slot->text, bytes, len) == 0))
            return slot;
    }
}

static void intern_grow(struct intern *intern)
{
    struct known *old = intern->slots;
    size_t old_room = intern->room;

    intern->room = old_room ? 2 * old_room : 64;
    intern->slots = ARENA_NEW(intern->tables, struct known, intern->room);
    for (size_t i = 0; i < old_room; i++)
        if (old[i].text)
            *known_of(intern, old[i].text, old[i].len, old[i].hash) = old[i];
}

const char *intern_text(struct intern *intern, const char *bytes, size_t len)
{
    uint64_t hash;
    struct known *slot;

    if (len == 0)
        return "";
    hash = map_hash(intern, bytes, len);
    if (4 * (intern->count + 1) > 3 * intern->room)
        intern_grow(intern);
    slot = known_of(intern, bytes, len, hash);
    if (!slot->text) {
        *slot = (struct known){ arena_bytes(intern->arena, bytes, len), len, hash };
        intern->count++;
    }
    return slot->text;
}
