/* sync/publish.c - one commit on the output branch, by compare-and-swap.  Never merges text, never
 * forces.
 *
 * A try has four parts: read the tip, build a commit whose parent it is, push it on the condition
 * that the branch is still there (the old id in the push), and read the branch again on a new
 * connection.  Only that last reading decides, because the answer to a push can be lost, and some
 * servers acknowledge what they then do not do:
 *
 *   the branch is at our commit                    -> done
 *   it is elsewhere                                -> the next try, rendered on the new tip
 *   it is where it was, and the server refused     -> the server's reason
 *   it is where it was, and the push broke off     -> one more try, unless the answer was clear
 *
 * Two facts keep a repeated try from doing harm.  A tree is built from the tip that the commit
 * names as its parent, so what others committed meanwhile is in it.  And a commit that did arrive,
 * although its try counted as lost, is found below the new tip (nothing_changed), so the caller
 * sees that its commit is there and does not make another. */
#include "sync/publish.h"

#include "base/fault.h"
#include "base/text.h"
#include "sync/clone_pack.h"
#include "sync/commit.h"
#include "sync/commit_chain.h"
#include "sync/commit_message.h"
#include "sync/drift.h"
#include "sync/fetch.h"
#include "sync/private.h"
#include "sync/proposal.h"
#include "sync/snapshot.h"
#include "sync/transport/push.h"
#include "sync/tree_merge.h"
#include <assert.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

enum { ATTEMPTS = 5, PAUSE_FIRST_MS = 500, PAUSE_MAX_MS = 15000 };

static const char *const change_names[] = {
    [CHANGE_ADDED] = "added", [CHANGE_CHANGED] = "changed", [CHANGE_REMOVED] = "removed"
};
const struct enum_table change_kinds = ENUM_TABLE(change_names);

struct publishing {
    struct publish_result *result;
    struct clone *clone;
    const struct publish_request *request;
    struct arena *arena;
    const char *ref;              /* full name of the branch */
    const char *to, *to_ref;      /* the branch that is pushed to: short and full name */
    char was[41];                 /* what that one was before the push; "": it did not exist */
    struct git_id pushed;         /* the commit of the last try */
    const struct change *changes; /* of that commit */
    size_t change_count;
    bool sent;          /* pushed may have arrived */
    int ignored;        /* tries that the server acknowledged while the branch did not move */
    char first_tip[41]; /* of the first try */
};

/* Full jitter: two writers that met once choose different pauses, between none and the longest. */
static void pause_before(int tries)
{
    int64_t most = PAUSE_FIRST_MS, chosen;
    uint32_t random = 0;

    for (int i = 2; i < tries && most < PAUSE_MAX_MS; i++)
        most *= 2;
    if (most > PAUSE_MAX_MS)
        most = PAUSE_MAX_MS;
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        random = UINT32_MAX / 2;
    chosen = most * random / UINT32_MAX;
    nanosleep(&(struct timespec){ .tv_sec = chosen / 1000, .tv_nsec = chosen % 1000 * 1000000 },
              NULL);
}

/* The tip: as a clone_fetch of this process found it, for the first try; the push compares it
 * anyway. */
static int find_tip(struct publishing *publishing, struct err *err)
{
    struct publish_result *result = publishing->result;
    const struct fetched *fetched = clone_fetched(publishing->clone, publishing->ref);

    if (result->tries == 1 && fetched) {
        snprintf(result->tip, sizeof result->tip, "%s", fetched->commit);
        return 0;
    }
    return clone_fetch(publishing->clone, result->tip, publishing->ref, true, err);
}

static int build_on(struct merged_tree *out, struct publishing *publishing, struct snapshot *tip,
                    struct err *err)
{
    const struct publish_request *request = publishing->request;
    struct tree_reader reader = tree_reader_empty;
    struct filetree *ours;
    struct git_id root;

    if (tip) {
        reader = snapshot_reader(tip, request->folder, publishing->arena);
        root = snapshot_root(tip);
    }
    if (request->build(request->context, &ours, &reader, publishing->arena, err) < 0)
        return -1;
    pack_writer_want_none(publishing->clone->objects);
    return tree_merge(out, publishing->clone, &(struct merge_sides){ ours, tip ? &root : NULL },
                      request, publishing->arena, err);
}

static int check_changes(struct publishing *publishing, const struct merged_tree *merged,
                         struct err *err)
{
    const struct publish_request *request = publishing->request;
    const char *tip = publishing->result->tip;

    if (*tip && !request->overwrite_drift
        && drift_check(publishing->clone, tip, merged->changes, merged->count, request, err) < 0)
        return -1;
    return request->approve
               ? request->approve(request->context, merged->changes, merged->count, err)
               : 0;
}

