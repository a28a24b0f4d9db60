/* sync/clone.h - a bare clone in a folder of ours, which is only a cache. */
#ifndef WEFT_SYNC_CLONE_H
#define WEFT_SYNC_CLONE_H

#include "sync/remote.h"

/* One that is missing, damaged or of another repository is made again. */
struct clone;
MUST_USE int clone_open(struct clone **out, const char *folder,
                        const struct git_remote_spec *remote, struct err *err);
void clone_close(struct clone *clone);
AUTO_DEFINE(struct clone, clone_close)
/* Contents that are rendered go straight into the clone's object store. */
struct blobs clone_blobs(struct clone *clone);
/* What the server said the time was, seconds; 0: not asked yet, or not by HTTP. */
int64_t clone_server_time(const struct clone *clone);

#endif
