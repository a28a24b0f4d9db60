/* base/filetree.c - names to content ids in directories that may be shared.  Must not hold
 * contents.
 *
 * A fleet's output repeats whole directories: each cluster imports the same services.  So a
 * directory can be mounted at many paths, and is stored, sorted and hashed once.  That is safe only
 * because a mounted directory is frozen: entry_of asserts it, for a change through one path would
 * be a change at all the others.
 *
 * There are two orders of a directory's entries.  By name in bytes, for lookups and listings; and
 * by path, where a directory counts as if its name ended in "/", which is the order of Git's trees
 * and of whole paths.  Both are made when asked for and dropped when an entry is added. */
#include "base/filetree.h"

#include "base/map.h"
#include "base/text.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Entries live on their own so that the map can point at them; the sorted views are made when asked
 * for. */
struct filetree {
    struct arena *arena;
    struct map *by_name;
    struct filetree_entry **entries;
    size_t count;
    struct filetree_entry *by_bytes; /* sorted by name; NULL: not made since the last change */
    const struct filetree_entry **by_path; /* in the order of their paths; the same */
    bool mounted;
};

struct filetree *filetree_new(struct arena *arena)
{
    struct filetree *tree = ARENA_NEW(arena, struct filetree, 1);

    tree->arena = arena;
    tree->by_name = map_new(arena);
    return tree;
}

/* The entry called name, made when absent. */
static struct filetree_entry *entry_of(struct filetree *tree, const char *name, size_t len)
{
    char *copy = arena_bytes(tree->arena, name, len);
    struct filetree_entry *entry = map_find(tree->by_name, copy);

    assert(!tree->mounted);
    assert(len > 0 && strcmp(copy, ".") != 0 && strcmp(copy, "..") != 0);
    if (!entry) {
        entry = ARENA_NEW(tree->arena, struct filetree_entry, 1);
        entry->name = copy;
        map_put(tree->by_name, copy, entry);
        *ARENA_PUSH(tree->arena, tree->entries, tree->count) = entry;
    }
    tree->by_bytes = NULL;
    tree->by_path = NULL;
    return entry;
}

/* The entry at path, with directories made on the way. */
static struct filetree_entry *make_path(struct filetree *tree, const char *path)
{
    const char *slash;

    while ((slash = strchr(path, '/'))) {
        struct filetree_entry *entry = entry_of(tree, path, (size_t)(slash - path));

        if (!entry->dir)
            entry->dir = filetree_new(tree->arena);
        tree = entry->dir;
        path = slash + 1;
    }
    return entry_of(tree, path, strlen(path));
}

void filetree_put(struct filetree *tree, const char *path, const struct git_id *blob)
{
    struct filetree_entry *entry = make_path(tree, path);

    assert(!entry->dir);
    entry->dir = NULL;
    entry->blob = *blob;
}

void filetree_mount(struct filetree *tree, const char *path, struct filetree *dir)
{
    struct filetree_entry *entry = make_path(tree, path);

    assert(dir != tree);
    assert(!entry->dir || entry->dir->mounted);
    entry->dir = dir;
    dir->mounted = true;
}

bool filetree_mounted(const struct filetree *tree) { return tree->mounted; }

static int compare_names(const void *a, const void *b)
{
    const struct filetree_entry *x = a, *y = b;

    return strcmp(x->name, y->name);
}

/* As whole paths compare: a directory's name ends in '/', so "a.b" comes before what is in "a". */
static int compare_paths(const void *a, const void *b)
{
    const struct filetree_entry *x = *(const struct filetree_entry *const *)a;
    const struct filetree_entry *y = *(const struct filetree_entry *const *)b;
    size_t at = 0;
    unsigned char p, q;

    while (x->name[at] && x->name[at] == y->name[at])
        at++;
    p = (unsigned char)(x->name[at] ? x->name[at] : x->dir ? '/' : '\0');
    q = (unsigned char)(y->name[at] ? y->name[at] : y->dir ? '/' : '\0');
    return (p > q) - (p < q);
}

const struct filetree_entry *filetree_entries(struct filetree *tree, size_t *count)
{
    if (!tree->by_bytes) {
        tree->by_bytes = ARENA_NEW(tree->arena, struct filetree_entry, tree->count);
        for (size_t i = 0; i < tree->count; i++)
            tree->by_bytes[i] = *tree->entries[i];
        if (tree->count)
            qsort(tree->by_bytes, tree->count, sizeof *tree->by_bytes, compare_names);
    }
    *count = tree->count;
    return tree->by_bytes;
}

const struct filetree_entry *filetree_find(struct filetree *tree, const char *path)
{
    AUTO_TEXT name = { 0 };

    for (;;) {
        size_t len = strcspn(path, "/");
        const struct filetree_entry *entry;

        text_clear(&name);
        text_add(&name, path, len);
        entry = map_find(tree->by_name, name.bytes);
        if (!entry || !path[len])
            return entry;
        if (!entry->dir)
            return NULL;
        tree = entry->dir;
        path += len + 1;
    }
}

static const struct filetree_entry **path_order(struct filetree *tree)
{
    if (!tree->by_path) {
        tree->by_path = ARENA_NEW(tree->arena, const struct filetree_entry *, tree->count);
        for (size_t i = 0; i < tree->count; i++)
            tree->by_path[i] = tree->entries[i];
        if (tree->count)
            qsort(tree->by_path, tree->count, sizeof *tree->by_path, compare_paths);
    }
    return tree->by_path;
}

static int walk(struct filetree *tree, struct text *path,
                int (*visit)(void *context, const char *path, const struct git_id *blob),
                void *context)
{
    const struct filetree_entry **order = path_order(tree);
    size_t before = path->len;
    int result = 0;

    for (size_t i = 0; i < tree->count && !result; i++) {
        text_adds(path, order[i]->name);
        if (order[i]->dir) {
            text_addc(path, '/');
            result = walk(order[i]->dir, path, visit, context);
        } else {
            result = visit(context, path->bytes, &order[i]->blob);
        }
        path->len = before;
    }
    return result;
}

int filetree_walk(struct filetree *tree,
                  int (*visit)(void *context, const char *path, const struct git_id *blob),
                  void *context)
{
    AUTO_TEXT path = { 0 };

    return walk(tree, &path, visit, context);
}
