/* base/sha1.h - SHA-1 in pieces, for Git's pack files and trees only.  See hash.h for whole blobs.
 */
#ifndef WEFT_BASE_SHA1_H
#define WEFT_BASE_SHA1_H

#include "base/hash.h"

struct sha1_stream;
struct sha1_stream *sha1_begin(void);
void sha1_add(struct sha1_stream *stream, const void *bytes, size_t len);
struct git_id sha1_end(struct sha1_stream *stream); /* frees the stream */

#endif
