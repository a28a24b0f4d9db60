/* sync/tree_path.h - what is at many paths of one commit, with the folders on the way read once.
 * Private to sync/. */
#ifndef WEFT_SYNC_TREE_PATH_H
#define WEFT_SYNC_TREE_PATH_H

#include "sync/tree_read.h"

/* The folders that were opened last, one for each level.  Belongs to one clone and one thread. */
struct tree_path;
struct tree_path *tree_path_new(void);
void tree_path_close(struct tree_path *path);
AUTO_DEFINE(struct tree_path, tree_path_close)

/* What is at a path below the tree root; "" = root itself.  mode 0: nothing, which is also the
 * answer where a file, a link or a submodule is on the way.  out->name is in the arena. */
MUST_USE int tree_path_find(struct tree_item *out, struct tree_path *path, struct clone *clone,
                            const struct git_id *root, const char *at, struct arena *arena,
                            struct err *err);

#endif
