/* base/memory.c - the one place that knows what happens when memory runs out.  Must not allocate on
 * that path. */
#include "base/memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn void memory_out(void)
{
    static const char message[] = "error out of memory\n";

    /* write, not stdio: a buffer may be what is missing. */
    if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
        _exit(1);
    exit(1);
}

/* Of itself glibc keeps blocks of the size of the largest one that was freed, up to 32 MiB, in the
 * heap, where a small one that stays behind them holds all of their memory.  An arena of a stage
 * that has ended would so add to the next stage.  Elsewhere the allocator does as it likes. */
void memory_return_blocks(void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 512 * 1024);
    mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
#endif
}

void *memory_grow(void *old, size_t size)
{
    void *memory = realloc(old, size ? size : 1);

    if (!memory)
        memory_out();
    return memory;
}
