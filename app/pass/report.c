/* app/pass/report.c - gathers what came of a pass into one struct, and writes the files of it.
 *
 * Every output (table, JSON, Markdown, metrics) is written from this one struct, so that no two of
 * them can disagree.  A report is gathered after a failure as well: stages that did not run have
 * left their results empty, and empty means not known here, never none. */
#include "app/pass/report.h"
#include "app/pass/inventory_memory.h"
#include "app/pass/proposal.h"
#include "app/pass/reach.h"
#include "base/files.h"
#include "pki/expiry.h"
#include "report/report_json.h"
#include "version.h"
#include <string.h>

enum run_result pass_result(const struct outcome *outcome, const struct err *failure)
{
    if (failure)
        return RUN_FAILED;
    if (outcome->end == PASS_ELSEWHERE)
        return RUN_ELSEWHERE;
    return outcome_is_refused(outcome) ? RUN_REFUSED : RUN_CONVERGED;
}

/* --- the specs and the state --- */

static const struct vm_status **statuses_of(const struct plan *plan, struct arena *arena)
{
    const struct vm_status **statuses =
        ARENA_NEW(arena, const struct vm_status *, plan->virtual_mesh_count + 1);

    for (size_t i = 0; i < plan->virtual_mesh_count; i++)
        statuses[i] = &plan->virtual_meshes[i].status;
    return statuses;
}

static void add_specs(struct report *report, const struct specs *specs)
{
    for (const struct refused *refused = specs->refused; refused; refused = refused->next)
        report->refused[refused->kind]++;
}

/* When a pass last converged.  A state of an older weft has no such fact, only its newest passes.
 */
static int64_t last_success(const struct ledger *ledger)
{
    int64_t at = ledger_time(ledger, FACT_CONVERGED);

    for (const struct ledger_run *run = ledger->runs; run && !at; run = run->next)
        if (run->result == RUN_CONVERGED)
            at = run->finished;
    return at;
}

static void add_rotation(struct report *report, struct report_rotation **list,
                         const struct ledger_rotation *row, struct arena *arena)
{
    *ARENA_PUSH(arena, *list, report->rotation_count) =
        (struct report_rotation){ row->virtual_mesh, row->state, row->step, row->entered };
}

static void add_certificates(struct report *report, const struct ledger *ledger,
                             const struct evidence_policy *policy, struct arena *arena)
{
    struct expiry *expiries;
    const size_t count = expiry_list(&expiries, ledger, policy, arena);
    struct report_certificate *list = ARENA_NEW(arena, struct report_certificate, count);

    for (size_t i = 0; i < count; i++)
        list[i] = (struct report_certificate){ expiries[i].virtual_mesh, expiries[i].mesh,
                                               expiries[i].fingerprint, expiries[i].not_after,
                                               expiries[i].renewal };
    report->certificates = list;
    report->certificate_count = count;
}

static void add_ledger(struct report *report, const struct ledger *ledger,
                       const struct evidence_policy *policy, struct arena *arena)
{
    struct report_rotation *rotations = NULL;

    if (!report->last_success)
        report->last_success = last_success(ledger);
    for (const struct ledger_status *row = ledger->statuses; row; row = row->next)
        if (!row->gone)
            report->states[row->state]++;
    for (const struct ledger_rotation *row = ledger->rotations; row; row = row->next)
        if (expiry_watched(ledger, row->virtual_mesh))
            add_rotation(report, &rotations, row, arena);
    report->rotations = rotations;
    add_certificates(report, ledger, policy, arena);
}

/* --- servers --- */

static void add_clusters(struct report *report, const struct observed *observed,
                         struct arena *arena)
{
    struct report_cluster *list = ARENA_NEW(arena, struct report_cluster, observed->count);

    for (size_t i = 0; i < observed->count; i++) {
        const struct observation *seen = &observed->observations[i];
        const enum reach reach = reach_of(seen);

        if (reach != REACH_UNWATCHED)
            list[report->cluster_count++] =
                (struct report_cluster){ seen->cluster, reach != REACH_UNREACHABLE,
                                         reach == REACH_REFUSES, seen->at };
    }
    report->clusters = list;
}

