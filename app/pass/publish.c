/* app/pass/publish.c - hands the tree of a pass to the output branch and records what was
 * published; decides no content.
 *
 * The tree is built again for each attempt to push, on the tip that the attempt starts from,
 * because files that others keep on the branch and drift depend on it.  The ledger notes the push
 * last.  A pass that is killed after the push and before the note finds its own commit on the
 * branch (app/pass/arrived.h); the other order would leave a ledger that records a push that
 * never was. Only members whose delivery is in the pushed tree with the material of the ledger
 * start to count their waits (is_out); a file that was retained proves nothing. */
#include "app/pass/publish.h"
#include "app/output_file.h"
#include "app/pass/approved.h"
#include "app/pass/branch.h"
#include "app/pass/cluster_split.h"
#include "app/pass/deletion_limit.h"
#include "app/pass/pending.h"
#include "app/pass/proposal.h"
#include "app/pass/signing.h"
#include "app/pass/subject.h"
#include "app/pass/trailers.h"
#include "app/pass/trust.h"
#include "base/blobs.h"
#include "base/fault.h"
#include "base/map.h"
#include "base/plural.h"
#include "pki/desired.h"
#include "pki/publication.h"
#include "pki/rotation_request.h"
#include "report/summary.h"
#include "sync/snapshot.h"
#include <string.h>

struct publishing {
    struct session *session;
    const struct inputs *inputs;
    const struct specs *specs;
    const struct trusted *trusted;
    struct published *published;
    struct tree_reader tip;
    struct tree_reader proposed; /* a proposal of this state */
    bool allowed;
    bool retried;
    struct certificate_log certificates; /* that the commit continues */
    struct trailers trailers;            /* of the commit that is being made */
};

static int sign(void *context, struct text *out, const char *bytes, size_t len, struct err *err)
{
    const struct publishing *publishing = context;

    return signing_sign(out, publishing->session->signing_key, bytes, len, err);
}

/* The plan again, on what another writer pushed meanwhile. */
static int plan_again(struct publishing *publishing, const struct tree_reader *tip, struct err *err)
{
    struct session *session = publishing->session;
    const struct inputs *inputs = publishing->inputs;
    struct published *published = publishing->published;
    const struct branch_tip now = { published->result.tip, tip };
    struct plan plan;

    if (session->approved && approved_check_tip(session->approved, published->result.tip, err) < 0)
        return -1;
    progress_note(session->progress,
                  "another writer pushed to %s meanwhile; rendering again on the new tip",
                  session->config->output.branch);
    if (resolve_plan(&plan, session, publishing->specs, tip, err) < 0
        || branch_check(&published->remarks, session, inputs, &plan, &now, err) < 0)
        return -1;
    return pass_trust_again(&published->plan, session, inputs, publishing->trusted, &plan, tip,
                            err);
}

static struct tree_inputs tree_inputs_of(const struct publishing *publishing,
                                         const struct tree_reader *tip)
{
    const struct session *session = publishing->session;

    return (struct tree_inputs){
        .specs = publishing->specs,
        .plan = &publishing->published->plan,
        .tip = tip,
        .proposal = publishing->proposed.read ? &publishing->proposed : NULL,
        .ledger = &session->ledger,
        .config = session->config,
        .proven = session->dry ? NULL : publishing->trusted->proven,
        .certificates = &publishing->certificates,
        .counter = store_counter(session->store),
        .to = session->dry ? blob_memory_sink(session->memory)
                           : clone_blobs(publishing->inputs->output_clone),
    };
}

/* The first try has its plan already. */
static int build(void *context, struct filetree **out, const struct tree_reader *tip,
                 struct arena *arena, struct err *err)
{
    struct publishing *publishing = context;
    struct session *session = publishing->session;
    struct published *published = publishing->published;
    struct tree_inputs tree;

    (void)arena;
    if (publishing->retried && plan_again(publishing, tip, err) < 0)
        return -1;
    publishing->retried = true;
    publishing->tip = *tip;
    tree = tree_inputs_of(publishing, &publishing->tip);
    if (branch_counter(&published->counter, session, publishing->inputs, published->result.tip, err)
            < 0
        || branch_certificates(&publishing->certificates, session, publishing->inputs,
                               published->result.tip, err)
               < 0
        || tree_build(&published->tree, &tree, session->arena, err) < 0)
        return -1;
    publishing->trailers.counter->value =
        arena_printf(session->arena, "%llu", (unsigned long long)published->counter);
    publishing->trailers.certificates->value =
        certificate_log_summary(&published->tree.certificates, session->arena);
    *out = published->tree.files;
    return 0;
}

