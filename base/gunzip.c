/* base/gunzip.c - a whole gzip file in memory, by zlib.
 * The last four bytes of the file say how much comes out.  So much memory is taken, once, and
 * nothing is ever written behind it: zlib stops there, and a file that says too little, or has
 * more members, counts as broken. */
#include "base/gunzip.h"
#include "base/memory.h"
#include "base/zlib_memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <zlib.h>

enum { SHORTEST = 18 }; /* header and trailer */

/* Bytes before packing, modulo 2^32, little endian. */
static size_t size_of(const unsigned char *trailer)
{
    return (size_t)trailer[0] | (size_t)trailer[1] << 8 | (size_t)trailer[2] << 16
           | (size_t)trailer[3] << 24;
}

/* Whether bytes are one gzip file that fills out exactly. */
static bool inflate_all(unsigned char *out, size_t out_len, const char *bytes, size_t len)
{
    z_stream stream = { .zalloc = zlib_memory_take,
                        .zfree = zlib_memory_release,
                        .next_in = (unsigned char *)UNCONST(bytes),
                        .avail_in = (unsigned)len,
                        .next_out = out,
                        .avail_out = (unsigned)out_len };
    int result;

    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) /* 16: gzip, nothing else */
        memory_out();
    result = inflate(&stream, Z_FINISH);
    (void)inflateEnd(&stream);
    return result == Z_STREAM_END && !stream.avail_in && !stream.avail_out;
}

enum gunzip_end gunzip(char **out, size_t *out_len, const char *bytes, size_t len, size_t max,
                       struct arena *arena)
{
    size_t size;

    if (len < SHORTEST || len > UINT32_MAX)
        return GUNZIP_BROKEN;
    size = size_of((const unsigned char *)bytes + len - 4);
    if (size > max)
        return GUNZIP_LARGE;
    *out = arena_alloc(arena, size + 1, 1);
    *out_len = size;
    return inflate_all((unsigned char *)*out, size, bytes, len) ? GUNZIP_OK : GUNZIP_BROKEN;
}
