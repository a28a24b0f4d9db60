/* sync/tree_compare.h - whether a commit has the files that it should have. */
#ifndef WEFT_SYNC_TREE_COMPARE_H
#define WEFT_SYNC_TREE_COMPARE_H

#include "base/filetree.h"
#include "sync/snapshot.h"

struct tree_compare_request {
    struct filetree *expected;
    struct snapshot *snapshot;
    const char *folder; /* of the repository; "" = the root */
    /* Whether what is there and not expected counts, a folder (its path ends in "/") or a file. */
    bool (*concerns)(void *context, const char *path);
    /* Whether such a file is one that should not be there. */
    bool (*owns)(void *context, const char *path, const char *bytes, size_t len);
    void *context;
};

struct tree_mismatch {
    const char *path; /* below folder; NULL: there is no difference */
    bool missing;     /* it is expected, and not there as an ordinary file (or folder) */
    bool extra;       /* it is there, and not expected */
    struct git_id expected, found; /* else */
};

/* The first difference.  Equal folders are compared by their ids alone, mounted ones computed once.
 */
MUST_USE int tree_compare(struct tree_mismatch *out, const struct tree_compare_request *request,
                          struct arena *arena, struct err *err);

#endif
