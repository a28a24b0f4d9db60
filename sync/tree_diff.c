/* sync/tree_diff.c - walks two trees side by side.  Reads no file.
 *
 * Both lists are in Git's order, in which a folder counts as if its name ended in "/".  Under that
 * order a file and a folder of one name are two entries, so that one of them is added and the other
 * one removed. */
#include "sync/tree_diff.h"

#include "base/text.h"
#include "sync/private.h"
#include "sync/tree_read.h"
#include "sync/tree_write.h"

enum { DEPTH_MAX = 100 };

struct comparing {
    struct clone *clone;
    struct tree_diff *out;
    struct text path;
    struct arena *arena;
};

static int compare_dirs(struct comparing *at, const struct git_id *before,
                        const struct git_id *after, unsigned depth, struct err *err);

static int add_file(struct comparing *at, enum change_kind kind, unsigned mode, struct err *err)
{
    if (at->out->count >= TREE_DIFF_MAX)
        return err_set(err, ERR_INPUT, 0, "more than %d files lie between two commits",
                       TREE_DIFF_MAX);
    *ARENA_PUSH(at->arena, at->out->files, at->out->count) =
        (struct tree_diff_file){ arena_bytes(at->arena, at->path.bytes, at->path.len), kind,
                                 mode == MODE_FILE };
    return 0;
}

/* One of the two may be NULL; else they have the same name and are both folders, or both none. */
static int compare_items(struct comparing *at, const struct tree_item *before,
                         const struct tree_item *after, unsigned depth, struct err *err)
{
    const struct tree_item *item = after ? after : before;
    const size_t len = at->path.len;
    int result;

    if (before && after && before->mode == after->mode && git_id_equal(&before->id, &after->id))
        return 0;
    text_addf(&at->path, "%s%s", len ? "/" : "", item->name);
    if (is_dir(item))
        result = compare_dirs(at, before ? &before->id : NULL, after ? &after->id : NULL, depth + 1,
                              err);
    else
        result = add_file(at,
                          !before  ? CHANGE_ADDED
                          : !after ? CHANGE_REMOVED
                                   : CHANGE_CHANGED,
                          item->mode, err);
    at->path.bytes[at->path.len = len] = '\0';
    return result;
}

static int order_of(const struct tree_list *before, size_t i, const struct tree_list *after,
                    size_t k)
{
    if (i == before->count)
        return 1;
    if (k == after->count)
        return -1;
    return tree_write_compare(before->items[i].name, is_dir(&before->items[i]),
                              after->items[k].name, is_dir(&after->items[k]));
}

static int compare_dirs(struct comparing *at, const struct git_id *before,
                        const struct git_id *after, unsigned depth, struct err *err)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct tree_list old, new;
    size_t i = 0, k = 0;

    if (depth > DEPTH_MAX)
        return err_set(err, ERR_INPUT, 0, "%s: folders lie more than %d deep", at->path.bytes,
                       DEPTH_MAX);
    if (tree_read(&old, at->clone, before, scratch, err) < 0
        || tree_read(&new, at->clone, after, scratch, err) < 0)
        return -1;
    while (i < old.count || k < new.count) {
        const int order = order_of(&old, i, &new, k);

        if (compare_items(at, order <= 0 ? &old.items[i] : NULL, order >= 0 ? &new.items[k] : NULL,
                          depth, err)
            < 0)
            return -1;
        i += order <= 0;
        k += order >= 0;
    }
    return 0;
}

int tree_diff(struct tree_diff *out, struct snapshot *before, struct snapshot *after,
              struct arena *arena, struct err *err)
{
    struct comparing at = { .clone = snapshot_clone(after), .out = out, .arena = arena };
    struct git_id old = { { 0 } }, new = snapshot_root(after);
    int result;

    *out = (struct tree_diff){ 0 };
    if (before)
        old = snapshot_root(before);
    if (before && git_id_equal(&old, &new))
        return 0;
    text_adds(&at.path, "");
    result = compare_dirs(&at, before ? &old : NULL, &new, 0, err);
    text_free(&at.path);
    return result;
}
