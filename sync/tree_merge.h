/* sync/tree_merge.h - our file tree put into a tip's tree: what changes, and the tree that comes of
 * it. Private to sync/. */
#ifndef WEFT_SYNC_TREE_MERGE_H
#define WEFT_SYNC_TREE_MERGE_H

#include "sync/publish.h"
#include "sync/tree_read.h"

struct merge_sides {
    struct filetree *ours;    /* what the output folder is to hold of ours */
    const struct git_id *tip; /* the root tree of the tip; NULL: the branch does not exist */
};
struct merged_tree {
    struct git_id tree;
    struct change *changes; /* in path order, in the arena */
    size_t count;           /* 0: tree is the tip's */
};
/* Nothing outside of request->folder changes, and inside of it only what owns() accepts; a file of
 * others where ours must go is ERR_REFUSED.  Objects that the server lacks are wanted in
 * clone->objects. */
MUST_USE int tree_merge(struct merged_tree *out, struct clone *clone,
                        const struct merge_sides *sides, const struct publish_request *request,
                        struct arena *arena, struct err *err);

#endif
