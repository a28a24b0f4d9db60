/* sync/tree_read.h - Git objects of a clone as plain data: trees as lists, files by path.  Private
 * to sync/. */
#ifndef WEFT_SYNC_TREE_READ_H
#define WEFT_SYNC_TREE_READ_H

#include "sync/private.h"

/* Modes as trees have them. */
enum {
    MODE_DIR = 0040000,
    MODE_FILE = 0100644,
    MODE_PROGRAM = 0100755,
    MODE_LINK = 0120000,
    MODE_COMMIT = 0160000
};

struct tree_item {
    const char *name;
    unsigned mode; /* 0: absent */
    struct git_id id;
};
struct tree_list {
    struct tree_item *items; /* in Git's order, which is that of whole paths */
    size_t count;
};

static inline bool is_file(const struct tree_item *item)
{
    return (item->mode & 0170000) == 0100000;
}
static inline bool is_dir(const struct tree_item *item) { return item->mode == MODE_DIR; }

/* The bytes of an object (NUL-terminated, in the arena).  A damaged cache is made again on the way.
 * EFBIG: a commit, a tree or a file above COMMIT_MAX, TREE_MAX or FILE_MAX (limits.h); it was not
 * read. */
struct object_content {
    char *bytes;
    size_t len;
};
MUST_USE int tree_read_object(struct object_content *out, struct clone *clone,
                              const struct git_id *id, git_object_t type, struct arena *arena,
                              struct err *err);
/* The same of a file; bytes is NULL for one above FILE_MAX, which weft never writes. */
MUST_USE int tree_read_file(struct object_content *out, struct clone *clone,
                            const struct git_id *id, struct arena *arena, struct err *err);
/* Its length only. */
MUST_USE int tree_read_object_size(size_t *len, struct clone *clone, const struct git_id *id,
                                   struct err *err);
/* ids may be NULL: an empty list. */
MUST_USE int tree_read(struct tree_list *out, struct clone *clone, const struct git_id *id,
                       struct arena *arena, struct err *err);
/* Takes a tree object apart; false: not a tree (gitformat-pack has no rule; Git's own fsck does).
 */
bool tree_read_parse(struct tree_list *out, const char *bytes, size_t len, struct arena *arena);
const struct tree_item *tree_list_find(const struct tree_list *list,
                                       const char *name); /* NULL: absent */
/* What is at path below the tree root; "" = root itself.  mode 0: nothing. */
MUST_USE int tree_read_find(struct tree_item *out, struct clone *clone, const struct git_id *root,
                            const char *path, struct arena *arena, struct err *err);

#endif