static const char *describe(void *context, const struct change *changes, size_t count)
{
    const struct publishing *publishing = context;
    const struct subject_facts facts = { &publishing->session->ledger,
                                         &publishing->published->plan,
                                         &publishing->tip,
                                         publishing->inputs->specs_commit,
                                         changes,
                                         count };

    return subject_of(&facts, publishing->session->arena);
}

/* What the deletion limit held, for readers of the log alone. */
enum { LOSSES_TOLD = 20 };

static void tell_held(const struct session *session, const struct published *published,
                      const struct change *changes, size_t count)
{
    const struct summary summary = summary_of(changes, count, session->arena);

    for (size_t i = 0; i < summary.count; i++)
        if (summary.rows[i].removed)
            progress_warn(session->progress, "%s %s: +%zu ~%zu -%zu files", summary.rows[i].cluster,
                          summary.rows[i].kind, summary.rows[i].added, summary.rows[i].changed,
                          summary.rows[i].removed);
    for (size_t i = 0, told = 0; i < published->losses.count && told < LOSSES_TOLD; i++)
        if (!published->losses.items[i].meant) {
            progress_warn(session->progress, "cluster %s, %s: %s (%s)",
                          published->losses.items[i].cluster, published->losses.items[i].object,
                          published->losses.items[i].effect, published->losses.items[i].why);
            told++;
        }
}

/* A dry pass continues, so that its plan shows what the limit holds; its exit status is that of the
 * real pass. */
static int approve(void *context, const struct change *changes, size_t count, struct err *err)
{
    struct publishing *publishing = context;
    struct session *session = publishing->session;
    struct published *published = publishing->published;
    struct deletion_limit limit = { session->config->output.max_deleted_share, publishing->allowed,
                                    published->tree.files, &published->losses, session->arena };
    const struct loss_facts facts = { publishing->specs, &publishing->tip, published->tree.files,
                                      &published->tree.texts };

    if (losses_find(&published->losses, &facts, changes, count, session->arena, err) < 0
        || (session->approved
            && approved_check_changes(session->approved, changes, count, err) < 0))
        return -1;
    published->subject = describe(context, changes, count);
    if (deletion_limit_check(&limit, changes, count, err) == 0)
        return 0;
    if (!session->options->command->shows_plan)
        tell_held(session, published, changes, count);
    if (!session->dry)
        return -1;
    published->refusal = arena_text(session->arena, err->text);
    return 0;
}

/* Trust moves by weft's gates only: older certificates on the branch are not left there for
 * clusters to load, whatever put them there.  docs/rotation.md 5 */
static bool asserts(void *context, const char *path)
{
    const char *below =
        text_starts(path, "clusters/") ? strchr(path + strlen("clusters/"), '/') : NULL;

    (void)context;
    return (below && text_starts(below, "/trust/")) || text_starts(path, "weft/")
           || text_starts(path, "receipts/");
}

static bool owns(void *context, const char *path, const char *bytes, size_t len)
{
    (void)context;
    return output_file_is_ours(path, bytes, len);
}

/* The ids of translate/messages.h: such a message follows from the specs, so the next pass has it
 * again.  Those of trust, rotation, delivery and API servers may be of one pass alone. */
static bool is_of_specs(const char *id) { return !text_empty(id) && strchr("ADEMW", *id); }

static bool says_more_than_specs(const struct messages *messages)
{
    for (size_t i = 0; i < messages->count; i++)
        if (!is_of_specs(messages_origin(messages, i).id))
            return true;
    return false;
}

/* A record may hold a warning that only this pass has.  So the next pass compares the records as
 * well, until one finds nothing to change, as weft plan would. */
static bool says_something(const struct plan *plan)
{
    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        const struct vm_status *status = &plan->virtual_meshes[i].status;

        if (says_more_than_specs(&status->warnings) || status->errors.count)
            return true;
        for (size_t k = 0; k < status->mesh_count; k++)
            if (says_more_than_specs(&status->meshes[k].warnings) || status->meshes[k].errors.count)
                return true;
    }
    return false;
}

/* The row of this branch, which begins as that of the same branch under another URL. */
static struct ledger_publication *publication_row(struct session *session,
                                                  const struct inputs *inputs)
{
    const struct config_output *output = &session->config->output;
    const struct ledger_publication *known = branch_publication(session, inputs);
    struct ledger_publication *row =
        ledger_find_publication(&session->ledger, output->url, output->branch);

    if (!row) {
        row = ledger_add_publication(&session->ledger);
        row->repository = output->url;
        row->branch = output->branch;
        row->commit = row->specs_commit = row->inputs = "";
    }
    if (known && known != row) {
        row->counter = known->counter;
        row->published = known->published;
    }
    row->changed = true;
    return row;
}

