/* sync/clone_pack.h - a pushed pack becomes part of the cache.  Private to sync/. */
#ifndef WEFT_SYNC_CLONE_PACK_H
#define WEFT_SYNC_CLONE_PACK_H

#include "sync/private.h"

/* After a push: its objects become part of the cache, ref's new value is remembered. */
void clone_pack_add(struct clone *clone, const char *ref, const struct git_id *commit,
                    const struct mapped *pack);
/* Its objects alone; without them the next fetch gets more than it needs. */
void clone_pack_index(struct clone *clone, const struct mapped *pack);

#endif
