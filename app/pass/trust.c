/* app/pass/trust.c - the trust of a pass: what is due, issued, encrypted and remembered, in this
 * order.
 *
 * The branch is compared with the state before anything is decided: a state that is older than the
 * records there would issue certificates that cut clusters off, so its meshes keep what they have.
 * Then trust of removed virtual meshes is handed on, since a request must find its record under the
 * new name.  The plan is made once; a dry pass ends there.  What is issued is saved before it is
 * delivered: a pass that is killed in between finds the same keys and certificates, and none is in
 * a cluster that the state does not know. */
#include "app/pass/trust.h"
#include "app/pass/agents.h"
#include "app/pass/arrived.h"
#include "app/pass/branch.h"
#include "app/pass/deliver.h"
#include "app/pass/escrow.h"
#include "app/pass/lock.h"
#include "app/pass/merged.h"
#include "app/pass/proposal.h"
#include "app/pass/remark.h"
#include "app/pass/requests.h"
#include "app/pass/status_build.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/files.h"
#include "base/plural.h"
#include "pki/branch_reset.h"
#include "pki/expiry.h"
#include "pki/given_root_folder.h"
#include "pki/publication.h"
#include "pki/rotation_preview.h"
#include "pki/stale_state.h"
#include "pki/transfer.h"
#include "pki/trust_apply.h"
#include "pki/unmerged.h"
#include "sync/fetch.h"
#include "sync/publish.h"
#include "sync/snapshot.h"
#include <string.h>

bool pass_wants_time(const struct session *session)
{
    if (session->config->given_roots || session->config->vault_count)
        return true; /* other CAs may be there by now */
    if (config_has_agents(session->config))
        return true; /* and other requests of agents */
    return publication_next_due(&session->ledger, &session->config->evidence, session->options->now)
           <= session->options->now;
}

/* Whether the newest commit on the branch was made by something else. */
static bool is_foreign(const struct session *session, const struct inputs *inputs)
{
    return inputs->output_snapshot
           && !snapshot_trailer(inputs->output_snapshot, TRAILER_SOURCE_COMMIT, session->arena);
}

/* What clusters have and the ledger does not know stays as it is. */
static bool is_stale(struct trust_branch *branch, struct findings *remarks,
                     const struct stale_state_source *source, struct planned_virtual_mesh *planned)
{
    struct stale_state found;

    stale_state_check(&found, remarks, source, planned->trust);
    *branch = found.branch;
    if (!found.stale)
        return false;
    planned->trust = NULL; /* nothing of ours may replace what the clusters have */
    planned->trust_retained = true;
    planned->trust_of = found.elsewhere;
    return true;
}

static int gather(struct requests *out, const struct session *session, const struct inputs *inputs,
                  struct trusted *trusted, const struct tree_reader *tip, struct err *err)
{
    struct branch_records *records = ARENA_NEW(session->arena, struct branch_records, 1);
    const struct stale_state_source source = { &session->ledger, records,
                                               session->config->state_path,
                                               is_foreign(session, inputs) };

    if (branch_records_read(records, tip, session->arena, err) < 0)
        return -1;
    out->list = ARENA_NEW(session->arena, const struct trust_request *,
                          trusted->plan.virtual_mesh_count + 1);
    out->branches =
        ARENA_NEW(session->arena, struct trust_branch, trusted->plan.virtual_mesh_count + 1);
    for (size_t i = 0; i < trusted->plan.virtual_mesh_count; i++) {
        struct planned_virtual_mesh *planned = &trusted->plan.virtual_meshes[i];

        if (!planned->trust || planned->retained)
            continue;
        if (is_stale(&out->branches[out->count], &trusted->remarks, &source, planned)) {
            *ARENA_PUSH(session->arena, out->lost, out->lost_count) = planned;
            continue;
        }
        out->list[out->count++] = planned->trust;
    }
    return 0;
}

static void add_all(struct findings *to, const struct findings *more)
{
    for (size_t i = 0; i < more->count; i++)
        findings_add(to, more->items[i]);
}

static void add_remarks(struct trusted *trusted, const struct trust_remarks *remarks)
{
    add_all(&trusted->remarks, &remarks->failures);
    add_all(&trusted->remarks, &remarks->notes);
}

