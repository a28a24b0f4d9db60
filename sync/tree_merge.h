/* sync/tree_merge.h - our file tree put into a tip's tree: what changes, and the tree that comes of
 * it. Private to sync/. */
#ifndef WEFT_SYNC_TREE_MERGE_H
#define WEFT_SYNC_TREE_MERGE_H

#include "sync/publish.h"
#include "sync/tree_read.h"

/* root: the tip's root tree, NULL for a branch that does not exist.  Nothing outside of
 * request->folder changes, and inside of it only what owns() accepts; somebody else's file where
 * ours must go is ERR_REFUSED. The changes are in path order, in the arena; with none of them *tree
 * is the tip's. Objects that the server lacks are wanted in clone->objects. */
struct merged_tree {
    struct git_id tree;
    struct change *changes;
    size_t count;
};
MUST_USE int tree_merge(struct merged_tree *out, struct clone *clone, const struct git_id *root,
                        struct filetree *ours, const struct publish_request *request,
                        struct arena *arena, struct err *err);

#endif
