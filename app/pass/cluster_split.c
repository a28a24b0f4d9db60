/* app/pass/cluster_split.c - publishes the branches of clusters, and says which do not follow.
 *
 * The output branch stays the record; the branches of clusters only repeat it.  So a pass that is
 * killed between the two leaves nothing to repair: the digest of the ledger is not that of the
 * server, the next pass is not idle, and brings them up.  What a cluster applies is on its own
 * branch, so no wait of a rotation begins, and no pod is restarted, before its branch has the files
 * (cluster_split_has). */
#include "app/pass/cluster_split.h"
#include "app/pass/signing.h"
#include "base/text.h"

static bool is_wanted(const struct session *session)
{
    return session->config->output.branches == BRANCHES_CLUSTER;
}

bool cluster_split_is_due(const struct session *session, const struct inputs *inputs)
{
    const struct ledger_fact *fact = ledger_find_fact(&session->ledger, FACT_SPLIT);

    return is_wanted(session) && !text_equal(fact ? fact->value : "", inputs->branches_digest);
}

static int sign(void *context, struct text *out, const char *bytes, size_t len, struct err *err)
{
    const struct session *session = context;

    return signing_sign(out, session->signing_key, bytes, len, err);
}

static struct cluster_branch_request request_of(struct session *session, const char *commit)
{
    const struct config_output *output = &session->config->output;

    return (struct cluster_branch_request){
        .commit = commit,
        .branch = output->branch,
        .pattern = output->cluster_branch,
        .folder = output->path,
        .author_name = output->author_name,
        .author_email = output->author_email,
        .sign = session->signing_key ? sign : NULL,
        .context = session,
        .overwrite_drift = session->options->overwrite_drift || output->on_drift == DRIFT_OVERWRITE,
        .metadata = output->hydrator_metadata,
        .dry_run = session->dry,
    };
}

static void tell(const struct session *session, const struct cluster_branches *split)
{
    size_t pushed = 0, behind = 0;

    for (size_t i = 0; i < split->count; i++) {
        const struct cluster_branch *branch = &split->items[i];

        pushed += branch->state == CLUSTER_BRANCH_PUSHED;
        behind += branch->state > CLUSTER_BRANCH_PUSHED;
        if (*branch->over && branch->state == CLUSTER_BRANCH_PUSHED)
            progress_warn(session->progress, "branch %s: replaced what %s changed there",
                          branch->name, branch->over);
    }
    if (split->superseded)
        progress_note(session->progress,
                      "another writer pushed to %s meanwhile: the next pass brings the branches of "
                      "clusters up",
                      session->config->output.branch);
    else if (pushed || behind)
        progress_note(session->progress, "branches of clusters: %zu pushed, %zu not, of %zu",
                      pushed, behind, split->count);
}

static bool is_whole(const struct cluster_branches *split)
{
    for (size_t i = 0; i < split->count; i++)
        if (split->items[i].state > CLUSTER_BRANCH_PUSHED)
            return false;
    return true;
}

static void remember(struct session *session, const struct cluster_branches *split)
{
    ledger_set_fact(&session->ledger, FACT_SPLIT,
                    split->known && is_whole(split) ? split->digest : "");
}

int cluster_split_publish(struct session *session, const struct inputs *inputs, const char *commit,
                          struct err *err)
{
    const struct cluster_branch_request request = request_of(session, commit);
    struct cluster_branches *split;

    if (!is_wanted(session) || !*commit)
        return 0;
    split = ARENA_NEW(session->arena, struct cluster_branches, 1);
    if (cluster_branch_publish(split, inputs->output_clone, &request, session->arena, err) < 0)
        return err_wrap(err, "bring the branches of clusters to %.12s", commit);
    session->split = split;
    if (session->dry)
        return 0;
    tell(session, split);
    remember(session, split);
    return 0;
}

bool cluster_split_has(const struct session *session, const char *cluster)
{
    return !is_wanted(session)
           || (session->split && cluster_branch_is_current(session->split, cluster));
}

static struct finding finding_of(const struct cluster_branch *branch, struct arena *arena)
{
    return (struct finding){ .severity = SEVERITY_ERROR,
                             .id = "",
                             .kind = "",
                             .target_kind = "",
                             .field = "",
                             .text = arena_printf(arena, "branch %s of cluster %s: %s",
                                                  branch->name, branch->cluster, branch->why),
                             .remedy = "" };
}

bool cluster_split_remark(struct findings *remarks, const struct session *session)
{
    const struct cluster_branches *split = session->split;

    for (size_t i = 0; split && i < split->count; i++)
        if (split->items[i].state > CLUSTER_BRANCH_PUSHED)
            findings_add(remarks, finding_of(&split->items[i], session->arena));
    return split && !is_whole(split);
}
