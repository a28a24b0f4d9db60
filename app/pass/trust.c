/* app/pass/trust.c - the trust of a pass: what is due, issued, encrypted and remembered, in this
 * order.
 */
#include "app/pass/trust.h"
#include "app/pass/arrived.h"
#include "app/pass/branch.h"
#include "app/pass/branch_reset.h"
#include "app/pass/deliver.h"
#include "app/pass/expiry_remarks.h"
#include "app/pass/facts.h"
#include "app/pass/lock.h"
#include "app/pass/preflight.h"
#include "app/pass/removed.h"
#include "app/pass/requests.h"
#include "app/pass/stale_state.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/files.h"
#include "base/plural.h"
#include "pki/given_root_folder.h"
#include "pki/inspect.h"
#include "pki/publication.h"
#include "pki/rotation_preview.h"
#include "pki/trust.h"
#include <string.h>

bool pass_wants_time(const struct pass *pass)
{
    if (pass->config->given_roots)
        return true; /* other CAs may lie there by now */
    return publication_next_due(&pass->ledger, &pass->config->evidence, pass->options->now)
           <= pass->options->now;
}

static void all_meshes_failed(struct pass *pass, struct planned_virtual_mesh *mesh,
                              enum approval_state state, const char *text)
{
    for (size_t i = 0; i < mesh->trust->mesh_count; i++)
        requests_failed(pass, mesh, mesh->trust->meshes[i].key, state, text);
}

/* What clusters have and the ledger does not know stays as it is. */
static int check_lost(bool *is_lost, struct trust_branch *branch, struct pass *pass,
                      const struct tree_reader *tip, struct planned_virtual_mesh *mesh,
                      struct err *err)
{
    struct lost lost;

    if (stale_state_check(&lost, pass, tip, mesh, err) < 0)
        return -1;
    *is_lost = lost.why != NULL;
    *branch = lost.branch;
    if (lost.warning)
        messages_add(&mesh->status.warnings, pass->arena, "%s", lost.warning);
    if (!lost.why)
        return 0;
    all_meshes_failed(pass, mesh, APPROVAL_FAILED, lost.why);
    mesh->trust = NULL; /* nothing of ours may replace what the clusters have */
    mesh->trust_held = true;
    mesh->trust_of = lost.elsewhere;
    return 0;
}

static int gather(struct requests *out, struct pass *pass, const struct tree_reader *tip,
                  struct err *err)
{
    out->list = ARENA_NEW(pass->arena, const struct trust_request *, pass->plan.mesh_count + 1);
    out->meshes = ARENA_NEW(pass->arena, struct planned_virtual_mesh *, pass->plan.mesh_count + 1);
    out->branches = ARENA_NEW(pass->arena, struct trust_branch, pass->plan.mesh_count + 1);
    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        struct planned_virtual_mesh *mesh = &pass->plan.meshes[i];
        bool lost;

        if (!mesh->trust || mesh->held)
            continue;
        if (check_lost(&lost, &out->branches[out->count], pass, tip, mesh, err) < 0)
            return -1;
        if (lost) {
            *ARENA_PUSH(pass->arena, out->lost, out->lost_count) = mesh;
            continue;
        }
        out->list[out->count] = mesh->trust;
        out->meshes[out->count++] = mesh;
    }
    return 0;
}

static struct planned_virtual_mesh *request_mesh(const struct requests *requests,
                                                 const char *virtual_mesh)
{
    for (size_t i = 0; i < requests->count; i++)
        if (strcmp(requests->list[i]->name, virtual_mesh) == 0)
            return requests->meshes[i];
    return NULL;
}

static void blame(struct pass *pass, const struct requests *requests,
                  const struct issue_failure *failures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct planned_virtual_mesh *mesh = request_mesh(requests, failures[i].virtual_mesh);

        if (mesh)
            requests_failed(pass, mesh, failures[i].mesh, APPROVAL_INVALID, failures[i].text);
    }
}

