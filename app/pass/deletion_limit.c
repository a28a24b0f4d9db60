/* app/pass/deletion_limit.c - a rule over a list of changes; looks at nothing else. */
#include "app/pass/deletion_limit.h"
#include "base/text.h"
#include <string.h>

/* Two files may always go: shares mean nothing in a tiny tree. */
enum { ALWAYS_ALLOWED = 2 };

#define HOW_TO_ALLOW                                                                               \
    "if it is meant, say so in the specs commit with the trailer \"" DELETION_TRAILER              \
    ": yes\", or run once with --allow-deletions"

static int count_file(void *context, const char *path, const struct git_id *blob)
{
    size_t *files = context;

    (void)path;
    (void)blob;
    (*files)++;
    return 0;
}

/* "clusters/a" of "clusters/a/mesh/x.yaml", in the arena; NULL outside of clusters/. */
static const char *cluster_folder(const char *path, struct arena *arena)
{
    const char *end =
        text_starts(path, "clusters/") ? strchr(path + strlen("clusters/"), '/') : NULL;

    return end ? arena_bytes(arena, path, (size_t)(end - path)) : NULL;
}

/* The first cluster that loses its last file, or NULL. */
static const char *emptied_cluster(const struct deletion_limit *limit, const struct change *changes,
                                   size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *folder;

        if (changes[i].kind != CHANGE_REMOVED)
            continue;
        folder = cluster_folder(changes[i].path, limit->arena);
        if (folder && !filetree_find(limit->tree, folder))
            return folder;
    }
    return NULL;
}

static int refuse_losses(const struct losses *losses, struct err *err)
{
    const struct report_loss *first = losses->items;

    while (first->meant)
        first++;
    return err_set(err, ERR_REFUSED, 0,
                   "this pass would take away the %s in cluster %s: %s (%s)%s; nothing was "
                   "changed; " HOW_TO_ALLOW,
                   first->object, first->cluster, first->effect, first->why,
                   losses->unmeant > 1 ? " and more of the kind" : "");
}

int deletion_limit_check(const struct deletion_limit *limit, const struct change *changes,
                         size_t count, struct err *err)
{
    size_t removed = 0, added = 0, files = 0, before;
    const char *emptied;

    for (size_t i = 0; i < count; i++) {
        removed += changes[i].kind == CHANGE_REMOVED;
        added += changes[i].kind == CHANGE_ADDED;
    }
    if (limit->allowed)
        return 0;
    if (limit->losses->unmeant)
        return refuse_losses(limit->losses, err);
    if (removed <= ALWAYS_ALLOWED)
        return 0;
    filetree_walk(limit->tree, count_file, &files);
    before = files + removed - added;
    if ((double)removed > limit->max_share * (double)before)
        return err_set(
            err, ERR_REFUSED, 0,
            "this pass would delete %zu of %zu files, more than output.maxDeletedShare (%.0f %%) "
            "allows; nothing was changed; " HOW_TO_ALLOW,
            removed, before, limit->max_share * 100);
    if ((emptied = emptied_cluster(limit, changes, count)))
        return err_set(
            err, ERR_REFUSED, 0,
            "this pass would delete everything in %s; nothing was changed; " HOW_TO_ALLOW, emptied);
    return 0;
}