static int sign_commit(struct text *commit, const struct publish_request *request, struct err *err)
{
    AUTO_TEXT signature = { 0 };

    if (request->sign(request->context, &signature, commit->bytes, commit->len, err) < 0)
        return err_wrap(err, "sign the commit");
    commit_message_sign(commit, signature.bytes);
    return 0;
}

/* The commit object before it is signed, bound to the previous one of weft. */
static int write_commit(struct text *out, struct publishing *publishing,
                        const struct merged_tree *merged, const struct git_id *parent,
                        struct err *err)
{
    struct publish_request request = *publishing->request;
    struct trailer *trailers =
        ARENA_NEW(publishing->arena, struct trailer, request.trailer_count + 1);
    struct commit_previous previous;

    if (commit_chain_previous(&previous, publishing->clone, publishing->result->tip,
                              publishing->arena, err)
        < 0)
        return -1;
    memcpy(trailers, request.trailers, request.trailer_count * sizeof *trailers);
    trailers[request.trailer_count++] = (struct trailer){ TRAILER_PREVIOUS, previous.id };
    request.trailers = trailers;
    if (request.describe)
        request.subject = request.describe(request.context, merged->changes, merged->count);
    commit_message_write(out, &request, &merged->tree, parent);
    commit_chain_add(out, previous.chain, publishing->arena);
    return 0;
}

static int make_commit(struct push_request *push, struct publishing *publishing,
                       const struct merged_tree *merged, struct err *err)
{
    struct objects *objects = publishing->clone->objects;
    struct git_id parent;
    bool has_parent = commit_parse_id(&parent, publishing->result->tip);
    AUTO_TEXT commit = { 0 };

    FAULT("git.commit");
    (void)commit_parse_id(&push->old, publishing->was); /* else all zero: it must not exist */
    if (write_commit(&commit, publishing, merged, has_parent ? &parent : NULL, err) < 0)
        return -1;
    if (publishing->request->sign && sign_commit(&commit, publishing->request, err) < 0)
        return -1;
    push->new = pack_writer_object_id(OBJECT_COMMIT, commit.bytes, commit.len);
    if (pack_writer_add(objects, &push->new, OBJECT_COMMIT, commit.bytes, commit.len, err) < 0)
        return -1;
    pack_writer_want(objects, &push->new);
    return 0;
}

/* The remedy for the usual refusals of servers. */
static const char *hint_of(const char *words)
{
    static const struct {
        const char *words, *hint;
    } hints[] = {
        { "must have verified signatures",
          "the branch requires signed commits: set output.signing.sshKey and register that key for "
          "weft's account, or put the account on the bypass list of that rule" },
        { "must be signed", "the branch requires signed commits: set output.signing.sshKey and "
                            "register that key for weft's account, or except the account from that "
                            "rule" },
        { "GH013", "put weft's account on the bypass list of that ruleset, or publish to a branch "
                   "that it does not cover" },
    };

    for (size_t i = 0; i < LENGTH(hints); i++)
        if (strcasestr(words, hints[i].words))
            return hints[i].hint;
    return "check that the user or token may push to this branch";
}

static int refused(const struct publishing *publishing, const struct text *words, struct err *err)
{
    const char *said = words->len ? words->bytes : "it gives no reason";

    return err_set(err, ERR_GIT, GIT_ENONFASTFORWARD,
                   "push to branch %s of %s: the server refused: %s; %s", publishing->to,
                   publishing->clone->peer.url.shown, said, hint_of(said));
}

enum verdict { VERDICT_DONE, VERDICT_AGAIN };

/* A push that broke off without effect: worth another try, unless the server gave a clear no. */
static bool is_final(const struct publishing *publishing, const struct err *ending)
{
    return publishing->result->tries > 1
           || (ending->kind == ERR_HTTP && ending->code >= 400 && ending->code < 500);
}

/* Reads the branch again, on a new connection.  err comes in with how the push ended. */
static int confirm_push(enum verdict *out, struct publishing *publishing,
                        const struct push_request *push, const struct pushed *pushed,
                        struct err *err)
{
    char now[41], ours[41];
    struct err ending = *err;
    bool unmoved;

    git_id_hex(ours, &push->new);
    if (clone_ls_remote(publishing->clone, now, publishing->to_ref, err) < 0)
        return err_wrap(err, "look at branch %s after the push", publishing->to);
    unmoved = strcmp(now, publishing->was) == 0;
    *out = strcmp(now, ours) == 0 ? VERDICT_DONE : VERDICT_AGAIN;
    publishing->ignored += pushed->outcome == PUSH_DONE && unmoved;
    if (pushed->outcome == PUSH_REFUSED && unmoved)
        return refused(publishing, &pushed->words, err);
    if (pushed->outcome == PUSH_BROKEN && unmoved && is_final(publishing, &ending)) {
        *err = ending;
        return err_wrap(err, "push to branch %s", publishing->to);
    }
    return 0;
}