/* Makes the decisions, for a dry pass and for one that then issues. */
static void plan_trust(const struct session *session, struct trusted *trusted,
                       const struct requests *requests, const struct issue_options *options)
{
    struct trust_plan *plan = &trusted->decided;

    trust_plan(plan, &session->ledger, requests->list, requests->count, session->custody, options,
               session->arena);
    trusted->due = ARENA_NEW(session->arena, struct report_due, plan->due_count + 1);
    for (size_t i = 0; i < plan->due_count; i++)
        trusted->due[i] = (struct report_due){ plan->due[i].virtual_mesh, plan->due[i].mesh,
                                               enums_name(&due_kinds, (int)plan->due[i].kind),
                                               plan->due[i].why, plan->due[i].kind == DUE_STEP };
    trusted->due_count = plan->due_count;
    if (session->dry)
        add_remarks(trusted, &plan->remarks);
}

static void show_keys(void *context, size_t done, size_t total)
{
    progress_step(context, done, total, "keys");
}

/* A key that was made is not made again, whatever becomes of this pass. */
static int keep_keys(void *context, struct err *err)
{
    struct session *session = context;

    return store_save(session->store, &session->ledger, err);
}

static void tell_issued(const struct session *session, const struct issue_result *result)
{
    const char *roots = plural_count(result->roots, "root", session->arena);
    const char *intermediates = plural_count(result->intermediates, "intermediate", session->arena);

    if (!result->roots && !result->intermediates && !result->steps)
        return;
    progress_end(session->progress, "%s and %s issued%s%s", roots, intermediates,
                 result->steps ? "; rotation went on in " : "",
                 result->steps ? plural_count(result->steps, "virtual mesh", session->arena) : "");
}

/* Everything issued is saved before it leaves this process: a pass that is killed later finds the
 * same certificates. */
static int issue(struct session *session, struct trusted *trusted, struct err *err)
{
    struct issue_result result;

    if (trust_apply(&result, &trusted->decided, &session->ledger, session->custody, err) < 0)
        return err_wrap(err, "issue certificates");
    FAULT("pass.issued");
    if (store_save(session->store, &session->ledger, err) < 0)
        return -1;
    FAULT("pass.issued.saved");
    if (escrow_roots(session, err) < 0)
        return -1;
    add_remarks(trusted, &result.remarks);
    tell_issued(session, &result);
    return 0;
}

/* Rotation steps and deployedSharedTrust come from the ledger into the status. */
static void fill_status(const struct session *session, struct trusted *trusted,
                        struct planned_virtual_mesh *planned)
{
    const char *name = object_ref_text(planned->status.ref, session->arena);
    const struct ledger_rotation *row = ledger_find_rotation(&session->ledger, name);
    struct err err;

    if (!row)
        return;
    planned->status.deployed = row->deployed;
    if (rotation_preview_conditions(&planned->status.conditions, &planned->status.condition_count,
                                    row, session->arena, &err)
        < 0)
        remark_error(&trusted->remarks, planned->status.ref, "%s", err.text);
}

/* Not of a mesh whose trust is another's: the ledger tells of certificates that no cluster has. */
static void fill_statuses(const struct session *session, struct trusted *trusted,
                          const struct requests *requests)
{
    for (size_t i = 0; i < trusted->plan.virtual_mesh_count; i++) {
        struct planned_virtual_mesh *planned = &trusted->plan.virtual_meshes[i];
        bool lost = false;

        for (size_t k = 0; k < requests->lost_count; k++)
            lost |= requests->lost[k] == planned;
        if (!lost)
            fill_status(session, trusted, planned);
    }
}

/* A step whose gate closed again before it was published: the branch keeps what it has of that
 * virtual mesh's trust. */
static void hold_back(struct trusted *trusted)
{
    for (size_t i = 0; i < trusted->plan.virtual_mesh_count; i++) {
        struct planned_virtual_mesh *planned = &trusted->plan.virtual_meshes[i];

        if (!planned->trust
            || trust_plan_check(&trusted->decided, planned->trust->name) != STEP_CLOSED)
            continue;
        planned->trust = NULL;
        planned->trust_retained = true;
    }
}

