/* base/zlib_memory.h - memory for zlib (zlib.h, zalloc and zfree of a z_stream) by base/memory. */
#ifndef WEFT_BASE_ZLIB_MEMORY_H
#define WEFT_BASE_ZLIB_MEMORY_H

void *zlib_memory_take(void *unused, unsigned count, unsigned size);
void zlib_memory_release(void *unused, void *memory);

#endif
