/* sync/drift.c - compares the tip with the last commit that weft made.  First parents only. */
#include "sync/drift.h"

#include "base/clock.h"
#include "sync/message.h"
#include "sync/trees.h"

enum { HISTORY_MAX = 1000, PATHS_SHOWN = 3 };

struct history {
    struct clone *clone;
    struct arena *arena;
    const char *folder;
};

static struct git_id root_of(const git_commit *commit) { return id_of(git_commit_tree_id(commit)); }

/* The id at a change's path, all zero when nothing is there. */
static int id_at(struct git_id *out, struct history *history, const git_commit *commit,
                 const char *path, struct err *err)
{
    struct git_id root = root_of(commit);
    struct tree_item item;
    const char *full =
        *history->folder ? arena_printf(history->arena, "%s/%s", history->folder, path) : path;

    if (tree_find(&item, history->clone, &root, full, history->arena, err) < 0)
        return -1;
    *out = item.id;
    return 0;
}

static bool is_wefts(const git_commit *commit, struct arena *arena)
{
    return message_trailer(git_commit_message(commit), TRAILER_SOURCE_COMMIT, arena) != NULL;
}

/* The newest commit of weft, or NULL.  History that the cache does not have ends the search. */
static git_commit *last_of_weft(struct history *history, git_commit *tip)
{
    git_commit *commit = NULL;

    if (git_commit_dup(&commit, tip) < 0)
        return NULL;
    for (int i = 0; i < HISTORY_MAX && commit; i++) {
        git_commit *parent = NULL;

        if (is_wefts(commit, history->arena))
            return commit;
        if (git_commit_parentcount(commit) > 0 && git_commit_parent(&parent, commit, 0) < 0)
            parent = NULL;
        git_commit_free(commit);
        commit = parent;
    }
    if (commit)
        git_commit_free(commit);
    return NULL;
}

/* The newest commit that changed path: what a person wants to look at. */
static int find_culprit(git_commit **out, struct history *history, git_commit *tip,
                        const char *path, struct err *err)
{
    AUTO(git_commit_free) git_commit *commit = NULL;

    git_commit_dup(&commit, tip);
    for (int i = 0; i < HISTORY_MAX && git_commit_parentcount(commit) > 0; i++) {
        git_commit *parent;
        struct git_id here, before;

        if (git_commit_parent(&parent, commit, 0) < 0)
            break;
        if (id_at(&here, history, commit, path, err) < 0
            || id_at(&before, history, parent, path, err) < 0) {
            git_commit_free(parent);
            return -1;
        }
        if (!git_id_equal(&here, &before)) {
            git_commit_free(parent);
            break;
        }
        git_commit_free(commit);
        commit = parent;
    }
    *out = TAKE(commit);
    return 0;
}

static int refuse(struct history *history, git_commit *tip, const char *paths[], size_t count,
                  const struct publish_request *request, struct err *err)
{
    AUTO(git_commit_free) git_commit *culprit = NULL;
    AUTO_TEXT list = { 0 };
    char hex[41];

    if (find_culprit(&culprit, history, tip, paths[0], err) < 0)
        return -1;
    for (size_t i = 0; i < count && i < PATHS_SHOWN; i++)
        text_addf(&list, "%s%s", i ? ", " : "", paths[i]);
    git_oid_tostr(hex, sizeof hex, git_commit_id(culprit));
    return err_set(err, ERR_REFUSED, 0,
                   "branch %s: commit %.12s by %s on %s changed files that weft owns: %s%s; "
                   "nothing was pushed: revert that "
                   "commit and change the specs instead, or run with overwriting allowed",
                   request->branch, hex, git_commit_author(culprit)->name,
                   time_text(git_commit_author(culprit)->when.time, history->arena), list.bytes,
                   count > PATHS_SHOWN ? ", ..." : "");
}

static int compare(struct history *history, git_commit *ours, git_commit *tip,
                   const struct change *changes, size_t count,
                   const struct publish_request *request, struct err *err)
{
    const char *paths[PATHS_SHOWN + 1];
    size_t found = 0;

    for (size_t i = 0; i < count && found <= PATHS_SHOWN; i++) {
        struct git_id left, now;

        if (id_at(&left, history, ours, changes[i].path, err) < 0
            || id_at(&now, history, tip, changes[i].path, err) < 0)
            return -1;
        if (!git_id_equal(&left, &now))
            paths[found++] = changes[i].path;
    }
    return found ? refuse(history, tip, paths, found, request, err) : 0;
}

int drift_check(struct clone *clone, const char *tip_hex, const struct change *changes,
                size_t count, const struct publish_request *request, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct history history = { clone, arena, request->folder ? request->folder : "" };
    AUTO(git_commit_free) git_commit *tip = NULL, *ours = NULL;
    git_oid oid;
    int code;

    git_oid_fromstr(&oid, tip_hex);
    code = git_commit_lookup(&tip, clone->repo, &oid);
    if (code < 0)
        return err_git(err, code, "read commit %s", tip_hex);
    ours = last_of_weft(&history, tip);
    if (!ours || git_oid_equal(git_commit_id(ours), git_commit_id(tip)))
        return 0;
    return compare(&history, ours, tip, changes, count, request, err);
}
