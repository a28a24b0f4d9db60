/* sync/cluster_branch.c - brings the branches of clusters to a commit of the output branch.  Never
 * forces, and decides no content.
 *
 * Each round lists the branches on a new connection, compares, and pushes what is missing in one
 * request; the listing of the next round shows what arrived, and the rounds end when nothing is
 * missing.  So an interrupted pass needs no record of how far it came: the next one compares again.
 * In each listing the output branch has to be at the commit that is split.  When it moved on, the
 * writer who moved it, or the next pass, brings the branches to the newer commit; going on with the
 * older one could take a cluster back.  A push names the value that each branch must still have.
 *
 * A branch that was pushed to by others is known by its commits (sync/cluster_commit.h): the newest
 * one that is what it says left some tree there, and when the tip has another tree, that is someone
 * else's work.  A branch with an empty tree loses nothing.
 *
 * A server may refuse a whole push for the sake of one ref.  So after a refusal the branches that
 * are still missing are pushed one by one, and only those that are refused again stay behind. */
#include "sync/cluster_branch.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "sync/branch_digest.h"
#include "sync/branch_pattern.h"
#include "sync/clone_pack.h"
#include "sync/commit.h"
#include "sync/commit_message.h"
#include "sync/fetch.h"
#include "sync/transport/push.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 6, PAUSE_MS = 300 };

static const char *const state_names[] = {
    [CLUSTER_BRANCH_CURRENT] = "current", [CLUSTER_BRANCH_PUSHED] = "pushed",
    [CLUSTER_BRANCH_FOREIGN] = "foreign", [CLUSTER_BRANCH_REFUSED] = "refused",
    [CLUSTER_BRANCH_BEHIND] = "behind",
};
const struct enum_table cluster_branch_states = ENUM_TABLE(state_names);

/* One branch in one round. */
struct branch_work {
    struct cluster_branch *branch;
    const struct split_cluster *wanted; /* NULL: the cluster left */
    struct git_id tree;                 /* that the branch is to have */
    struct git_id sent;                 /* the commit that was pushed last; all zero: none */
    bool differs;                       /* in this round */
    bool stray; /* a branch of others: weft never filled it, and no cluster is named so */
};

struct splitting {
    struct clone *clone;
    const struct cluster_branch_request *request;
    struct cluster_source *source;
    const struct split *split;
    int64_t time; /* of the commit that is split */
    struct branch_work *works;
    size_t count;
    struct clone_branches listed;
    bool singly;          /* the server refused: one push for each branch */
    int broken;           /* pushes without an answer */
    const char *metadata; /* of each branch; NULL: none */
    struct arena *arena;
};

/* --- what is wanted --- */

static int compare_works(const void *a, const void *b)
{
    return strcmp(((const struct branch_work *)a)->branch->cluster,
                  ((const struct branch_work *)b)->branch->cluster);
}

/* What the branch is to hold; objects NULL: only its tree is computed. */
static int write_files(struct git_id *tree, const struct splitting *at,
                       const struct split_cluster *wanted, struct objects *objects, struct err *err)
{
    const char *metadata = at->metadata;
    struct git_id file;

    if (!metadata)
        return cluster_commit_write(tree, wanted, NULL, objects, err);
    file = pack_writer_object_id(OBJECT_BLOB, metadata, strlen(metadata));
    if (objects && wanted) {
        if (pack_writer_add(objects, &file, OBJECT_BLOB, metadata, strlen(metadata), err) < 0)
            return -1;
        pack_writer_want(objects, &file);
    }
    return cluster_commit_write(tree, wanted, &file, objects, err);
}

static int add_work(struct splitting *at, const char *cluster, const struct split_cluster *wanted,
                    struct err *err)
{
    struct branch_work *work = ARENA_PUSH(at->arena, at->works, at->count);
    struct cluster_branch *branch = ARENA_NEW(at->arena, struct cluster_branch, 1);
    int valid = 0;

