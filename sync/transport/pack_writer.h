/* sync/transport/pack_writer.h - Git objects that were made here: deflated once into an unnamed
 * file, sent as one pack, never loose. Nothing of it is visible in the clone until objects_keep.
 * Private to sync/.
 */
#ifndef WEFT_SYNC_TRANSPORT_PACK_WRITER_H
#define WEFT_SYNC_TRANSPORT_PACK_WRITER_H

#include "base/digest.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

enum object_type { OBJECT_COMMIT = 1, OBJECT_TREE = 2, OBJECT_BLOB = 3 }; /* as in pack files */

struct objects;

/* folder: where the unnamed file is made. */
struct objects *pack_writer_new(const char *folder);
void pack_writer_free(struct objects *objects);
/* Empties it. */
void pack_writer_reset(struct objects *objects);
bool pack_writer_has(const struct objects *objects, const struct git_id *id);
/* The name that Git gives to such an object. */
struct git_id pack_writer_object_id(enum object_type type, const void *bytes, size_t len);
/* Adds an object, unless it is there. */
MUST_USE int pack_writer_add(struct objects *objects, const struct git_id *id,
                             enum object_type type, const void *bytes, size_t len, struct err *err);
/* Says that it goes into the next pack; false: it is not here. */
bool pack_writer_want(struct objects *objects, const struct git_id *id);
void pack_writer_want_none(struct objects *objects);
size_t pack_writer_wanted(const struct objects *objects);

/* A pack of all that is wanted, after head (the lines that announce it), as one mapped file. */
struct mapped {
    char *bytes;
    size_t len, pack_at; /* where the pack begins */
};
MUST_USE int pack_writer_pack(struct mapped *out, struct objects *objects, const char *head,
                              size_t head_len, struct err *err);
void mapped_free(struct mapped *mapped);
#define AUTO_MAPPED __attribute__((cleanup(mapped_free))) struct mapped

#endif
