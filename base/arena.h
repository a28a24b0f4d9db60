/* base/arena.h - memory for the data of a run: taken in small pieces, given back all at once.
 * Data lives here and is never freed singly; resources of libraries and the kernel are AUTO
 * instead. */
#ifndef WEFT_BASE_ARENA_H
#define WEFT_BASE_ARENA_H

#include "base/compiler.h"
#include <stdarg.h>
#include <stddef.h>

struct arena;

/* Running out of memory ends the process with a message: a cron job simply runs again.
 * So nothing in this header returns NULL (except where said). */
struct arena *arena_new(void);
void arena_free(struct arena *arena);
AUTO_DEFINE(struct arena, arena_free)
/* Empties the arena but keeps its memory for the next use. */
void arena_reset(struct arena *arena);
/* As arena_reset and arena_free, but every byte that it ever held is overwritten first: for a
 * scratch arena through which secrets went. */
void arena_erase(struct arena *arena);
void arena_shred(struct arena *arena);
AUTO_DEFINE(struct arena, arena_shred)
/* Bytes handed out since it was made or reset. */
size_t arena_used(const struct arena *arena);

/* Zeroed memory for count things of size bytes, aligned for any type.  Overflow is out of memory.
 */
void *arena_alloc(struct arena *arena, size_t count, size_t size);
#define ARENA_NEW(arena, type, count) ((type *)arena_alloc((arena), (count), sizeof(type)))
/* An array grown to count elements: the old ones are copied (used of them), the new ones zeroed. */
void *arena_grow(struct arena *arena, const void *old, size_t used, size_t count, size_t size);
/* Makes room for one more element at array[count]; grows by doubling (capacity follows from count).
 */
#define ARENA_PUSH(arena, array, count)                                                            \
    (((count) & ((count)-1)) == 0                                                                  \
         ? ((array) = (__typeof__(array))arena_grow((arena), (array), (count),                     \
                                                    (count) ? 2 * (count) : 1, sizeof *(array)))   \
         : (array),                                                                                \
     &(array)[(count)++])

char *arena_text(struct arena *arena, const char *text); /* a copy; NULL stays NULL */
char *arena_bytes(struct arena *arena, const void *bytes,
                  size_t len); /* a copy, with a NUL after it */
char *arena_printf(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *arena, const char *fmt, va_list args) PRINTF_LIKE(2, 0);

#endif
