/* report/report_metrics.c - turns a report into samples; gathers nothing. */
#include "report/report_metrics.h"
#include "report/summary.h"

/* What a pass that ended early has not seen is not 0: the last one that saw it is right. A family
 * that is added belongs into this table when a pass can end before its source was read. */
static void keep_unseen(struct metrics *metrics, const struct report *report)
{
    static const struct {
        enum report_reach needs;
        enum metric metric;
    } rows[] = {
        { REACHED_STATE, METRIC_LAST_SUCCESS },
        { REACHED_STATE, METRIC_PROPOSAL_SINCE },
        { REACHED_STATE, METRIC_VIRTUAL_MESHES },
        { REACHED_STATE, METRIC_ROTATION_STEP },
        { REACHED_STATE, METRIC_ROTATION_SINCE },
        { REACHED_STATE, METRIC_NOT_AFTER },
        { REACHED_STATE, METRIC_RENEWAL },
        { REACHED_SPECS, METRIC_SPECS_REFUSED },
        { REACHED_SPECS, METRIC_FINDINGS },
        { REACHED_CLUSTERS, METRIC_EVIDENCE_AT },
        { REACHED_CLUSTERS, METRIC_CLUSTER_REACHABLE },
        { REACHED_CLUSTERS, METRIC_CLUSTER_REFUSES },
        { REACHED_CLUSTERS, METRIC_API_ERRORS },
    };

    for (size_t i = 0; i < LENGTH(rows); i++)
        if (report->reached < rows[i].needs)
            metrics_keep(metrics, rows[i].metric);
    if (!report->inventory_count
        && (report->inventory_branch || report->reached < REACHED_CLUSTERS))
        for (enum metric metric = METRIC_INVENTORY_AT; metric <= METRIC_DISCOVERY_SECONDS; metric++)
            metrics_keep(metrics, metric);
    if (report->posts_wanted && !report->posts)
        metrics_keep(metrics, METRIC_STATUS_POSTS);
}

static void add_pass(struct metrics *metrics, const struct report *report, struct arena *arena)
{
    const struct summary summary = summary_of(report->changes, report->change_count, arena);

    metrics_set(metrics, METRIC_BUILD_INFO, 1, "version", report->version, NULL);
    metrics_set(metrics, METRIC_LAST_PASS, (double)report->finished, "result", report->result,
                NULL);
    if (report->last_success)
        metrics_set(metrics, METRIC_LAST_SUCCESS, (double)report->last_success, NULL);
    for (size_t i = 0; i < report->stage_count; i++)
        metrics_set(metrics, METRIC_STAGE_SECONDS, report->stages[i].seconds, "stage",
                    report->stages[i].name, NULL);
    metrics_set(metrics, METRIC_COMMITS, report->committed, NULL);
    if (report->proposal)
        metrics_set(metrics, METRIC_PROPOSAL_SINCE, (double)report->proposal->since, "branch",
                    report->proposal->branch, "url", report->proposal->url, NULL);
    metrics_set(metrics, METRIC_FILES, (double)summary.added, "change", "added", NULL);
    metrics_set(metrics, METRIC_FILES, (double)summary.changed, "change", "changed", NULL);
    metrics_set(metrics, METRIC_FILES, (double)summary.removed, "change", "removed", NULL);
}

/* Every kind has its sample, so that an alert sees it fall back to 0. */
static void add_specs(struct metrics *metrics, const struct report *report)
{
    if (report->reached < REACHED_SPECS)
        return;
    for (size_t kind = 0; kind < LENGTH(report->refused); kind++)
        metrics_set(metrics, METRIC_SPECS_REFUSED, (double)report->refused[kind], "kind",
                    object_kind_name((enum object_kind)kind), NULL);
    metrics_set(metrics, METRIC_FINDINGS, (double)report->findings->errors, "severity",
                enums_name(&severities, SEVERITY_ERROR), NULL);
    metrics_set(metrics, METRIC_FINDINGS, (double)report->findings->warnings, "severity",
                enums_name(&severities, SEVERITY_WARNING), NULL);
}

static void add_states(struct metrics *metrics, const struct report *report)
{
    for (size_t state = 0; report->reached >= REACHED_STATE && state < LENGTH(report->states);
         state++)
        metrics_set(metrics, METRIC_VIRTUAL_MESHES, (double)report->states[state], "state",
                    enums_name(&approval_states, (int)state), NULL);
}