static void note_arrival(struct publishing *publishing, const struct git_id *commit)
{
    struct publish_result *result = publishing->result;

    result->proposed = publishing->request->proposal != NULL;
    result->committed = !result->proposed;
    git_id_hex(result->proposed ? result->proposal : result->commit, commit);
}

static int push_commit(enum verdict *out, struct publishing *publishing,
                       const struct push_request *request, struct err *err)
{
    struct publish_result *result = publishing->result;
    struct clone *clone = publishing->clone;
    AUTO_PUSHED pushed = { 0 };

    *out = VERDICT_AGAIN;
    if (push(&pushed, &clone->peer, request, 1, clone->objects, err) < 0)
        return err_wrap(err, "push to branch %s", publishing->to);
    if (pushed.outcome == PUSH_MOVED)
        return 0;
    publishing->pushed = request->new;
    publishing->changes = result->changes;
    publishing->change_count = result->change_count;
    publishing->sent = true;
    if (confirm_push(out, publishing, request, &pushed, err) < 0)
        return -1;
    if (*out == VERDICT_AGAIN)
        return 0;
    note_arrival(publishing, &request->new);
    clone_pack_add(clone, publishing->to_ref, &request->new, &pushed.pack);
    return 0;
}

/* --- a proposal --- */

/* 1: the proposal branch has this tree on top of the tip already. */
static int look_at_proposal(struct publishing *publishing, const struct merged_tree *merged,
                            struct err *err)
{
    const struct proposal_branch *proposal = publishing->request->proposal;
    struct publish_result *result = publishing->result;
    const struct fetched *fetched = clone_fetched(publishing->clone, publishing->to_ref);
    const struct proposal_look look = { .request = publishing->request,
                                        .target = result->tip,
                                        .tip = publishing->was,
                                        .tree = merged->tree };

    if (result->tries == 1 && fetched)
        snprintf(publishing->was, sizeof publishing->was, "%s", fetched->commit);
    else if (clone_fetch(publishing->clone, publishing->was, publishing->to_ref, true, err) < 0)
        return err_wrap(err, "fetch the proposal branch %s", proposal->name);
    return proposal_is_current(publishing->clone, &look, err);
}

/* Remembered before it is sent: a commit of this state that nothing knows would look like the work
 * of others. */
static int intend(const struct publishing *publishing, const struct git_id *commit, struct err *err)
{
    const struct publish_request *request = publishing->request;
    char hex[41];

    if (!request->proposal)
        return 0;
    git_id_hex(hex, commit);
    if (request->proposal->intend(request->context, hex, err) < 0)
        return err_wrap(err, "remember the proposal");
    FAULT("git.propose");
    return 0;
}

/* Whether the last commit that was sent did arrive: the tip is built on it. */
static bool take_overtaken(struct publishing *publishing)
{
    struct publish_result *result = publishing->result;
    git_oid tip, pushed = oid_of(publishing->pushed);

    if (!publishing->sent || git_oid_fromstr(&tip, result->tip) < 0
        || git_graph_descendant_of(publishing->clone->repo, &tip, &pushed) != 1)
        return false;
    git_id_hex(result->commit, &publishing->pushed);
    result->committed = true;
    result->changes = publishing->changes;
    result->change_count = publishing->change_count;
    return true;
}

/* Nothing to change: perhaps because an earlier try arrived after all, with more on top of it. */
static void nothing_changed(struct publishing *publishing)
{
    struct publish_result *result = publishing->result;

    if (!take_overtaken(publishing))
        snprintf(result->commit, sizeof result->commit, "%s", result->tip);
}

/* The commit of the last try may be on the branch, too, although the branch has moved on: 1.  What
 * another writer put on top of it is for the next pass. */
static int last_arrived(struct publishing *publishing, struct err *err)
{
    if (!publishing->sent || publishing->request->proposal)
        return 0;
    if (clone_fetch(publishing->clone, publishing->result->tip, publishing->ref, true, err) < 0)
        return err_wrap(err, "look at branch %s after the last try", publishing->to);
    return take_overtaken(publishing);
}

