/* base/memory.c - the one place that knows what happens when memory runs out.  Must not allocate on
 * that path. */
#include "base/memory.h"

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

void *memory_grow(void *old, size_t size)
{
    void *memory = realloc(old, size ? size : 1);

    if (!memory)
        memory_out();
    return memory;
}