struct issue_options pass_issue_options(struct session *session, const struct inputs *inputs,
                                        const struct observed *observed)
{
    const struct config *config = session->config;

    const struct csr_spares spares = agents_spares(agents_read(session, observed));

    session->given_roots = config->given_roots ? given_root_folder_reader(config->given_roots)
                                               : servers_root_reader(&session->servers);
    return (struct issue_options){
        .key_type = config->key_type,
        .now = session->options->now,
        .progress = show_keys,
        .context = session->progress,
        .keep = session->dry ? NULL : keep_keys,
        .keep_context = session,
        .policy = &observed->policy,
        .time = { .local = session->options->now,
                  .second = pass_second_clock(session, inputs),
                  .trusted = config->trust_clock },
        .evidence = observed->evidence,
        .evidence_count = observed->count,
        .former = observed->former,
        .former_count = observed->former_count,
        .given = config->given_roots || config->management.present ? &session->given_roots : NULL,
        .spares = spares,
        .remote = &session->remote,
    };
}

/* Certificates that end while nothing renews them. */
static void remark_expiry(struct findings *remarks, const struct session *session,
                          const struct plan *plan)
{
    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        const struct planned_virtual_mesh *planned = &plan->virtual_meshes[i];

        if (planned->retained
            || planned->trust_retained) /* also of an object that was refused whole */
            expiry_remark_unusable(remarks, &session->ledger, planned->status.ref,
                                   &session->config->evidence, session->options->now);
        else if (!planned->trust)
            expiry_remark_unmanaged(remarks, &session->ledger, planned->status.ref,
                                    session->options->now);
    }
}

