/* base/gunzip.h - a whole gzip file in memory (RFC 1952), by zlib. */
#ifndef WEFT_BASE_GUNZIP_H
#define WEFT_BASE_GUNZIP_H

#include "base/arena.h"

enum gunzip_end {
    GUNZIP_OK,
    GUNZIP_BROKEN, /* it is no gzip file of one member, or cut */
    GUNZIP_LARGE   /* more than max bytes would come out */
};
/* *out: what was packed, followed by a NUL, in arena. */
MUST_USE enum gunzip_end gunzip(char **out, size_t *out_len, const char *bytes, size_t len,
                                size_t max, struct arena *arena);

#endif