    *branch = (struct cluster_branch){ .cluster = cluster,
                                       .name = branch_pattern_name(at->request->pattern, cluster,
                                                                   at->arena),
                                       .why = "",
                                       .over = "",
                                       .left = !wanted };
    *work = (struct branch_work){ .branch = branch, .wanted = wanted };
    if (git_reference_name_is_valid(&valid, arena_printf(at->arena, "refs/heads/%s", branch->name))
            < 0
        || !valid) {
        branch->state = CLUSTER_BRANCH_REFUSED;
        branch->why =
            arena_printf(at->arena, "\"%s\" cannot be the name of a branch", branch->name);
    }
    return write_files(&work->tree, at, wanted, NULL, err);
}

/* Clusters of the commit, and those that only have a branch. */
static int list_works(struct splitting *at, struct err *err)
{
    for (size_t i = 0; i < at->split->count; i++)
        if (add_work(at, at->split->clusters[i].name, &at->split->clusters[i], err) < 0)
            return -1;
    for (size_t i = 0; i < at->listed.count; i++) {
        const char *cluster =
            branch_pattern_cluster(at->request->pattern, at->listed.items[i].name, at->arena);

        if (cluster && !split_find(at->split, cluster) && add_work(at, cluster, NULL, err) < 0)
            return -1;
    }
    if (at->works)
        qsort(at->works, at->count, sizeof *at->works, compare_works);
    return 0;
}

static const char *listed_commit(const struct clone_branches *listed, const char *name)
{
    for (size_t i = 0; i < listed->count; i++)
        if (strcmp(listed->items[i].name, name) == 0)
            return listed->items[i].commit;
    return "";
}

/* --- whose the tip of a branch is --- */

enum owner { OWNER_WEFT, OWNER_OTHERS, OWNER_NEVER_WEFT };

/* The newest commit that is what it says decides. */
static int find_owner(enum owner *out, struct cluster_claimed *newest, struct splitting *at,
                      const struct branch_work *work, const struct git_id *tree, struct err *err)
{
    const int found =
        cluster_commit_newest(newest, at->source, work->branch->commit, work->branch->cluster, err);

    *out = OWNER_NEVER_WEFT;
    if (found > 0)
        *out = git_id_equal(&newest->tree, tree) ? OWNER_WEFT : OWNER_OTHERS;
    return found < 0 ? -1 : 0;
}

static int describe(const char **out, struct splitting *at, const struct branch_work *work,
                    struct err *err)
{
    struct commit commit;
    struct git_id id;

    (void)commit_parse_id(&id, work->branch->commit);
    if (commit_read(&commit, at->clone, &id, at->arena, err) < 0)
        return -1;
    *out = arena_printf(at->arena, "commit %.12s by %s on %s", work->branch->commit, commit.author,
                        clock_text(commit.time, at->arena));
    return 0;
}

/* The branch has another tree than it should: whether it may get one. */
static int judge_owner(struct splitting *at, struct branch_work *work, const struct git_id *tree,
                       struct err *err)
{
    struct cluster_branch *branch = work->branch;
    const struct git_id none = pack_writer_object_id(OBJECT_TREE, "", 0);
    struct cluster_claimed newest;
    const char *words;
    enum owner owner;

    if (find_owner(&owner, &newest, at, work, tree, err) < 0)
        return -1;
    if (owner == OWNER_WEFT)
        work->differs = !cluster_commit_holds(&newest, work->wanted);
    if (owner == OWNER_WEFT || git_id_equal(tree, &none))
        return 0;
    if (owner == OWNER_NEVER_WEFT && branch->left) {
        work->differs = false;
        work->stray = true;
        return 0;
    }
    if (describe(&words, at, work, err) < 0)
        return -1;
    branch->over = words;
    if (at->request->overwrite_drift)
        return 0;
    work->differs = false;
    branch->over = "";
    branch->state = CLUSTER_BRANCH_FOREIGN;
    branch->why = arena_printf(
        at->arena,
        "%s changed files there: nothing was pushed to it.  Revert that commit (what the cluster "
        "applies beside weft's files belongs into the same folder of branch %s), or run once with "
        "--overwrite-drift",
        words, at->request->branch);
    return 0;
}

