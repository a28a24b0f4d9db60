/* base/intern.c - one copy of each distinct string, so that equal names are equal pointers and cost
 * memory once.
 *
 * The table doubles, and of an arena the former tables would stay: as much again as the last one.
 * So a table of hundreds of thousands of strings is memory of its own (intern_open).  32 bits of a
 * length are all that memory_out lets through, and 32 bits of a hash are enough for a table of
 * fewer slots. */
#include "base/intern.h"

#include "base/map.h"
#include "base/memory.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct known {
    const char *text; /* NULL: free */
    uint32_t len, hash;
};

struct intern {
    struct arena *arena;
    bool apart; /* itself and its slots are malloc's */
    struct known *slots;
    size_t count, room; /* room is a power of two, or 0 */
};

struct intern *intern_new(struct arena *arena)
{
    struct intern *intern = ARENA_NEW(arena, struct intern, 1);

    intern->arena = arena;
    return intern;
}

struct intern *intern_open(struct arena *arena)
{
    struct intern *intern = memory_grow(NULL, sizeof *intern);

    *intern = (struct intern){ .arena = arena, .apart = true };
    return intern;
}

void intern_close(struct intern *intern)
{
    if (!intern)
        return;
    free(intern->slots);
    free(intern);
}

static struct known *known_of(const struct intern *intern, const char *bytes, size_t len,
                              uint32_t hash)
{
    size_t at = hash & (intern->room - 1);

    for (;; at = (at + 1) & (intern->room - 1)) {
        struct known *slot = &intern->slots[at];

        if (!slot->text
            || (slot->hash == hash && slot->len == len && memcmp(slot->text, bytes, len) == 0))
            return slot;
    }
}

static struct known *new_slots(const struct intern *intern)
{
    const size_t bytes = intern->room * sizeof(struct known);

    if (!intern->apart)
        return ARENA_NEW(intern->arena, struct known, intern->room);
    return memset(memory_grow(NULL, bytes), 0, bytes);
}

static void intern_grow(struct intern *intern)
{
    struct known *old = intern->slots;
    size_t old_room = intern->room;

    intern->room = old_room ? 2 * old_room : 64;
    intern->slots = new_slots(intern);
    for (size_t i = 0; i < old_room; i++)
        if (old[i].text)
            *known_of(intern, old[i].text, old[i].len, old[i].hash) = old[i];
    if (intern->apart)
        free(old);
}

const char *intern_text(struct intern *intern, const char *bytes, size_t len)
{
    uint32_t hash;
    struct known *slot;

    if (len == 0)
        return "";
    if (len > UINT32_MAX)
        memory_out();
    hash = (uint32_t)map_hash(intern, bytes, len);
    if (4 * (intern->count + 1) > 3 * intern->room)
        intern_grow(intern);
    slot = known_of(intern, bytes, len, hash);
    if (!slot->text) {
        *slot = (struct known){ arena_bytes(intern->arena, bytes, len), (uint32_t)len, hash };
        intern->count++;
    }
    return slot->text;
}
