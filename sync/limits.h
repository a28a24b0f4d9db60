/* sync/limits.h - what one conversation with a Git server may cost, so that none can hold up a pass
 * or fill the disk.  Pure.  Private to sync/. */
#ifndef WEFT_SYNC_LIMITS_H
#define WEFT_SYNC_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct limits {
    size_t refs, list_bytes; /* of the list of refs; list_bytes also of the answer to a push */
    size_t fetch_bytes;      /* of what one fetch brings */
    int list_s, whole_s;     /* until the list of refs is there; of all together */
    /* From grace_s on each window_s has to bring window_bytes: before, a server counts objects. */
    int grace_s, window_s;
    size_t window_bytes;
};
extern const struct limits limits_default;
/* Of all fetches of this process: libgit2 knows these limits itself.  Honest packs hold no deltas
 * of objects above git's core.bigFileThreshold, which is the same. */
enum { PACK_OBJECTS_MAX = 5000000, DELTA_OBJECT_MAX = 512 * 1024 * 1024 };
/* Of a commit, of one folder's list of names and of one file, in bytes: they are read whole.  Tag
 * objects are never read. */
enum { COMMIT_MAX = 1000000, TREE_MAX = 64 * 1024 * 1024, FILE_MAX = 128 * 1024 * 1024 };

enum breach { BREACH_NONE, BREACH_BYTES, BREACH_TIME, BREACH_RATE };

/* What a conversation has cost up to now; starts as {0}. */
struct spending {
    bool turned, fetches; /* the list of refs is over; a pack comes then */
    size_t bytes;         /* of the list, or after it */
    int64_t window_ms;    /* when the present window began */
    size_t window_bytes;
};
/* bytes came, so long after the beginning. */
enum breach limits_spend(struct spending *spending, const struct limits *limits, size_t bytes,
                         int64_t elapsed_ms);
/* How long it may last: whole_s, or list_s. */
int limits_seconds(const struct spending *spending, const struct limits *limits);
/* How many bytes it may bring. */
size_t limits_bytes(const struct spending *spending, const struct limits *limits);

#endif
