/* sync/tree_write.h - file trees as Git trees, before anything else is merged into them.  Pure.
 * Private to sync/. */
#ifndef WEFT_SYNC_TREE_WRITE_H
#define WEFT_SYNC_TREE_WRITE_H

#include "base/filetree.h"
#include "base/map.h"
#include "base/text.h"

/* As Git orders the names of a tree, which is the order of whole paths: a directory's name counts
 * as if it ended in "/". */
int tree_write_compare(const char *a, bool a_dir, const char *b, bool b_dir);
/* The entries of a directory in that order. */
const struct filetree_entry **tree_write_order(struct filetree *dir, size_t *count,
                                               struct arena *arena);
/* Appends an entry of a tree object. */
void tree_write_add(struct text *out, unsigned mode, const char *name, const struct git_id *id);

/* A directory of ours as a tree, without anything of others. */
struct new_tree {
    struct git_id id;
    bool empty; /* Git has no empty directories: it is not there */
};
/* The tree of each directory is computed once: known maps addresses of directories, and starts
 * empty. */
struct new_trees {
    struct arena *arena;
    struct map *known;
};
const struct new_tree *tree_write_of(struct new_trees *trees, struct filetree *dir);

#endif
