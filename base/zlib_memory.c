/* base/zlib_memory.c - memory for zlib.  Want of memory ends the process, as everywhere in weft, so
 * that no call of zlib fails because of it. */
#include "base/zlib_memory.h"
#include "base/memory.h"

#include <stdlib.h>

void *zlib_memory_take(void *unused, unsigned count, unsigned size)
{
    (void)unused;
    return memory_grow(NULL, (size_t)count * size);
}

void zlib_memory_release(void *unused, void *memory)
{
    (void)unused;
    free(memory);
}
