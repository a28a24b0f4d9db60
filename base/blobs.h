/* base/blobs.h - file contents kept in memory by their Git id, and the tree reader of nothing. */
#ifndef WEFT_BASE_BLOBS_H
#define WEFT_BASE_BLOBS_H

#include "base/filetree.h"

struct blob_memory *blob_memory_new(struct arena *arena);
const char *blob_memory_find(const struct blob_memory *memory, const struct git_id *id,
                             size_t *len); /* NULL: absent */

#endif
