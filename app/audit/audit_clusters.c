/* app/audit/audit_clusters.c - checks the branches of clusters, from each tip to its beginning.
 *
 * Nothing that a commit says of itself is believed: the tree that follows from the commit of the
 * output branch that it names is computed, and compared.  A commit of others that changes no file
 * proves nothing and harms nothing, so it is passed over. */
#include "app/audit/audit_clusters.h"
#include "app/commit_signer.h"
#include "sync/branch_pattern.h"
#include "sync/cluster_commit.h"
#include "sync/fetch.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct clusters {
    struct audit_report *report;
    const struct audit_request *request;
    struct clone *clone;
    const char *pattern;
    struct cluster_source *source;
    const struct split *split; /* of the output branch's tip */
    struct clone_branches branches;
    struct arena *arena;
};

/* One commit of one branch. */
struct commit_place {
    const char *branch, *cluster, *commit;
};

static void say(const struct clusters *clusters, const struct commit_place *at, const char *format,
                ...) PRINTF_LIKE(3, 4);

static void say(const struct clusters *clusters, const struct commit_place *at, const char *format,
                ...)
{
    struct arena *arena = clusters->report->arena;
    const char *text;
    va_list args;

    va_start(args, format);
    text = arena_vprintf(arena, format, args);
    va_end(args);
    audit_report_add(
        clusters->report,
        (struct audit_finding){ .check = AUDIT_CLUSTERS,
                                .verdict = AUDIT_FAILED,
                                .commit = arena_text(arena, at->commit),
                                .offset = -1,
                                .text = arena_printf(arena, "branch %s: %s", at->branch, text) });
}

/* How far a commit of the output branch is below its tip; SIZE_MAX: it is not on it. */
static size_t depth_of(const struct clusters *clusters, const char *commit)
{
    const struct history *history = clusters->request->history;

    for (size_t i = 0; i < history->count; i++)
        if (strcmp(history->commits[i].id, commit) == 0)
            return i;
    return SIZE_MAX;
}

static int check_signature(const struct clusters *clusters, const struct commit_place *at,
                           struct snapshot *snapshot, struct err *err)
{
    const struct allowed_signers *signers = clusters->request->signers;
    struct commit_signer found;

    if (!signers)
        return 0;
    if (commit_signer_find(&found, snapshot, signers, clusters->arena, err) < 0)
        return -1;
    if (!found.is_signed)
        say(clusters, at, "is not signed");
    else if (!found.is_whole || !*found.signer)
        say(clusters, at, "no allowed signer signed it: %s", found.why);
    return 0;
}

/* *newer: the commit of the output branch that the commit above this one names. */
static int judge(const struct clusters *clusters, const struct commit_place *at,
                 const struct cluster_claimed *claimed, const struct git_id *below, char newer[41],
                 struct err *err)
{
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    const size_t from = clusters->report->count;

    if (claimed->claim == CLUSTER_CLAIM_NONE) {
        if (below && git_id_equal(&claimed->tree, below))
            return 0;
        say(clusters, at, "is not of weft, and changes files");
    } else if (claimed->claim == CLUSTER_CLAIM_FALSE) {
        say(clusters, at, "its files are not those that commit %.12s of branch %s has for %s",
            claimed->source, clusters->report->branch, at->cluster);
    } else {
        if (*newer && depth_of(clusters, claimed->source) <= depth_of(clusters, newer))
            say(clusters, at,
                "is of commit %.12s, which is not older than that of the commit after it",
                claimed->source);
        snprintf(newer, 41, "%s", claimed->source);
        if (snapshot_open(&snapshot, clusters->clone, at->commit, err) < 0
            || check_signature(clusters, at, snapshot, err) < 0)
            return -1;
    }
    audit_report_count(clusters->report, AUDIT_CLUSTERS, from);
    return 0;
}