static void add_errors(struct report *report, struct report_api_error **list,
                       const struct kube *kube, struct arena *arena)
{
    const struct kube_error_count *errors = NULL;
    size_t count = 0;

    if (kube)
        errors = kube_errors(kube, &count);
    for (size_t i = 0; i < count; i++)
        *ARENA_PUSH(arena, *list, report->api_error_count) =
            (struct report_api_error){ kube_server(kube), errors[i].code, errors[i].count };
}

static void add_servers(struct report *report, const struct session *session)
{
    const struct servers *servers = &session->servers;
    struct report_api_error *list = NULL;

    add_errors(report, &list, servers->management, session->arena);
    for (size_t i = 0; servers->clusters && i < session->config->cluster_count; i++)
        add_errors(report, &list, servers->clusters[i].kube, session->arena);
    report->api_errors = list;
}

static void add_posts(struct report *report, const struct posted *posted, struct arena *arena)
{
    const size_t kinds = POST_REPORTED_UNCHANGED + 1;
    struct report_posts *list = ARENA_NEW(arena, struct report_posts, kinds);

    if (!posted->list)
        return;
    for (size_t i = 0; i < kinds; i++)
        list[i].result = enums_name(&post_results, (int)i);
    for (size_t i = 0; i < posted->count; i++)
        list[posted->list[i].result].count++;
    report->posts = list;
    report->post_count = kinds;
}

static void add_stages(struct report *report, const struct progress *progress, struct arena *arena)
{
    struct report_stage *list = ARENA_NEW(arena, struct report_stage, STAGES_MAX);

    for (size_t i = 0; i < progress->took_count; i++)
        list[i] =
            (struct report_stage){ progress->took[i].stage, (double)progress->took[i].ms / 1000 };
    report->stages = list;
    report->stage_count = progress->took_count;
}

/* --- the whole --- */

static struct report begin(const struct outcome *outcome, const struct session *session)
{
    const struct config *config = session->config;

    return (struct report){
        .version = WEFT_VERSION,
        .time = session->options->now,
        .finished = outcome->finished,
        .dry = session->dry,
        .unchanged = outcome->end == PASS_IDLE,
        .reached = outcome->reached,
        .specs_url = config->specs.url,
        .specs_ref = config->specs.ref,
        .specs_commit = outcome->inputs.specs_commit,
        .specs_folder = outcome->inputs.specs_snapshot ? NULL : session->options->specs,
        .output_url = config->output.url,
        .output_branch = config->output.branch,
        .output_tip = outcome->inputs.output_tip,
        .findings = &outcome->findings,
        .diags = &outcome->resolved.diags,
        .posts_wanted = config->management.present,
    };
}

static void add_published(struct report *report, const struct published *published)
{
    report->output_commit = published->result.commit;
    report->committed = published->result.committed;
    report->changes = published->result.changes;
    report->change_count = published->result.change_count;
    report->losses = published->losses.items;
    report->loss_count = published->losses.count;
    report->refusal = published->refusal;
}

static void add_inventory(struct report *report, const struct discovered *discovered,
                          const struct session *session)
{
    const struct config *config = session->config;
    struct arena *arena = session->arena;
    const struct inventory_memory memory = inventory_memory_read(session);
    const struct fleet *fleet = &discovered->fleet;
    struct report_inventory *list = ARENA_NEW(arena, struct report_inventory, fleet->count);

    if (!discovered->used)
        return;
    for (size_t i = 0; i < fleet->count; i++) {
        const struct discovery *one = &fleet->clusters[i];

        list[i] =
            (struct report_inventory){ .cluster = one->cluster,
                                       .read = enums_name(&discovery_outcomes, (int)one->outcome),
                                       .why = one->why,
                                       .complete = one->outcome == DISCOVERY_READ,
                                       .stale = one->stale,
                                       .at = one->outcome == DISCOVERY_READ
                                                 ? report->time
                                                 : inventory_memory_read_at(&memory, one->cluster),
                                       .meshes = one->inventory.mesh_count,
                                       .destinations = one->found.destinations,
                                       .workloads = one->found.workloads,
                                       .held = one->held,
                                       .seconds = (double)one->ms / 1000 };
    }
    report->inventory_url = config_inventory_url(config);
    report->inventory_branch = config->discovery.branch;
    report->inventory_commit = discovered->commit;
    report->inventory_changes = discovered->result.changes;
    report->inventory_change_count = discovered->result.change_count;
    report->inventories = list;
    report->inventory_count = fleet->count;
}

