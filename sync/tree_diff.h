/* sync/tree_diff.h - what lies between two trees of a clone. */
#ifndef WEFT_SYNC_TREE_DIFF_H
#define WEFT_SYNC_TREE_DIFF_H

#include "sync/publish.h"
#include "sync/snapshot.h"

/* A file that one of two commits has otherwise than the other one. */
struct tree_diff_file {
    const char *path; /* from the root of the repository */
    enum change_kind kind;
    bool plain; /* what is there after is an ordinary file: no program, link or submodule */
};
struct tree_diff {
    struct tree_diff_file *files; /* in the order of Git's trees */
    size_t count;
};

/* before NULL: nothing was there.  Equal subtrees are not read; -1 when there are more than
 * TREE_DIFF_MAX files, or a tree cannot be read. */
enum { TREE_DIFF_MAX = 2000000 };
MUST_USE int tree_diff(struct tree_diff *out, struct snapshot *before, struct snapshot *after,
                       struct arena *arena, struct err *err);

#endif
