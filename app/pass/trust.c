/* app/pass/trust.c - the trust of a pass: what is due, issued, encrypted and remembered, in this
 * order.
 */
#include "app/pass/trust.h"
#include "app/pass/arrived.h"
#include "app/pass/branch.h"
#include "app/pass/branch_reset.h"
#include "app/pass/deliver.h"
#include "app/pass/expiry_remarks.h"
#include "app/pass/lock.h"
#include "app/pass/remark.h"
#include "app/pass/removed.h"
#include "app/pass/requests.h"
#include "app/pass/stale_state.h"
#include "app/pass/status_build.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/files.h"
#include "base/plural.h"
#include "pki/given_root_folder.h"
#include "pki/publication.h"
#include "pki/rotation_preview.h"
#include "pki/trust.h"
#include <string.h>

bool pass_wants_time(const struct session *session)
{
    if (session->config->given_roots)
        return true; /* other CAs may lie there by now */
    return publication_next_due(&session->ledger, &session->config->evidence, session->options->now)
           <= session->options->now;
}

static void all_meshes_failed(struct trusted *trusted, const struct planned_virtual_mesh *mesh,
                              enum approval_state state, const char *text)
{
    for (size_t i = 0; i < mesh->trust->mesh_count; i++)
        requests_failed(trusted, mesh, mesh->trust->meshes[i].key, state, text);
}

/* What clusters have and the ledger does not know stays as it is. */
static int check_lost(bool *is_lost, struct trust_branch *branch, const struct session *session,
                      const struct inputs *inputs, struct trusted *trusted,
                      const struct tree_reader *tip, struct planned_virtual_mesh *mesh,
                      struct err *err)
{
    struct lost lost;

    if (stale_state_check(&lost, session, inputs, tip, mesh, err) < 0)
        return -1;
    *is_lost = lost.why != NULL;
    *branch = lost.branch;
    if (lost.warning)
        remark_warning(&trusted->remarks, mesh->status.ref, "%s", lost.warning);
    if (!lost.why)
        return 0;
    all_meshes_failed(trusted, mesh, APPROVAL_FAILED, lost.why);
    mesh->trust = NULL; /* nothing of ours may replace what the clusters have */
    mesh->trust_held = true;
    mesh->trust_of = lost.elsewhere;
    return 0;
}

static int gather(struct requests *out, const struct session *session, const struct inputs *inputs,
                  struct trusted *trusted, const struct tree_reader *tip, struct err *err)
{
    out->list =
        ARENA_NEW(session->arena, const struct trust_request *, trusted->plan.mesh_count + 1);
    out->meshes = ARENA_NEW(session->arena, const struct planned_virtual_mesh *,
                            trusted->plan.mesh_count + 1);
    out->branches = ARENA_NEW(session->arena, struct trust_branch, trusted->plan.mesh_count + 1);
    for (size_t i = 0; i < trusted->plan.mesh_count; i++) {
        struct planned_virtual_mesh *mesh = &trusted->plan.meshes[i];
        bool lost;

        if (!mesh->trust || mesh->held)
            continue;
        if (check_lost(&lost, &out->branches[out->count], session, inputs, trusted, tip, mesh, err)
            < 0)
            return -1;
        if (lost) {
            *ARENA_PUSH(session->arena, out->lost, out->lost_count) = mesh;
            continue;
        }
        out->list[out->count] = mesh->trust;
        out->meshes[out->count++] = mesh;
    }
    return 0;
}

static const struct planned_virtual_mesh *request_mesh(const struct requests *requests,
                                                       const char *virtual_mesh)
{
    for (size_t i = 0; i < requests->count; i++)
        if (strcmp(requests->list[i]->name, virtual_mesh) == 0)
            return requests->meshes[i];
    return NULL;
}

static void blame(struct trusted *trusted, const struct requests *requests,
                  const struct issue_failure *failures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct planned_virtual_mesh *mesh = request_mesh(requests, failures[i].virtual_mesh);

        if (mesh)
            requests_failed(trusted, mesh, failures[i].mesh, APPROVAL_INVALID, failures[i].text);
    }
}

/* What a person should know about the trust of a virtual mesh as a whole. */
static void tell_notes(struct trusted *trusted, const struct requests *requests,
                       const struct issue_note *notes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct planned_virtual_mesh *mesh = request_mesh(requests, notes[i].virtual_mesh);

        if (!mesh)
            continue;
        if (notes[i].error)
            remark_failure(&trusted->remarks, mesh->status.ref, notes[i].text);
        else
            remark_warning(&trusted->remarks, mesh->status.ref, "%s", notes[i].text);
    }
}