/* What waits in a pull request while clusters have what it replaces. */
static int remark_unmerged(struct findings *remarks, const struct session *session,
                           const struct plan *plan, const struct tree_reader *tip, struct err *err)
{
    struct arena *arena = session->arena;
    const struct proposal proposal = proposal_read(&session->ledger, session->config, arena);
    struct branch_records records;

    if (!proposal.waits)
        return 0;
    if (branch_records_read(&records, tip, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        const struct object_ref ref = plan->virtual_meshes[i].status.ref;
        const struct unmerged unmerged = {
            .ledger = &session->ledger,
            .virtual_mesh = ref,
            .published = branch_records_find(&records, ref, arena),
            .where = proposal.number
                         ? arena_printf(arena, "pull request #%lld", (long long)proposal.number)
                         : arena_printf(arena, "branch %s", proposal.branch),
            .since = proposal.since,
            .now = session->options->now,
            .policy = &session->config->evidence
        };

        if (plan->virtual_meshes[i].trust)
            unmerged_remark(remarks, &unmerged);
    }
    return 0;
}

/* Virtual meshes that keep what they have cannot be used now, or were refused. */
static struct transfer_specs present(const struct session *session, const struct plan *plan,
                                     const struct specs *specs, const struct requests *requests)
{
    struct transfer_specs out = { .requests = requests->list,
                                  .count = requests->count,
                                  .incomplete = specs->incomplete };
    const char **kept = NULL;

    for (size_t i = 0; i < plan->virtual_mesh_count; i++)
        if (plan->virtual_meshes[i].retained || plan->virtual_meshes[i].trust_retained)
            *ARENA_PUSH(session->arena, kept, out.kept_count) =
                object_ref_text(plan->virtual_meshes[i].status.ref, session->arena);
    for (const struct refused *refused = specs->refused; refused; refused = refused->next)
        if (refused->kind == KIND_VIRTUAL_MESH)
            *ARENA_PUSH(session->arena, kept, out.kept_count) =
                object_ref_text(refused->ref, session->arena);
    out.kept = kept;
    return out;
}

/* What clusters load from the branch is older than what weft gave them last. */
static int find_reset(bool *reset, const struct session *session, const struct inputs *inputs,
                      struct err *err)
{
    const struct ledger_publication *last = branch_publication(session, inputs);
    const struct tree_reader now = inputs_tip(inputs, session);
    AUTO(snapshot_close) struct snapshot *before = NULL;
    struct tree_reader then;
    struct branch_reset_source source = { .ledger = &session->ledger,
                                          .now = &now,
                                          .published = last != NULL };

    *reset = false;
    if (!session->ledger.publications || (last && strcmp(last->commit, inputs->output_tip) == 0))
        return 0;
    if (last && clone_has(inputs->output_clone, last->commit)
        && snapshot_open(&before, inputs->output_clone, last->commit, err) < 0)
        return -1;
    if (before) {
        then = snapshot_reader(before, session->config->output.path, session->arena);
        source.then = &then;
    }
    return branch_reset_find(reset, &source, session->arena, err);
}

/* The trust stage's own copy: it takes requests out. */
static struct plan copy_plan(const struct plan *plan, struct arena *arena)
{
    return status_build(plan, &(const struct findings){ 0 }, arena);
}

/* What went out since the last pass noted it. */
static int note_arrivals(struct session *session, const struct inputs *inputs, struct err *err)
{
    return session->config->output.mode == OUTPUT_PUSH ? arrived_note(session, inputs, err)
                                                       : merged_note(session, inputs, err);
}

static int decide(struct trusted *trusted, struct session *session, const struct inputs *inputs,
                  const struct resolved_specs *resolved, struct issue_options *options,
                  struct err *err)
{
    const struct tree_reader tip = inputs_tip(inputs, session);
    const struct branch_tip now = { inputs->output_tip, &tip };
    struct requests requests = { 0 };
    struct transfer_specs specs;

    remark_expiry(&trusted->remarks, session, &trusted->plan);
    if (branch_check(&trusted->remarks, session, inputs, &trusted->plan, &now, err) < 0
        || note_arrivals(session, inputs, err) < 0
        || gather(&requests, session, inputs, trusted, &tip, err) < 0
        || remark_unmerged(&trusted->remarks, session, &trusted->plan, &tip, err) < 0)
        return -1;
    specs = present(session, &trusted->plan, &resolved->specs, &requests);
    if (transfer_settle(&trusted->remarks, &session->ledger, &specs, session->options->now, err) < 0
        || find_reset(&options->reverted, session, inputs, err) < 0)
        return -1;
    if (!session->dry && agents_note(session, resolved, trusted, &requests, err) < 0)
        return -1;
    if (!session->dry && deliver_reassert(session, inputs, resolved, trusted, &requests, err) < 0)
        return -1;
    options->branches = requests.branches;
    options->branch_count = requests.count;
    plan_trust(session, trusted, &requests, options);
    if (!session->dry && requests.count
        && (issue(session, trusted, err) < 0
            || deliver_trust(session, inputs, resolved, trusted, &requests, err) < 0))
        return -1;
    fill_statuses(session, trusted, &requests);
    hold_back(trusted);
    return 0;
}

int pass_trust(struct trusted *out, struct session *session, const struct inputs *inputs,
               const struct resolved_specs *resolved, const struct observed *observed,
               struct err *err)
{
    struct issue_options options = pass_issue_options(session, inputs, observed);
    int result;

    *out = (struct trusted){ .plan = copy_plan(&resolved->plan, session->arena),
                             .remarks = { .arena = session->arena },
                             .proven = map_new(session->arena) };
    progress_begin(session->progress, "trust");
    result = decide(out, session, inputs, resolved, &options, err);
    out->plan = status_build(&out->plan, &out->remarks, session->arena);
    return result;
}

int pass_trust_again(struct plan *out, const struct session *session, const struct inputs *inputs,
                     const struct trusted *trusted, const struct plan *plan,
                     const struct tree_reader *tip, struct err *err)
{
    struct trusted again = { .plan = copy_plan(plan, session->arena),
                             .decided = trusted->decided,
                             .remarks = { .arena = session->arena } };
    struct requests requests = { 0 };

    for (size_t i = 0; i < trusted->remarks.count; i++)
        findings_add(&again.remarks, trusted->remarks.items[i]);
    remark_expiry(&again.remarks, session, &again.plan);
    if (gather(&requests, session, inputs, &again, tip, err) < 0)
        return -1;
    fill_statuses(session, &again, &requests);
    hold_back(&again);
    *out = status_build(&again.plan, &again.remarks, session->arena);
    return 0;
}