static void remember(struct session *session, const struct inputs *inputs,
                     const struct published *published)
{
    struct ledger_publication *publication = publication_row(session, inputs);

    if (published->result.committed) {
        publication->counter = published->counter;
        publication->published = session->options->now;
    }
    publication->commit = published->result.commit;
    publication->specs_commit = inputs->specs_commit;
    publication->inputs =
        published->result.change_count && says_something(&published->plan) ? "" : inputs->digest;
}

static const struct mesh_identity *mesh_of(const struct plan *plan, const char *virtual_mesh,
                                           const char *mesh)
{
    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        const struct trust_request *request = plan->virtual_meshes[i].trust;

        for (size_t k = 0;
             request && strcmp(request->name, virtual_mesh) == 0 && k < request->mesh_count; k++)
            if (strcmp(request->meshes[k].key, mesh) == 0)
                return &request->meshes[k];
    }
    return NULL;
}

/* Whether the tree that was pushed holds what the ledger records for a mesh.  A file that weft
 * retained, because it could not seal, write or decide something, does not count. */
static bool is_out(void *context, const char *virtual_mesh, const char *mesh)
{
    const struct publishing *publishing = context;
    struct session *session = publishing->session;
    struct published *published = publishing->published;
    const struct mesh_identity *identity = mesh_of(&published->plan, virtual_mesh, mesh);
    const struct ledger_delivery *row =
        identity ? map_find(published->tree.delivered,
                            session_trust_path(session, identity, session->arena))
                 : NULL;

    return row && cluster_split_has(session, identity->cluster)
           && desired_material_fits(&session->ledger, virtual_mesh, mesh, row->mark,
                                    session->arena);
}

static void tell_proposal(const struct session *session, const struct published *published)
{
    const struct publish_result *result = &published->result;
    const struct summary summary =
        summary_of(result->changes, result->change_count, session->arena);

    progress_end(session->progress, "%s for %s is %s %.12s: +%zu ~%zu -%zu files in %s",
                 session->config->output.pull.branch, session->config->output.branch,
                 result->proposed ? "now" : "still", result->proposal, summary.added,
                 summary.changed, summary.removed,
                 plural_count(summary.clusters, "cluster", session->arena));
}

static void tell(const struct session *session, struct published *published)
{
    const struct publish_result *result = &published->result;
    struct summary summary = summary_of(result->changes, result->change_count, session->arena);

    if (!result->change_count)
        progress_end(session->progress, "nothing changed: %s stays at %.12s",
                     session->config->output.branch, *result->commit ? result->commit : "nothing");
    else if (session->dry)
        progress_end(session->progress, "would change %s: +%zu ~%zu -%zu files in %s",
                     session->config->output.branch, summary.added, summary.changed,
                     summary.removed, plural_count(summary.clusters, "cluster", session->arena));
    else if (*result->proposal)
        tell_proposal(session, published);
    else
        progress_end(session->progress, "%s is now %.12s: +%zu ~%zu -%zu files in %s",
                     session->config->output.branch, result->commit, summary.added, summary.changed,
                     summary.removed, plural_count(summary.clusters, "cluster", session->arena));
}

/* --- with pull requests --- */

static bool is_ours(void *context, const char *commit)
{
    const struct publishing *publishing = context;
    struct session *session = publishing->session;
    const struct proposal proposal =
        proposal_read(&session->ledger, session->config, session->arena);

    return proposal_has(&proposal, commit);
}

static int intend(void *context, const char *commit, struct err *err)
{
    const struct publishing *publishing = context;
    struct session *session = publishing->session;
    struct proposal proposal = proposal_read(&session->ledger, session->config, session->arena);

    proposal_add(&proposal, arena_text(session->arena, commit), publishing->published->counter,
                 session->options->now);
    proposal_write(session, &proposal);
    return store_save(session->store, &session->ledger, err);
}

/* What is deployed is what was merged.  The rest waits, whatever this pass decided; the branch is
 * noted as it was seen, so that one that is set back later is found. */
static int note_waiting(struct publishing *publishing, struct err *err)
{
    struct session *session = publishing->session;
    struct published *published = publishing->published;
    struct ledger_publication *row = publication_row(session, publishing->inputs);

    if (!text_equal(row->commit, published->result.tip)) {
        row->commit = published->result.tip;
        row->published = session->options->now;
    }
    row->inputs = ""; /* no pass is idle while something waits */
    FAULT("pass.proposed");
    return store_save(session->store, &session->ledger, err);
}