static void note_due(const struct session *session, struct trusted *trusted,
                     const struct requests *requests, const struct issue_options *options)
{
    struct issue_dues dues;

    trust_due(&dues, &session->ledger, requests->list, requests->count, options, session->arena);
    trusted->due = ARENA_NEW(session->arena, struct report_due, dues.count + 1);
    for (size_t i = 0; i < dues.count; i++)
        trusted->due[i] = (struct report_due){ dues.list[i].virtual_mesh, dues.list[i].mesh,
                                               dues.list[i].what, dues.list[i].why };
    trusted->due_count = dues.count;
    if (!session->dry)
        return;
    blame(trusted, requests, dues.failures, dues.failure_count);
    tell_notes(trusted, requests, dues.notes, dues.note_count);
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

/* Everything issued is remembered before anybody sees it: a pass that is killed later finds the
 * same certificates. */
static int issue(struct session *session, struct trusted *trusted, const struct requests *requests,
                 const struct issue_options *options, struct err *err)
{
    struct issue_result result;

    if (trust_issue(&result, &session->ledger, requests->list, requests->count, session->custody,
                    options, err)
        < 0)
        return err_wrap(err, "issue certificates");
    FAULT("pass.issued");
    if (store_save(session->store, &session->ledger, err) < 0)
        return -1;
    FAULT("pass.issued.saved");
    blame(trusted, requests, result.failures, result.failure_count);
    tell_notes(trusted, requests, result.notes, result.note_count);
    tell_issued(session, &result);
    return 0;
}

/* Rotation steps and deployedSharedTrust come from the ledger into the status. */
static void fill_status(const struct session *session, struct trusted *trusted,
                        struct planned_virtual_mesh *mesh)
{
    const char *name = object_ref_text(mesh->status.ref, session->arena);
    const struct ledger_rotation *row = ledger_find_rotation(&session->ledger, name);
    struct err err;

    if (!row)
        return;
    mesh->status.deployed = row->deployed;
    if (rotation_preview_conditions(&mesh->status.conditions, &mesh->status.condition_count, row,
                                    session->arena, &err)
        < 0)
        remark_error(&trusted->remarks, mesh->status.ref, "%s", err.text);
}

/* Not of a mesh whose trust is another's: the ledger tells of certificates that no cluster has. */
static void fill_statuses(const struct session *session, struct trusted *trusted,
                          const struct requests *requests)
{
    for (size_t i = 0; i < trusted->plan.mesh_count; i++) {
        struct planned_virtual_mesh *mesh = &trusted->plan.meshes[i];
        bool lost = false;

        for (size_t k = 0; k < requests->lost_count; k++)
            lost |= requests->lost[k] == mesh;
        if (!lost)
            fill_status(session, trusted, mesh);
    }
}

struct issue_options pass_issue_options(struct session *session, const struct inputs *inputs,
                                        const struct observed *observed)
{
    const struct config *config = session->config;

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
        .given = config->given_roots || config->management.present ? &session->given_roots : NULL,
    };
}

/* The trust stage's own copy: it takes requests out. */
static struct plan copy_plan(const struct plan *plan, struct arena *arena)
{
    return status_build(plan, &(const struct findings){ 0 }, arena);
}

static int decide(struct trusted *trusted, struct session *session, const struct inputs *inputs,
                  const struct resolved_specs *resolved, struct issue_options *options,
                  struct err *err)
{
    const struct tree_reader tip = inputs_tip(inputs, session);
    struct requests requests = { 0 };

    expiry_remarks_add(&trusted->remarks, session, &trusted->plan);
    if (branch_check(&trusted->remarks, session, inputs, &trusted->plan, inputs->output_tip, &tip,
                     err)
            < 0
        || arrived_note(session, inputs, err) < 0
        || gather(&requests, session, inputs, trusted, &tip, err) < 0
        || removed_settle(trusted, session, &resolved->specs, &requests, err) < 0
        || branch_reset_find(&options->reverted, session, inputs, err) < 0)
        return -1;
    if (!session->dry && deliver_reassert(session, inputs, resolved, trusted, &requests, err) < 0)
        return -1;
    options->branches = requests.branches;
    options->branch_count = requests.count;
    note_due(session, trusted, &requests, options);
    if (!session->dry && requests.count
        && (issue(session, trusted, &requests, options, err) < 0
            || deliver_trust(session, inputs, resolved, trusted, &requests, err) < 0))
        return -1;
    fill_statuses(session, trusted, &requests);
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
                             .remarks = { .arena = session->arena } };
    struct requests requests = { 0 };

    for (size_t i = 0; i < trusted->remarks.count; i++)
        findings_add(&again.remarks, trusted->remarks.items[i]);
    expiry_remarks_add(&again.remarks, session, &again.plan);
    if (gather(&requests, session, inputs, &again, tip, err) < 0)
        return -1;
    fill_statuses(session, &again, &requests);
    *out = status_build(&again.plan, &again.remarks, session->arena);
    return 0;
}