static int publish_once(enum verdict *out, struct publishing *publishing, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *tip = NULL;
    struct publish_result *result = publishing->result;
    struct push_request request = { .ref = publishing->to_ref };
    struct merged_tree merged;
    int current = 0;

    *out = VERDICT_DONE;
    if (find_tip(publishing, err) < 0)
        return -1;
    if (result->tries == 1)
        snprintf(publishing->first_tip, sizeof publishing->first_tip, "%s", result->tip);
    if (*result->tip && snapshot_open(&tip, publishing->clone, result->tip, err) < 0)
        return -1;
    if (build_on(&merged, publishing, tip, err) < 0)
        return -1;
    assert(merged.count == 0 || merged.changes);
    if (merged.count == 0) {
        nothing_changed(publishing);
        return 0;
    }
    result->changes = merged.changes;
    result->change_count = merged.count;
    snprintf(result->commit, sizeof result->commit, "%s", result->tip);
    if (check_changes(publishing, &merged, err) < 0)
        return -1;
    if (publishing->request->dry_run)
        return 0;
    snprintf(publishing->was, sizeof publishing->was, "%s", result->tip);
    if (publishing->request->proposal
        && (current = look_at_proposal(publishing, &merged, err)) != 0) {
        snprintf(result->proposal, sizeof result->proposal, "%s", publishing->was);
        return current < 0 ? -1 : 0;
    }
    if (make_commit(&request, publishing, &merged, err) < 0
        || intend(publishing, &request.new, err) < 0)
        return -1;
    return push_commit(out, publishing, &request, err);
}

/* "/a//b/" as "a/b". */
static const char *clean_folder(const char *folder, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    while (folder && *folder) {
        size_t len = strcspn(folder, "/");

        if (len)
            text_adds(&out, out.len ? "/" : "");
        text_add(&out, folder, len);
        folder += len + (folder[len] == '/');
    }
    return arena_bytes(arena, out.len ? out.bytes : "", out.len);
}

static int check_request(const struct publishing *publishing, struct err *err)
{
    const struct publish_request *request = publishing->request;
    const struct url *url = &publishing->clone->peer.url;
    int valid = 0;

    if (url->scheme == URL_FILE && !request->dry_run)
        return err_set(err, ERR_INPUT, 0,
                       "cannot push safely to the path %s: a push to a path can lose the commit of "
                       "another writer; serve the repository over HTTPS or SSH",
                       url->shown);
    if (git_reference_name_is_valid(&valid, publishing->ref) < 0 || !valid)
        return err_set(err, ERR_INPUT, 0, "\"%s\" cannot be the name of a branch", request->branch);
    if (git_reference_name_is_valid(&valid, publishing->to_ref) < 0 || !valid)
        return err_set(err, ERR_INPUT, 0, "\"%s\" cannot be the name of a branch", publishing->to);
    return 0;
}

/* Other writers were faster each time, or the server reads from another place than it writes to. */
static int gave_up(const struct publishing *publishing, struct err *err)
{
    const struct publish_result *result = publishing->result;
    const char *shown = publishing->clone->peer.url.shown, *branch = publishing->request->branch;

    if (!publishing->sent && strcmp(publishing->first_tip, result->tip) == 0)
        return err_set(
            err, ERR_GIT, GIT_EMODIFIED,
            "publish: %s shows another value of branch %s for pushing than for fetching, %d times "
            "in a row: the "
            "branch is hidden from one of the two, or a copy of the repository lags behind",
            shown, branch, result->tries);
    if (publishing->ignored == result->tries)
        return err_set(err, ERR_GIT, GIT_EMODIFIED,
                       "publish: %s acknowledged %d pushes to branch %s, and the branch did not "
                       "move: a hook sets it back, or what is read is a copy that lags behind",
                       shown, result->tries, publishing->to);
    return err_set(
        err, ERR_GIT, GIT_EMODIFIED,
        "publish: branch %s of %s moved during each of %d tries; the next pass tries again",
        publishing->to, shown, result->tries);
}

int publish(struct publish_result *out, struct clone *clone, const struct publish_request *request,
            struct arena *arena, struct err *err)
{
    int attempts = request->attempts > 0 ? request->attempts : ATTEMPTS;
    struct publish_request clean = *request;
    struct publishing publishing = {
        .result = out, .clone = clone, .request = &clean, .arena = arena
    };
    enum verdict verdict = VERDICT_AGAIN;
    int arrived;

    *out = (struct publish_result){ 0 };
    clean.folder = clean_folder(request->folder, arena);
    publishing.ref = arena_printf(arena, "refs/heads/%s", request->branch);
    publishing.to = request->proposal ? request->proposal->name : request->branch;
    publishing.to_ref = arena_printf(arena, "refs/heads/%s", publishing.to);
    if (check_request(&publishing, err) < 0)
        return err_wrap(err, "publish");
    while (verdict == VERDICT_AGAIN && out->tries < attempts) {
        if (++out->tries > 1)
            pause_before(out->tries);
        *err = (struct err){ 0 };
        out->changes = NULL;
        out->change_count = 0;
        if (publish_once(&verdict, &publishing, err) < 0)
            return err_wrap(err, "publish");
    }
    if (verdict == VERDICT_DONE)
        return 0;
    arrived = last_arrived(&publishing, err);
    return arrived > 0 ? 0 : arrived < 0 ? -1 : gave_up(&publishing, err);
}