/* What a person should know about the trust of a virtual mesh as a whole. */
static void tell_notes(struct pass *pass, const struct requests *requests,
                       const struct issue_note *notes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct planned_virtual_mesh *mesh = request_mesh(requests, notes[i].virtual_mesh);

        if (!mesh)
            continue;
        messages_add(notes[i].error ? &mesh->status.errors : &mesh->status.warnings, pass->arena,
                     "%s", notes[i].text);
        if (notes[i].error && mesh->status.state == APPROVAL_ACCEPTED)
            mesh->status.state = APPROVAL_FAILED;
    }
}

static void note_due(struct pass *pass, const struct requests *requests,
                     const struct issue_options *options)
{
    struct issue_dues dues;

    trust_due(&dues, &pass->ledger, requests->list, requests->count, options, pass->arena);
    pass->due = ARENA_NEW(pass->arena, struct plan_due, dues.count + 1);
    for (size_t i = 0; i < dues.count; i++)
        pass->due[i] = (struct plan_due){ dues.list[i].virtual_mesh, dues.list[i].mesh,
                                          dues.list[i].what, dues.list[i].why };
    pass->due_count = dues.count;
    if (!pass->dry)
        return;
    blame(pass, requests, dues.failures, dues.failure_count);
    tell_notes(pass, requests, dues.notes, dues.note_count);
}

static void show_keys(void *context, size_t done, size_t total)
{
    progress_step(context, done, total, "keys");
}

/* A key that was made is not made again, whatever becomes of this pass. */
static int keep_keys(void *context, struct err *err)
{
    struct pass *pass = context;

    return store_save(pass->store, &pass->ledger, err);
}

static void tell_issued(struct pass *pass, const struct issue_result *result)
{
    const char *roots = plural_count(result->roots, "root", pass->arena);
    const char *intermediates = plural_count(result->intermediates, "intermediate", pass->arena);

    if (!result->roots && !result->intermediates && !result->steps)
        return;
    progress_end(pass->progress, "%s and %s issued%s%s", roots, intermediates,
                 result->steps ? "; rotation went on in " : "",
                 result->steps ? plural_count(result->steps, "virtual mesh", pass->arena) : "");
}

/* Everything issued is remembered before anybody sees it: a pass that is killed later finds the
 * same certificates. */
static int issue(struct pass *pass, const struct requests *requests,
                 const struct issue_options *options, struct err *err)
{
    struct issue_result result;

    if (trust_issue(&result, &pass->ledger, requests->list, requests->count, pass->custody, options,
                    err)
        < 0)
        return err_wrap(err, "issue certificates");
    FAULT("pass.issued");
    if (store_save(pass->store, &pass->ledger, err) < 0)
        return -1;
    FAULT("pass.issued.saved");
    blame(pass, requests, result.failures, result.failure_count);
    tell_notes(pass, requests, result.notes, result.note_count);
    tell_issued(pass, &result);
    return 0;
}

/* Rotation steps and deployedSharedTrust come from the ledger into the status. */
static void fill_status(struct pass *pass, struct planned_virtual_mesh *mesh)
{
    const char *name = object_ref_text(mesh->status.ref, pass->arena);
    const struct ledger_rotation *row = ledger_find_rotation(&pass->ledger, name);
    struct err err;

    if (!row)
        return;
    mesh->status.deployed = row->deployed;
    if (rotation_preview_conditions(&mesh->status.conditions, &mesh->status.condition_count, row,
                                    pass->arena, &err)
        < 0)
        messages_add(&mesh->status.errors, pass->arena, "%s", err.text);
}

/* Not of a mesh whose trust is another's: the ledger tells of certificates that no cluster has. */
static void fill_statuses(struct pass *pass, const struct requests *requests)
{
    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        struct planned_virtual_mesh *mesh = &pass->plan.meshes[i];
        bool lost = false;

        for (size_t k = 0; k < requests->lost_count; k++)
            lost |= requests->lost[k] == mesh;
        if (!lost)
            fill_status(pass, mesh);
    }
}

