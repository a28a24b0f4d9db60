/* base/memory.h - allocation that succeeds or ends the process: for arena.c, text.c and the few
 * owners of malloc. */
#ifndef WEFT_BASE_MEMORY_H
#define WEFT_BASE_MEMORY_H

#include <stddef.h>

/* Says "out of memory" on stderr and ends the process with status 1: a cron job simply runs again.
 */
_Noreturn void memory_out(void);
/* From now on blocks of half a MiB and more, as the chunks of a large arena, go back to the system
 * when they are freed.  Once, at the start of the process. */
void memory_return_blocks(void);
/* malloc (old NULL) or realloc that never fails; size 0 counts as 1. */
void *memory_grow(void *old, size_t size);

#endif