static int compare(struct splitting *at, struct branch_work *work, struct err *err)
{
    struct cluster_branch *branch = work->branch;
    struct cluster_claimed tip;
    char sent[41];

    snprintf(branch->commit, sizeof branch->commit, "%s", listed_commit(&at->listed, branch->name));
    work->differs = false;
    if (branch->state >= CLUSTER_BRANCH_FOREIGN)
        return 0;
    if (!*branch->commit) {
        work->differs = work->wanted != NULL;
        return 0;
    }
    if (cluster_commit_claim(&tip, at->source, branch->commit, branch->cluster, err) < 0)
        return -1;
    work->differs = !git_id_equal(&tip.tree, &work->tree);
    git_id_hex(sent, &work->sent);
    if (!work->differs && strcmp(sent, branch->commit) == 0)
        branch->state = CLUSTER_BRANCH_PUSHED;
    return work->differs ? judge_owner(at, work, &tip.tree, err) : 0;
}

/* --- one commit --- */

static void write_message(struct text *out, const struct splitting *at,
                          const struct branch_work *work)
{
    const struct cluster_branch_request *request = at->request;
    const struct trailer trailers[] = { { TRAILER_OUTPUT_COMMIT, request->commit },
                                        { TRAILER_CLUSTER, work->branch->cluster } };
    const struct publish_request message = {
        .author_name = request->author_name,
        .author_email = request->author_email,
        .now = at->time,
        .subject =
            arena_printf(at->arena, work->wanted ? "%s: %s %.12s" : "%s: gone since %s %.12s",
                         work->branch->cluster, request->branch, request->commit),
        .trailers = trailers,
        .trailer_count = LENGTH(trailers),
    };
    struct git_id parent;
    bool has_parent = commit_parse_id(&parent, work->branch->commit);

    commit_message_write(out, &message, &work->tree, has_parent ? &parent : NULL);
}

static int make_commit(struct push_request *push, struct splitting *at, struct branch_work *work,
                       struct err *err)
{
    const struct cluster_branch_request *request = at->request;
    AUTO_TEXT commit = { 0 }, signature = { 0 };
    struct git_id tree;

    *push = (struct push_request){ .ref = arena_printf(at->arena, "refs/heads/%s",
                                                       work->branch->name) };
    (void)commit_parse_id(&push->old, work->branch->commit);
    write_message(&commit, at, work);
    if (request->sign) {
        if (request->sign(request->context, &signature, commit.bytes, commit.len, err) < 0)
            return err_wrap(err, "sign the commit");
        commit_message_sign(&commit, signature.bytes);
    }
    push->new = work->sent = pack_writer_object_id(OBJECT_COMMIT, commit.bytes, commit.len);
    if (write_files(&tree, at, work->wanted, at->clone->objects, err) < 0
        || pack_writer_add(at->clone->objects, &push->new, OBJECT_COMMIT, commit.bytes, commit.len,
                           err)
               < 0)
        return -1;
    pack_writer_want(at->clone->objects, &push->new);
    return 0;
}

/* --- one round --- */

/* What the server says of a push of one branch, which the next listing shows to be missing. */
static void note_refusal(struct splitting *at, struct branch_work *work,
                         const struct pushed *pushed)
{
    if (at->singly) {
        work->branch->state = CLUSTER_BRANCH_REFUSED;
        work->branch->why =
            arena_printf(at->arena, "the server refused: %s",
                         pushed->words.len ? pushed->words.bytes : "it gives no reason");
    }
    at->singly = true;
}

static int send(struct splitting *at, struct branch_work **works, size_t count, struct err *err)
{
    struct push_request *requests = ARENA_NEW(at->arena, struct push_request, count);
    AUTO_PUSHED pushed = { 0 };

    pack_writer_want_none(at->clone->objects);
    for (size_t i = 0; i < count; i++)
        if (make_commit(&requests[i], at, works[i], err) < 0)
            return -1;
    if (push(&pushed, &at->clone->peer, requests, count, at->clone->objects, err) < 0)
        return err_wrap(err, "push to the branches of clusters");
    if (pushed.outcome == PUSH_BROKEN && at->broken++)
        return err_wrap(err, "push to the branches of clusters");
    if (pushed.outcome == PUSH_REFUSED)
        note_refusal(at, works[0], &pushed);
    if (pushed.outcome != PUSH_DONE)
        return 0;
    clone_pack_index(at->clone, &pushed.pack);
    for (size_t i = 0; i < count; i++) {
        git_oid oid = oid_of(requests[i].new);

        clone_set_ref(at->clone, requests[i].ref, &oid);
    }
    return 0;
}