static void add_plan(struct report *report, const struct plan *plan, struct arena *arena)
{
    report->statuses = statuses_of(plan, arena);
    report->status_count = plan->virtual_mesh_count;
    report->policies = plan->policies;
    report->policy_count = plan->policy_count;
}

struct report pass_report(const struct outcome *outcome, const struct session *session,
                          const struct err *failure)
{
    const enum run_result result = pass_result(outcome, failure);
    /* With what clusters said of their leaves, when they were asked. */
    const struct evidence_policy *policy =
        outcome->observed.policy.leaf_ttl ? &outcome->observed.policy : &session->config->evidence;
    struct report report = begin(outcome, session);

    report.result = enums_name(&run_results, (int)result);
    report.error = failure ? arena_text(session->arena, failure->text) : NULL;
    report.last_success = result == RUN_CONVERGED ? outcome->finished : 0;
    report.due = outcome->trusted.due;
    report.due_count = outcome->trusted.due_count;
    add_published(&report, &outcome->published);
    report.proposal = proposal_shown(&session->ledger, session->config, session->arena);
    add_inventory(&report, &outcome->discovered, session);
    add_plan(&report, &outcome->plan, session->arena);
    add_specs(&report, &outcome->resolved.specs);
    add_ledger(&report, &session->ledger, policy, session->arena);
    add_clusters(&report, &outcome->observed, session->arena);
    add_servers(&report, session);
    add_posts(&report, &outcome->posted, session->arena);
    add_stages(&report, session->progress, session->arena);
    return report;
}

/* --- files --- */

/* The folder of the report, with a slash at its end; "" is here. */
static const char *folder_of(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');

    return slash ? arena_bytes(arena, path, (size_t)(slash - path) + 1) : "";
}

static int write_status(const struct vm_status *status, const char *folder, struct arena *arena,
                        struct err *err)
{
    const char *path =
        arena_printf(arena, "%s/%s.%s.yaml", folder, status->ref.namespace, status->ref.name);
    AUTO_TEXT bytes = { 0 };

    report_status_yaml(&bytes, status, arena);
    return file_write(path, bytes.bytes, bytes.len, 0644, err);
}

static int write_statuses(const struct report *report, const char *beside, struct arena *arena,
                          struct err *err)
{
    const char *folder = arena_printf(arena, "%sstatus", folder_of(beside, arena));

    if (!report->status_count || file_is_stream(beside))
        return 0;
    if (file_make_folders(folder, 0755, err) < 0)
        return -1;
    for (size_t i = 0; i < report->status_count; i++)
        if (write_status(report->statuses[i], folder, arena, err) < 0)
            return -1;
    return 0;
}

int pass_report_write(const struct report *report, const struct session *session, struct err *err)
{
    const char *path = session->options->report;
    struct arena *arena = session->arena;
    AUTO_TEXT bytes = { 0 };

    if (!path)
        return 0;
    report_json(&bytes, report, arena);
    if ((strrchr(path, '/') && file_make_folders(folder_of(path, arena), 0755, err) < 0)
        || file_write(path, bytes.bytes, bytes.len, 0644, err) < 0
        || write_statuses(report, path, arena, err) < 0)
        return err_wrap(err, "write the report (--report)");
    return 0;
}
