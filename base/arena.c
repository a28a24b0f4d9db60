/* base/arena.c - bump allocation in chunks.  Must not hand out memory that is not counted.
 *
 * An arena is a list of chunks; current is the one that memory is taken from, and the chunks after
 * it are empty.  A piece never crosses chunks, so a piece that does not fit into the rest of
 * current goes to the next chunk and the rest stays unused.  Chunks double from 16 KiB to 1 MiB:
 * small arenas stay small, and a large one needs few calls of malloc; a piece above that gets a
 * chunk of its size.  Every piece begins at a multiple of ALIGN, which suits any type of C.
 *
 * arena_reset keeps up to KEEP_MOST bytes of chunks, from the first on, so a loop that resets its
 * arena in each round allocates nothing after the first ones.  Memory is cleared when it is handed
 * out, not when it is given back: arena_alloc zeroes, the text functions write every byte. */
#include "base/arena.h"

#include "base/memory.h"
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
/* Under AddressSanitizer whatever was not handed out is poisoned, and a gap follows each piece, so
 * that an overrun inside a chunk is found like one of malloc's. */
#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define POISON(p, len) ASAN_POISON_MEMORY_REGION((p), (len))
#define UNPOISON(p, len) ASAN_UNPOISON_MEMORY_REGION((p), (len))
#define GAP ((size_t)16)
#else
#define POISON(p, len) ((void)(p), (void)(len))
#define UNPOISON(p, len) ((void)(p), (void)(len))
#define GAP ((size_t)0)
#endif

#define ALIGN ((size_t)16)
#define CHUNK_FIRST ((size_t)16 * 1024)
#define CHUNK_MOST ((size_t)1024 * 1024)
#define KEEP_MOST ((size_t)4 * 1024 * 1024) /* what a reset arena may hold on to */

struct chunk {
    struct chunk *next;
    size_t room, used;
    _Alignas(16) char bytes[];
};

struct arena {
    struct chunk *first, *current; /* chunks after current are empty, kept from before a reset */
    size_t used;
};

struct arena *arena_new(void)
{
    struct arena *arena = memory_grow(NULL, sizeof *arena);

    *arena = (struct arena){ 0 };
    return arena;
}

static void chunk_free(struct chunk *chunk)
{
    UNPOISON(chunk->bytes, chunk->room);
    free(chunk);
}

void arena_free(struct arena *arena)
{
    struct chunk *next;

    if (!arena)
        return;
    for (struct chunk *chunk = arena->first; chunk; chunk = next) {
        next = chunk->next;
        chunk_free(chunk);
    }
    free(arena);
}

void arena_reset(struct arena *arena)
{
    struct chunk **link = &arena->first;
    size_t kept = 0;

    while (*link) {
        struct chunk *chunk = *link;

        if (kept + chunk->room > KEEP_MOST) {
            *link = chunk->next;
            chunk_free(chunk);
            continue;
        }
        kept += chunk->room;
        chunk->used = 0;
        POISON(chunk->bytes, chunk->room);
        link = &chunk->next;
    }
    arena->current = arena->first;
    arena->used = 0;
}

void arena_erase(struct arena *arena)
{
    for (struct chunk *chunk = arena->first; chunk; chunk = chunk->next) {
        UNPOISON(chunk->bytes, chunk->room);
        explicit_bzero(chunk->bytes, chunk->room);
    }
    arena_reset(arena);
}

void arena_shred(struct arena *arena)
{
    if (arena)
        arena_erase(arena);
    arena_free(arena);
}

size_t arena_used(const struct arena *arena) { return arena->used; }

/* A new chunk right after the current one, at least room bytes: chunks double until CHUNK_MOST. */
static struct chunk *chunk_add(struct arena *arena, size_t room)
{
    struct chunk *after = arena->current, *chunk;
    size_t usual = after ? 2 * after->room : CHUNK_FIRST;

    usual = usual > CHUNK_MOST ? CHUNK_MOST : usual;
    room = room > usual ? room : usual;
    if (room > SIZE_MAX / 2)
        memory_out();
    chunk = memory_grow(NULL, sizeof *chunk + room);
    chunk->room = room;
    chunk->used = 0;
    chunk->next = after ? after->next : arena->first;
    POISON(chunk->bytes, room);
    if (after)
        after->next = chunk;
    else
        arena->first = chunk;
    return chunk;
}

static void *arena_take(struct arena *arena, size_t size)
{
    size_t rounded = (size + GAP + ALIGN - 1) & ~(ALIGN - 1);
    struct chunk *chunk = arena->current;
    char *memory;

    if (rounded < size)
        memory_out();
    while (!chunk || chunk->room - chunk->used < rounded) {
        struct chunk *next = chunk ? chunk->next : NULL;

        assert(!next || next->used == 0);
        chunk = next && next->room >= rounded ? next : chunk_add(arena, rounded);
        arena->current = chunk;
    }
    memory = chunk->bytes + chunk->used;
    assert((uintptr_t)memory % ALIGN == 0);
    chunk->used += rounded;
    assert(chunk->used <= chunk->room);
    arena->used += size;
    UNPOISON(memory, size);
    return memory;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        memory_out();
    return memset(arena_take(arena, bytes), 0, bytes);
}

void *arena_grow(struct arena *arena, const void *old, size_t used, size_t count, size_t size)
{
    char *grown;

    assert(used <= count);
    grown = arena_alloc(arena, count, size);
    if (used)
        memcpy(grown, old, used * size);
    return grown;
}

char *arena_bytes(struct arena *arena, const void *bytes, size_t len)
{
    char *copy;

    if (len == SIZE_MAX)
        memory_out();
    copy = arena_take(arena, len + 1);
    if (len)
        memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
    return text ? arena_bytes(arena, text, strlen(text)) : NULL;
}

char *arena_vprintf(struct arena *arena, const char *fmt, va_list args)
{
    char small[256];
    va_list again;
    int len;
    char *text;

    va_copy(again, args);
    len = vsnprintf(small, sizeof small, fmt, args);
    if (len < 0)
        memory_out();
    if ((size_t)len < sizeof small) {
        text = arena_bytes(arena, small, (size_t)len);
    } else {
        text = arena_take(arena, (size_t)len + 1);
        vsnprintf(text, (size_t)len + 1, fmt, again);
    }
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
    va_list args;
    char *text;

    va_start(args, fmt);
    text = arena_vprintf(arena, fmt, args);
    va_end(args);
    return text;
}