static int walk(const struct clusters *clusters, const struct clone_branch *branch,
                const char *cluster, struct err *err)
{
    struct cluster_claimed claimed, below;
    struct history history;
    char newer[41] = "";

    if (history_read(&history, clusters->clone, branch->commit, NULL, clusters->arena, err) < 0
        || cluster_commit_claim(&claimed, clusters->source, branch->commit, cluster, err) < 0)
        return -1;
    for (size_t i = 0; i < history.count; i++, claimed = below) {
        const struct commit_place at = { branch->name, cluster, history.commits[i].id };
        const bool last = i + 1 == history.count;

        if (!last
            && cluster_commit_claim(&below, clusters->source, history.commits[i + 1].id, cluster,
                                    err)
                   < 0)
            return -1;
        if (judge(clusters, &at, &claimed, last ? NULL : &below.tree, newer, err) < 0)
            return -1;
    }
    return 0;
}

static const struct clone_branch *find_branch(const struct clusters *clusters, const char *name)
{
    for (size_t i = 0; i < clusters->branches.count; i++)
        if (strcmp(clusters->branches.items[i].name, name) == 0)
            return &clusters->branches.items[i];
    return NULL;
}

/* Whether the branch of a cluster holds what the output branch has for it now. */
static int check_tip(const struct clusters *clusters, const struct split_cluster *cluster,
                     struct err *err)
{
    const char *name = branch_pattern_name(clusters->pattern, cluster->name, clusters->arena);
    const struct clone_branch *branch = find_branch(clusters, name);
    const struct commit_place at = { name, cluster->name, branch ? branch->commit : "" };
    struct cluster_claimed claimed;

    if (!branch) {
        say(clusters, &at, "does not exist; the next pass makes it");
        return 0;
    }
    if (cluster_commit_newest(&claimed, clusters->source, branch->commit, cluster->name, err) < 0)
        return -1;
    if (!cluster_commit_holds(&claimed, cluster))
        say(clusters, &at, "does not hold what %s has for %s now; run a pass, then verify again",
            clusters->report->branch, cluster->name);
    return 0;
}

static bool wants(void *context, const char *name)
{
    const struct clusters *clusters = context;

    return branch_pattern_cluster(clusters->pattern, name, clusters->arena) != NULL;
}

/* A branch of others, whose name fits: no cluster has it, and its tip does not claim one. */
static bool is_stray(const struct clusters *clusters, const char *cluster,
                     const struct cluster_claimed *tip)
{
    return !split_find(clusters->split, cluster) && tip->claim == CLUSTER_CLAIM_NONE;
}

static int check_branches(const struct clusters *clusters, struct err *err)
{
    for (size_t i = 0; i < clusters->split->count; i++)
        if (check_tip(clusters, &clusters->split->clusters[i], err) < 0)
            return -1;
    for (size_t i = 0; i < clusters->branches.count; i++) {
        const struct clone_branch *branch = &clusters->branches.items[i];
        const char *cluster =
            branch_pattern_cluster(clusters->pattern, branch->name, clusters->arena);
        struct cluster_claimed tip;

        if (cluster_commit_claim(&tip, clusters->source, branch->commit, cluster, err) < 0)
            return -1;
        if (!is_stray(clusters, cluster, &tip) && walk(clusters, branch, cluster, err) < 0)
            return -1;
    }
    return 0;
}

int audit_clusters(struct audit_report *out, const struct audit_request *request, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct config_output *output = &request->sources->config->output;
    struct clusters clusters = { .report = out,
                                 .request = request,
                                 .clone = request->sources->output,
                                 .pattern = output->cluster_branch,
                                 .arena = arena };
    const struct clone_wanted wanted = { wants, &clusters, true };

    if (output->branches == BRANCHES_SINGLE)
        return 0;
    clusters.source =
        cluster_source_new(clusters.clone, request->history->commits[0].id, output->path, arena);
    if (clone_branches(&clusters.branches, clusters.clone, &wanted, arena, err) < 0
        || cluster_source_split(&clusters.split, clusters.source, err) < 0
        || check_branches(&clusters, err) < 0)
        return err_wrap(err, "verify the branches of clusters");
    return 0;
}
