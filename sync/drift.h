/* sync/drift.h - whether another writer changed our files on the branch.  Private to sync/. */
#ifndef WEFT_SYNC_DRIFT_H
#define WEFT_SYNC_DRIFT_H

#include "sync/publish.h"

/* ERR_REFUSED when a file that a change would replace or remove is no longer as weft's last commit
 * left it; the text names commit, author, date and up to three paths.  Without a commit of weft
 * among the last 1,000 there is no drift. */
MUST_USE int drift_check(struct clone *clone, const char *tip, const struct change *changes,
                         size_t count, const struct publish_request *request, struct err *err);

#endif
