/* sync/history.c - walks a branch up its first parents, and through merges that brought a commit of
 * weft as it was.  Judges nothing. */
#include "sync/history.h"

#include "base/text.h"
#include "sync/commit.h"
#include "sync/commit_chain.h"
#include "sync/commit_message.h"
#include "sync/tree_read.h"
#include <stdio.h>

static const char *subject_of(const char *message, struct arena *arena)
{
    return arena_bytes(arena, message, strcspn(message, "\n"));
}

static void take_trailers(struct history_commit *out, const char *message, struct arena *arena)
{
    git_message_trailer_array list = { 0 };
    struct trailer *trailers;

    if (git_message_trailers(&list, message) < 0)
        return;
    out->trailers = trailers = ARENA_NEW(arena, struct trailer, list.count + 1);
    for (size_t i = 0; i < list.count; i++)
        trailers[out->trailer_count++] =
            (struct trailer){ arena_text(arena, list.trailers[i].key),
                              arena_text(arena, list.trailers[i].value) };
    git_message_trailer_array_free(&list);
    out->ours = history_trailer(out, TRAILER_SOURCE_COMMIT) != NULL;
}

static void take_commit(struct history_commit *out, const struct commit *commit,
                        struct arena *arena)
{
    *out = (struct history_commit){ .parents = commit->parents,
                                    .author = arena_text(arena, commit->author),
                                    .time = commit->time,
                                    .subject = subject_of(commit->message, arena) };
    git_id_hex(out->id, &commit->id);
    if (commit->has_parent)
        git_id_hex(out->parent, &commit->parent);
    take_trailers(out, commit->message, arena);
}

int history_read(struct history *out, struct clone *clone, const char *tip, const char *base,
                 struct arena *arena, struct err *err)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct commit commit, merged;
    struct history_commit *taken;
    struct git_id id;
    char at[41];
    int found;

    *out = (struct history){ 0 };
    for (snprintf(at, sizeof at, "%s", tip); *at && !text_equal(at, base);
         snprintf(at, sizeof at, "%s", out->commits[out->count - 1].parent)) {
        if (out->count && (out->cut = !clone_has(clone, at)))
            return 0;
        if (out->count == HISTORY_MAX)
            return err_set(err, ERR_INPUT, 0,
                           "there are more than %d commits up from %.12s; name a range",
                           HISTORY_MAX, tip);
        arena_reset(scratch);
        if (!commit_parse_id(&id, at))
            return err_set(err, ERR_GIT, GIT_EINVALID, "\"%s\" is not a commit id", at);
        if (commit_read(&commit, clone, &id, scratch, err) < 0)
            return -1;
        taken = ARENA_PUSH(arena, out->commits, out->count);
        take_commit(taken, &commit, arena);
        if ((found = commit_find_merged(&merged, clone, &commit, scratch, err)) < 0)
            return -1;
        if (found)
            git_id_hex(taken->parent, &commit.second);
    }
    return 0;
}

const char *history_trailer(const struct history_commit *commit, const char *token)
{
    for (size_t i = 0; i < commit->trailer_count; i++)
        if (strcasecmp(commit->trailers[i].token, token) == 0)
            return commit->trailers[i].value;
    return NULL;
}

int history_chain(const char **out, struct clone *clone, const char *commit, const char *previous,
                  struct arena *arena, struct err *err)
{
    struct object_content object;
    struct git_id id;

    if (!commit_parse_id(&id, commit))
        return err_set(err, ERR_GIT, GIT_EINVALID, "\"%s\" is not a commit id", commit);
    if (tree_read_object(&object, clone, &id, GIT_OBJECT_COMMIT, arena, err) < 0)
        return -1;
    *out = commit_chain_of(previous, object.bytes, object.len, arena);
    return 0;
}

/* --- revisions --- */

static bool find_revision(char commit[41], struct clone *clone, const char *revision)
{
    AUTO(git_object_free) git_object *object = NULL, *peeled = NULL;

    if (git_revparse_single(&object, clone->repo, revision) < 0
        || git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) < 0)
        return false;
    git_oid_tostr(commit, 41, git_object_id(peeled));
    return true;
}

int history_find(char commit[41], struct clone *clone, const char *branch, const char *revision,
                 struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const size_t len = strlen(branch);
    const bool of_branch = text_starts(revision, branch) && strchr("~^", revision[len]);
    const bool of_head = text_starts(revision, "HEAD") && strchr("~^", revision[4]);
    const char *name = revision;

    if (of_branch || of_head)
        name =
            arena_printf(arena, "refs/weft/heads/%s%s", branch, revision + (of_branch ? len : 4));
    if (!strchr(name, ':') && !strchr(name, '@') && find_revision(commit, clone, name))
        return 0;
    return err_set(err, ERR_INPUT, 0,
                   "\"%s\" names no commit of branch %s; write an id or its beginning, %s, or %s~3",
                   revision, branch, branch, branch);
}

void history_seen(char commit[41], struct clone *clone, const char *branch)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    git_oid oid;

    commit[0] = '\0';
    if (git_reference_name_to_id(&oid, clone->repo,
                                 arena_printf(arena, "refs/weft/heads/%s", branch))
        == 0)
        git_oid_tostr(commit, 41, &oid);
}
