/* sync/clone_pack.h - what publish asks of a clone.  Private to sync/. */
#ifndef WEFT_SYNC_CLONE_PACK_H
#define WEFT_SYNC_CLONE_PACK_H

#include "sync/clone.h"

struct git_id clone_pack_snapshot_root(const struct snapshot *snapshot);
/* What a ref is on the server now, on a new connection; "" = does not exist.  Fetches nothing. */
MUST_USE int clone_ls_remote(struct clone *clone, char commit[41], const char *ref,
                             struct err *err);
/* After a push: its objects become part of the cache, ref's new value is remembered. */
void clone_pack_add(struct clone *clone, const char *ref, const struct git_id *commit,
                    const struct mapped *pack);

#endif
