/* base/filetree.h - a tree of files as Git thinks of it: names to content ids, subtrees that may be
 * shared. Contents go to a blob sink as they are made; only ids stay here.  A directory mounted in
 * many places is stored once. */
#ifndef WEFT_BASE_FILETREE_H
#define WEFT_BASE_FILETREE_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include <stdbool.h>

/* Where contents go: memory (plan, render, tests) or a Git object store (a pass). */
struct blobs {
    int (*put)(void *context, struct git_id *id, const char *bytes, size_t len, struct err *err);
    void *context;
};

struct filetree_entry {
    const char *name;
    struct filetree *dir; /* NULL: a file */
    struct git_id blob;   /* of a file */
};

/* A directory.  Entries are sorted by name in byte order when read through filetree_entries
 * (Git's own order differs: there a directory sorts as if its name ended in "/"). */
struct filetree;

struct filetree *filetree_new(struct arena *arena);
/* Adds a file at a path such as "clusters/a/mesh/gateway.yaml"; directories are made on the way.
 * Adding the same path again replaces it.  Never reaches into a mounted directory (assert). */
void filetree_put(struct filetree *tree, const char *path, const struct git_id *blob);
/* Makes dir appear at path. dir may be mounted many times and must not change afterwards. */
void filetree_mount(struct filetree *tree, const char *path, struct filetree *dir);
const struct filetree_entry *filetree_entries(struct filetree *tree, size_t *count);
const struct filetree_entry *filetree_find(struct filetree *tree,
                                           const char *path); /* NULL: absent */
bool filetree_mounted(const struct filetree *tree);           /* it was mounted: shared, frozen */
/* Calls visit for each file (mounted ones once for each path), in the order of whole paths' bytes;
 * stops at the first result that is not 0 and returns it. */
int filetree_walk(struct filetree *tree,
                  int (*visit)(void *context, const char *path, const struct git_id *blob),
                  void *context);

/* Contents kept in memory, each distinct one once. */
struct blob_memory;
struct blobs blob_memory_sink(struct blob_memory *memory);

/* An older tree to read from: the output branch's tip, a folder, nothing. */
struct tree_reader {
    /* The file at path: 0 and bytes in the arena (NUL-terminated), or *bytes = NULL when there is
     * none; -1 and err. */
    int (*read)(void *context, const char *path, char **bytes, size_t *len, struct arena *arena,
                struct err *err);
    /* Names in the directory at path (a directory's name ends in "/"), sorted; none when it is
     * absent. */
    int (*list)(void *context, const char *path, const char ***names, size_t *count,
                struct arena *arena, struct err *err);
    void *context;
};
extern const struct tree_reader tree_reader_empty;

#endif
