/* sync/tree_compare.c - compares a file tree with that of a commit, from the root down.  Writes no
 * object. */
#include "sync/tree_compare.h"

#include "base/map.h"
#include "base/text.h"
#include "sync/private.h"
#include "sync/tree_read.h"
#include "sync/tree_write.h"

enum { DEPTH_MAX = 100 };

struct comparing {
    const struct tree_compare_request *request;
    struct tree_mismatch *out;
    struct clone *clone;
    struct new_trees trees;
    struct arena *arena;
};

static int compare_dir(struct comparing *at, const char *path, struct filetree *expected,
                       const struct git_id *found, unsigned depth, struct err *err);

static const char *join(const struct comparing *at, const char *path, const char *name)
{
    return arena_printf(at->arena, "%s%s%s", path, *path ? "/" : "", name);
}

static int compare_entry(struct comparing *at, const char *path, const struct filetree_entry *entry,
                         const struct tree_item *item, unsigned depth, struct err *err)
{
    const struct new_tree *tree = entry->dir ? tree_write_of(&at->trees, entry->dir) : NULL;

    if (tree && tree->empty)
        return 0;
    if (!item || (tree ? !is_dir(item) : item->mode != MODE_FILE)) {
        *at->out = (struct tree_mismatch){ .path = path, .missing = true };
        return 0;
    }
    if (git_id_equal(tree ? &tree->id : &entry->blob, &item->id))
        return 0;
    if (tree)
        return compare_dir(at, path, entry->dir, &item->id, depth + 1, err);
    *at->out = (struct tree_mismatch){ .path = path, .expected = entry->blob, .found = item->id };
    return 0;
}

static int look_at_extra(struct comparing *at, const char *path, const struct tree_item *item,
                         unsigned depth, struct err *err)
{
    const struct tree_compare_request *request = at->request;
    const char *name = is_dir(item) ? arena_printf(at->arena, "%s/", path) : path;
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct object_content content;

    if (!request->concerns(request->context, name))
        return 0;
    if (is_dir(item))
        return compare_dir(at, path, NULL, &item->id, depth + 1, err);
    if (!is_file(item))
        return 0;
    if (tree_read_file(&content, at->clone, &item->id, scratch, err) < 0)
        return err_wrap(err, "read %s", path);
    if (content.bytes && request->owns(request->context, path, content.bytes, content.len))
        *at->out = (struct tree_mismatch){ .path = path, .extra = true };
    return 0;
}

static int compare_dir(struct comparing *at, const char *path, struct filetree *expected,
                       const struct git_id *found, unsigned depth, struct err *err)
{
    const struct filetree_entry **entries = NULL;
    struct tree_list list;
    size_t count = 0;

    if (depth > DEPTH_MAX)
        return err_set(err, ERR_INPUT, 0, "%s: folders lie more than %d deep", path, DEPTH_MAX);
    if (tree_read(&list, at->clone, found, at->arena, err) < 0)
        return -1;
    if (expected)
        entries = tree_write_order(expected, &count, at->arena);
    for (size_t i = 0; i < count && !at->out->path; i++)
        if (compare_entry(at, join(at, path, entries[i]->name), entries[i],
                          tree_list_find(&list, entries[i]->name), depth, err)
            < 0)
            return -1;
    for (size_t i = 0; i < list.count && !at->out->path; i++)
        if (!(expected && filetree_find(expected, list.items[i].name))
            && look_at_extra(at, join(at, path, list.items[i].name), &list.items[i], depth, err)
                   < 0)
            return -1;
    return 0;
}

int tree_compare(struct tree_mismatch *out, const struct tree_compare_request *request,
                 struct arena *arena, struct err *err)
{
    struct comparing at = { .request = request,
                            .out = out,
                            .clone = snapshot_clone(request->snapshot),
                            .trees = { arena, map_new(arena) },
                            .arena = arena };
    const struct git_id root = snapshot_root(request->snapshot);
    struct tree_item item = { .mode = MODE_DIR, .id = root };

    *out = (struct tree_mismatch){ 0 };
    if (*request->folder && tree_read_find(&item, at.clone, &root, request->folder, arena, err) < 0)
        return -1;
    return compare_dir(&at, "", request->expected, is_dir(&item) ? &item.id : NULL, 0, err);
}
