/* sync/split.c - finds the folders of clusters in a commit.  Reads no file. */
#include "sync/split.h"

#include "base/names.h"
#include "sync/private.h"
#include "sync/tree_read.h"
#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct split_cluster *)a)->name, ((const struct split_cluster *)b)->name);
}

/* Git orders folders as if their names ended in "/", so "a.b" comes before "a". */
static void fill(struct split *out, const struct tree_list *list, const char *path,
                 struct arena *arena)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct tree_item *item = &list->items[i];

        if (is_dir(item) && names_is_dns_subdomain(item->name))
            *ARENA_PUSH(arena, out->clusters, out->count) =
                (struct split_cluster){ item->name, arena_printf(arena, "%s/%s", path, item->name),
                                        item->id };
    }
    if (out->count)
        qsort(out->clusters, out->count, sizeof *out->clusters, compare_names);
}

int split_read(struct split *out, struct snapshot *snapshot, const char *folder,
               struct arena *arena, struct err *err)
{
    const char *path = arena_printf(arena, "%s%sclusters", folder, *folder ? "/" : "");
    struct clone *clone = snapshot_clone(snapshot);
    const struct git_id root = snapshot_root(snapshot);
    struct tree_item found;
    struct tree_list list;

    *out = (struct split){ 0 };
    if (tree_read_find(&found, clone, &root, path, arena, err) < 0)
        return -1;
    if (!is_dir(&found))
        return 0;
    if (tree_read(&list, clone, &found.id, arena, err) < 0)
        return -1;
    if (list.count > SPLIT_MAX)
        return err_set(err, ERR_INPUT, 0,
                       "commit %.12s has %zu entries in %s, more than the %d that are read",
                       snapshot_commit(snapshot), list.count, path, SPLIT_MAX);
    fill(out, &list, path, arena);
    return 0;
}

const struct split_cluster *split_find(const struct split *split, const char *name)
{
    const struct split_cluster wanted = { .name = name };

    return split->count ? bsearch(&wanted, split->clusters, split->count, sizeof *split->clusters,
                                  compare_names)
                        : NULL;
}