static int send_all(struct splitting *at, struct branch_work **works, size_t count, struct err *err)
{
    if (!at->singly)
        return send(at, works, count, err);
    for (size_t i = 0; i < count; i++)
        if (send(at, &works[i], 1, err) < 0)
            return -1;
    return 0;
}

static bool wants(void *context, const char *name)
{
    const struct splitting *at = context;

    return strcmp(name, at->request->branch) == 0
           || branch_pattern_cluster(at->request->pattern, name, at->arena);
}

/* *sent 0: nothing is missing. */
static int go_round(size_t *sent, struct splitting *at, struct cluster_branches *out,
                    struct err *err)
{
    const struct clone_wanted wanted = { wants, at, true };
    struct branch_work **works;

    *sent = 0;
    FAULT("git.split");
    if (clone_branches(&at->listed, at->clone, &wanted, at->arena, err) < 0)
        return err_wrap(err, "list the branches of clusters");
    out->superseded =
        strcmp(listed_commit(&at->listed, at->request->branch), at->request->commit) != 0;
    if (out->superseded)
        return 0;
    if (!at->works && list_works(at, err) < 0)
        return -1;
    works = ARENA_NEW(at->arena, struct branch_work *, at->count + 1);
    for (size_t i = 0; i < at->count; i++) {
        if (compare(at, &at->works[i], err) < 0)
            return err_wrap(err, "compare branch %s", at->works[i].branch->name);
        if (at->works[i].differs)
            works[(*sent)++] = &at->works[i];
    }
    branch_digest(out->digest, &at->listed, at->arena);
    if (at->request->dry_run)
        *sent = 0;
    return *sent ? send_all(at, works, *sent, err) : 0;
}

/* --- all --- */

static int begin(struct splitting *at, struct err *err)
{
    struct commit commit;
    struct git_id id;

    if (!commit_parse_id(&id, at->request->commit))
        return err_set(err, ERR_GIT, GIT_EINVALID, "\"%s\" is not a commit id",
                       at->request->commit);
    if (commit_read(&commit, at->clone, &id, at->arena, err) < 0)
        return -1;
    at->time = commit.time;
    if (at->request->metadata && cluster_source_metadata(&at->metadata, at->source, err) < 0)
        return -1;
    return cluster_source_split(&at->split, at->source, err);
}

static void fill(struct cluster_branches *out, const struct splitting *at)
{
    out->items = ARENA_NEW(at->arena, struct cluster_branch, at->count + 1);
    for (size_t i = 0; i < at->count; i++) {
        struct cluster_branch *branch = at->works[i].branch;

        if (at->works[i].stray)
            continue;
        if (at->works[i].differs) {
            branch->state = CLUSTER_BRANCH_BEHIND;
            branch->why = "other writers were faster in each try; the next pass tries again";
        }
        out->items[out->count++] = *branch;
    }
}

/* None before the first two rounds, then longer each time. */
static void pause_before(int round)
{
    const long pause = round > 1 ? (long)PAUSE_MS * (round - 1) : 0;

    if (pause)
        nanosleep(&(struct timespec){ .tv_sec = pause / 1000, .tv_nsec = pause % 1000 * 1000000 },
                  NULL);
}

int cluster_branch_publish(struct cluster_branches *out, struct clone *clone,
                           const struct cluster_branch_request *request, struct arena *arena,
                           struct err *err)
{
    struct splitting at = { .clone = clone,
                            .request = request,
                            .source =
                                cluster_source_new(clone, request->commit, request->folder, arena),
                            .arena = arena };
    size_t sent = 1;

    *out = (struct cluster_branches){ 0 };
    if (begin(&at, err) < 0)
        return err_wrap(err, "split commit %.12s by cluster", request->commit);
    for (int round = 0; sent && round < ROUNDS; round++) {
        pause_before(round);
        if (go_round(&sent, &at, out, err) < 0)
            return -1;
    }
    if (!out->superseded)
        fill(out, &at);
    out->known = !out->superseded;
    return 0;
}

bool cluster_branch_is_current(const struct cluster_branches *branches, const char *cluster)
{
    for (size_t i = 0; i < branches->count; i++)
        if (strcmp(branches->items[i].cluster, cluster) == 0)
            return branches->known && branches->items[i].state <= CLUSTER_BRANCH_PUSHED;
    return branches->known;
}
