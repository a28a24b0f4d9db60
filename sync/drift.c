/* sync/drift.c - compares the tip with the last commit that weft made.  First parents only.
 *
 * weft owns its files, and a change by others to one of them is work that a push would destroy. So
 * each path that is to change is compared at the tip with what weft's newest commit left there. A
 * difference is drift, and nothing is pushed, not even for other paths: a half pushed tree would
 * have to be explained as well.
 *
 * One difference is none: a path whose former content is there again, that is, someone reverted.
 * For files that a pass asserts, such as certificates, that is corrected, since leaving it would
 * bring trust back that clusters have left; was_ours looks for just this content in earlier
 * commits of weft. History is walked along first parents, as far as it is here: a shallow cache
 * finds less, and then it is drift, which is the safe answer. */
#include "sync/drift.h"

#include "base/clock.h"
#include "sync/commit.h"
#include "sync/commit_message.h"
#include "sync/tree_read.h"

enum { FORMER_MAX = 100, PATHS_SHOWN = 3 };

struct history {
    struct clone *clone;
    struct arena *arena;
    const struct publish_request *request;
    struct commit tip, ours;
};

/* The id at a change's path, all zero when nothing is there. */
static int id_at(struct git_id *out, struct history *history, const struct commit *commit,
                 const char *path, struct err *err)
{
    const char *folder = history->request->folder;
    struct tree_item item;

    if (tree_read_find(&item, history->clone, &commit->tree,
                       arena_printf(history->arena, "%s/%s", folder, path), history->arena, err)
        < 0)
        return -1;
    *out = item.id;
    return 0;
}

/* The newest commit that changed path, which is at the latest the one after ours: the commit that a
 * person has to look at. */
static int find_culprit(struct commit *out, struct history *history, const char *path,
                        struct err *err)
{
    struct git_id here, before;

    *out = history->tip;
    if (id_at(&here, history, out, path, err) < 0)
        return -1;
    for (;;) {
        struct commit parent;

        if (!out->has_parent)
            return 0; /* a merge brought ours */
        if (commit_read(&parent, history->clone, &out->parent, history->arena, err) < 0
            || id_at(&before, history, &parent, path, err) < 0)
            return -1;
        if (!git_id_equal(&here, &before) || git_id_equal(&parent.id, &history->ours.id))
            return 0;
        *out = parent;
    }
}

static int refuse(struct history *history, const char *paths[], size_t count, struct err *err)
{
    AUTO_TEXT list = { 0 };
    struct commit culprit;
    char hex[41];

    if (find_culprit(&culprit, history, paths[0], err) < 0)
        return -1;
    for (size_t i = 0; i < count && i < PATHS_SHOWN; i++)
        text_addf(&list, "%s%s", i ? ", " : "", paths[i]);
    git_id_hex(hex, &culprit.id);
    return err_set(err, ERR_REFUSED, 0,
                   "branch %s: commit %.12s by %s on %s changed files that weft owns: %s%s; "
                   "nothing was pushed: revert that "
                   "commit and change the specs instead, or run once with --overwrite-drift",
                   history->request->branch, hex, culprit.author,
                   clock_text(culprit.time, history->arena), list.bytes,
                   count > PATHS_SHOWN ? ", ..." : "");
}

/* Whether an earlier commit of weft left just this at path: 1 or 0. */
static int was_ours(struct history *history, const char *path, const struct git_id *id,
                    struct err *err)
{
    struct commit commit = history->ours;

    for (int i = 0;
         i < FORMER_MAX && commit.has_parent && commit_is_here(history->clone, &commit.parent);
         i++) {
        AUTO(arena_free) struct arena *scratch = arena_new(); /* trees may be large */
        struct history at = *history;
        struct git_id there;

        at.arena = scratch;
        if (commit_read(&commit, history->clone, &commit.parent, scratch, err) < 0
            || id_at(&there, &at, &commit, path, err) < 0)
            return -1;
        if (git_id_equal(&there, id)
            && commit_message_trailer(commit.message, TRAILER_SOURCE_COMMIT, scratch))
            return 1;
    }
    return 0;
}

/* 1: the work of another writer; 0: what weft left there, or had there before. */
static int is_drift(struct history *history, const char *path, struct err *err)
{
    const struct publish_request *request = history->request;
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct history at = *history;
    struct git_id left, now;
    int former;

    at.arena = scratch;
    if (id_at(&left, &at, &history->ours, path, err) < 0
        || id_at(&now, &at, &history->tip, path, err) < 0)
        return -1;
    if (git_id_equal(&left, &now))
        return 0;
    if (!request->asserts || !request->asserts(request->context, path))
        return 1;
    former = was_ours(history, path, &now, err);
    return former < 0 ? -1 : !former;
}

static int compare(struct history *history, const struct change *changes, size_t count,
                   struct err *err)
{
    const char *paths[PATHS_SHOWN + 1];
    size_t found = 0;

    for (size_t i = 0; i < count && found <= PATHS_SHOWN; i++) {
        int drift = is_drift(history, changes[i].path, err);

        if (drift < 0)
            return -1;
        if (drift)
            paths[found++] = changes[i].path;
    }
    return found ? refuse(history, paths, found, err) : 0;
}

int drift_check(struct clone *clone, const char *tip, const struct change *changes, size_t count,
                const struct publish_request *request, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct history history = { .clone = clone, .arena = arena, .request = request };
    struct git_id id;
    int found;

    if (!commit_parse_id(&id, tip))
        return err_set(err, ERR_GIT, GIT_EINVALID, "\"%s\" is not a commit id", tip);
    if (commit_read(&history.tip, clone, &id, arena, err) < 0)
        return -1;
    found = commit_find_ours(&history.ours, clone, &history.tip, NULL, arena, err);
    if (found <= 0 || git_id_equal(&history.ours.tree, &history.tip.tree))
        return found < 0 ? -1 : 0;
    return compare(&history, changes, count, err);
}