/* Nothing is left to propose: what waited was merged, or is not wanted any more. */
static int note_settled(struct publishing *publishing, struct err *err)
{
    struct session *session = publishing->session;
    const struct proposal proposal =
        proposal_read(&session->ledger, session->config, session->arena);
    struct ledger_publication *row = publication_row(session, publishing->inputs);

    if (!proposal.waits)
        return 0;
    if (proposal.counter > row->counter)
        row->counter = proposal.counter;
    row->published = session->options->now;
    return rotation_request_announced(&session->ledger, err);
}

static const struct proposal_branch *proposal_of(struct proposal_branch *out,
                                                 const struct session *session)
{
    const struct config_output *output = &session->config->output;

    *out = (struct proposal_branch){ output->pull.branch, is_ours, intend };
    return output->mode == OUTPUT_PULL_REQUEST ? out : NULL;
}

static struct publish_request request_of(struct publishing *publishing,
                                         struct proposal_branch *branch)
{
    const struct session *session = publishing->session;
    const struct config_output *output = &session->config->output;

    return (struct publish_request){
        .branch = output->branch,
        .folder = output->path,
        .author_name = output->author_name,
        .author_email = output->author_email,
        .now = session->options->now,
        .describe = describe,
        .trailers = publishing->trailers.list,
        .trailer_count = publishing->trailers.count,
        .build = build,
        .approve = approve,
        .owns = owns,
        .asserts = asserts,
        .context = publishing,
        .proposal = proposal_of(branch, session),
        /* A proposal to set back what others changed is for people to judge. */
        .overwrite_drift = session->options->overwrite_drift || output->on_drift == DRIFT_OVERWRITE
                           || output->mode == OUTPUT_PULL_REQUEST,
        .sign = session->signing_key ? sign : NULL,
        .dry_run = session->dry,
    };
}

static bool may_delete(const struct session *session, const struct inputs *inputs)
{
    return session->options->allow_deletions
           || text_equal(inputs_specs_trailer(inputs, DELETION_TRAILER, session->arena), "yes");
}

/* What was pushed is noted last: a pass that is killed before finds its own commit
 * (app/pass/arrived.h). */
static int note(struct publishing *publishing, struct err *err)
{
    struct session *session = publishing->session;
    const struct trust_delivered delivered = { is_out, publishing };

    FAULT("pass.published");
    remember(session, publishing->inputs, publishing->published);
    if (session->config->output.mode == OUTPUT_PULL_REQUEST && note_settled(publishing, err) < 0)
        return -1;
    if (publication_done(&session->ledger, session->options->now, &delivered, err) < 0
        || (publishing->published->result.committed
            && rotation_request_announced(&session->ledger, err) < 0))
        return err_wrap(err, "note that the trust was published");
    return store_save(session->store, &session->ledger, err);
}

/* The branches of clusters come first, for the note says what clusters can apply. */
static int settle(struct publishing *publishing, struct err *err)
{
    struct published *published = publishing->published;
    struct session *session = publishing->session;
    struct err second;
    int split = 0, noted;

    if (session->config->output.mode == OUTPUT_PUSH)
        split = cluster_split_publish(session, publishing->inputs, published->result.commit, err);
    published->split_refused = cluster_split_remark(&published->remarks, session);
    noted =
        (*published->result.proposal ? note_waiting : note)(publishing, split < 0 ? &second : err);
    return split < 0 ? split : noted;
}

int pass_publish(struct published *out, struct session *session, const struct inputs *inputs,
                 const struct specs *specs, const struct trusted *trusted, struct err *err)
{
    const struct config_output *output = &session->config->output;
    struct publishing publishing = { .session = session,
                                     .inputs = inputs,
                                     .specs = specs,
                                     .trusted = trusted,
                                     .published = out,
                                     .allowed = may_delete(session, inputs) };
    struct proposal_branch branch;
    struct publish_request request;

    *out = (struct published){ .plan = trusted->plan, .remarks = { .arena = session->arena } };
    trailers_fill(&publishing.trailers, session, inputs, &trusted->plan);
    if (inputs->proposal_snapshot && is_ours(&publishing, inputs->proposal_tip))
        publishing.proposed =
            snapshot_reader(inputs->proposal_snapshot, output->path, session->arena);
    request = request_of(&publishing, &branch);
    progress_begin(session->progress, session->dry ? "compare" : "publish");
    if (publish(&out->result, inputs->output_clone, &request, session->arena, err) < 0)
        return err_wrap(err, "publish to %s of %s", output->branch, output->url);
    if (session->dry && pending_find(session, inputs, trusted, &out->result, err) < 0)
        return err_wrap(err, "find the files that certificates will change");
    if (out->refusal)
        return err_set(err, ERR_REFUSED, 0, "%s", out->refusal);
    tell(session, out);
    return session->dry ? 0 : settle(&publishing, err);
}