static void add_rotations(struct metrics *metrics, const struct report *report)
{
    for (size_t i = 0; i < report->rotation_count; i++) {
        const struct report_rotation *rotation = &report->rotations[i];

        metrics_set(metrics, METRIC_ROTATION_STEP, rotation->step, "virtual_mesh",
                    rotation->virtual_mesh, "state",
                    enums_name(&rotation_states, (int)rotation->state), NULL);
        if (rotation->entered)
            metrics_set(metrics, METRIC_ROTATION_SINCE, (double)rotation->entered, "virtual_mesh",
                        rotation->virtual_mesh, NULL);
    }
}

static void add_certificates(struct metrics *metrics, const struct report *report)
{
    for (size_t i = 0; i < report->certificate_count; i++) {
        const struct report_certificate *row = &report->certificates[i];
        const char *kind = *row->mesh ? "intermediate" : "root";

        metrics_set(metrics, METRIC_NOT_AFTER, (double)row->not_after, "virtual_mesh",
                    row->virtual_mesh, "mesh", row->mesh, "kind", kind, "fingerprint",
                    row->fingerprint, NULL);
        metrics_set(metrics, METRIC_RENEWAL, (double)row->renewal, "virtual_mesh",
                    row->virtual_mesh, "mesh", row->mesh, "kind", kind, "fingerprint",
                    row->fingerprint, NULL);
    }
}

static void add_clusters(struct metrics *metrics, const struct report *report)
{
    for (size_t i = 0; i < report->cluster_count; i++) {
        const struct report_cluster *row = &report->clusters[i];

        metrics_set(metrics, METRIC_CLUSTER_REACHABLE, row->answers, "cluster", row->cluster, NULL);
        metrics_set(metrics, METRIC_CLUSTER_REFUSES, row->refuses, "cluster", row->cluster, NULL);
        if (row->at)
            metrics_set(metrics, METRIC_EVIDENCE_AT, (double)row->at, "cluster", row->cluster,
                        NULL);
    }
}

static void add_inventories(struct metrics *metrics, const struct report *report)
{
    for (size_t i = 0; i < report->inventory_count; i++) {
        const struct report_inventory *row = &report->inventories[i];
        const struct {
            const char *kind;
            size_t count;
        } kinds[] = { { "Mesh", row->meshes },
                      { "Destination", row->destinations },
                      { "Workload", row->workloads } };

        if (row->at)
            metrics_set(metrics, METRIC_INVENTORY_AT, (double)row->at, "cluster", row->cluster,
                        NULL);
        metrics_set(metrics, METRIC_INVENTORY_COMPLETE, row->complete, "cluster", row->cluster,
                    NULL);
        metrics_set(metrics, METRIC_INVENTORY_STALE, row->stale, "cluster", row->cluster, NULL);
        for (size_t k = 0; k < LENGTH(kinds); k++)
            metrics_set(metrics, METRIC_INVENTORY_OBJECTS, (double)kinds[k].count, "cluster",
                        row->cluster, "kind", kinds[k].kind, NULL);
        metrics_set(metrics, METRIC_INVENTORY_HELD, (double)row->held, "cluster", row->cluster,
                    NULL);
        if (row->seconds > 0)
            metrics_set(metrics, METRIC_DISCOVERY_SECONDS, row->seconds, "cluster", row->cluster,
                        NULL);
    }
}

static void add_servers(struct metrics *metrics, const struct report *report, struct arena *arena)
{
    for (size_t i = 0; i < report->api_error_count; i++)
        metrics_set(metrics, METRIC_API_ERRORS, (double)report->api_errors[i].count, "server",
                    report->api_errors[i].server, "code",
                    arena_printf(arena, "%d", report->api_errors[i].code), NULL);
    for (size_t i = 0; i < report->post_count; i++)
        metrics_set(metrics, METRIC_STATUS_POSTS, (double)report->posts[i].count, "result",
                    report->posts[i].result, NULL);
}

void report_metrics(struct metrics *metrics, const struct report *report, struct arena *arena)
{
    add_pass(metrics, report, arena);
    add_specs(metrics, report);
    add_states(metrics, report);
    add_rotations(metrics, report);
    add_certificates(metrics, report);
    add_clusters(metrics, report);
    add_inventories(metrics, report);
    add_servers(metrics, report, arena);
    keep_unseen(metrics, report);
}