/* A leaf that lives longer than the configuration says would outlive the root that it needs. */
static void take_policy(struct pass *pass)
{
    const bool told = pass->policy.leaf_ttl != 0;
    const char *cluster;

    pass->policy = pass->config->evidence;
    pass->policy.leaf_ttl = preflight_leaf_ttl(pass, &cluster);
    if (*cluster && !told)
        progress_warn(pass->progress,
                      "istiod of cluster %s issues workload certificates of up to %s: gates wait "
                      "that long, not evidence.leafTTL",
                      cluster, clock_duration_text(pass->policy.leaf_ttl, pass->arena));
}

struct issue_options pass_issue_options(struct pass *pass)
{
    const struct config *config = pass->config;

    take_policy(pass);

    pass->given_roots = config->given_roots ? given_root_folder_reader(config->given_roots)
                                            : servers_root_reader(&pass->servers);
    return (struct issue_options){
        .key_type = config->key_type,
        .now = pass->options->now,
        .progress = show_keys,
        .context = pass->progress,
        .keep = pass->dry ? NULL : keep_keys,
        .keep_context = pass,
        .policy = &pass->policy,
        .time = { .local = pass->options->now,
                  .second = pass_second_clock(pass),
                  .trusted = config->trust_clock },
        .evidence = pass->evidence,
        .evidence_count = pass->sight_count,
        .given = config->given_roots || config->management.present ? &pass->given_roots : NULL,
    };
}

int pass_trust(struct pass *pass, struct err *err)
{
    struct issue_options options = pass_issue_options(pass);
    const struct tree_reader tip = pass_tip(pass);
    struct requests requests = { 0 };

    progress_begin(pass->progress, "trust");
    expiry_remarks_add(pass);
    if (branch_check(pass, pass->output_tip, &tip, err) < 0 || arrived_note(pass, err) < 0
        || gather(&requests, pass, &tip, err) < 0 || removed_settle(pass, &requests, err) < 0
        || branch_reset_find(&options.reverted, pass, err) < 0)
        return -1;
    if (!pass->dry && deliver_reassert(pass, &requests, err) < 0)
        return -1;
    options.branches = requests.branches;
    options.branch_count = requests.count;
    note_due(pass, &requests, &options);
    if (!pass->dry && requests.count
        && (issue(pass, &requests, &options, err) < 0 || deliver_trust(pass, &requests, err) < 0))
        return -1;
    fill_statuses(pass, &requests);
    return 0;
}

int pass_trust_again(struct pass *pass, const struct tree_reader *tip, struct err *err)
{
    const size_t known = pass->failure_count;
    struct requests requests = { 0 };

    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        struct planned_virtual_mesh *mesh = &pass->plan.meshes[i];

        for (size_t k = 0; mesh->virtual_mesh && k < known; k++)
            if (strcmp(pass->failures[k].virtual_mesh, mesh->virtual_mesh->meta.key) == 0)
                requests_show_failure(pass, mesh, &pass->failures[k]);
    }
    expiry_remarks_add(pass);
    if (gather(&requests, pass, tip, err) < 0)
        return -1;
    fill_statuses(pass, &requests);
    return 0;
}

const struct node *pass_trust_record(const struct pass *pass,
                                     const struct planned_virtual_mesh *mesh)
{
    const char *name = object_ref_text(mesh->status.ref, pass->arena);
    struct trust_facts facts;
    struct err err;

    if (mesh->held || mesh->trust_held)
        return NULL; /* what the clusters have is what the record says, not what the ledger says */
    if (inspect_trust(&facts, &pass->ledger, name, pass->arena, &err) < 0)
        return NULL;
    return inspect_node(&facts, pass->arena);
}
