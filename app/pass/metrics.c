/* app/pass/metrics.c - a pass as metrics: to a file, to a Pushgateway.  A failure here never fails
 * a pass. */
#include "app/pass/metrics.h"
#include "app/pass/expiry.h"
#include "base/files.h"
#include "ci/summary.h"
#include "report/metrics.h"
#include "version.h"
#include <stdio.h>
#include <string.h>

/* When a pass last converged; 0: none that is remembered.  A state of an older weft has no such
 * fact, only its newest passes. */
static int64_t last_success(struct session *session, const struct outcome *outcome,
                            enum run_result result)
{
    int64_t at = ledger_time(&session->ledger, FACT_CONVERGED);

    if (result == RUN_CONVERGED)
        return outcome->finished;
    for (const struct ledger_run *run = session->ledger.runs; run && !at; run = run->next)
        if (run->result == RUN_CONVERGED)
            at = run->finished;
    return at;
}

/* What a pass that ended early has not seen is not 0: the last one that saw it is right. */
static void keep_unseen(struct metrics *metrics, struct session *session,
                        const struct outcome *outcome)
{
    static const struct {
        enum pass_reach needs;
        enum metric metric;
    } rows[] = {
        { REACHED_STATE, METRIC_LAST_SUCCESS },
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
        if (outcome->reached < rows[i].needs)
            metrics_keep(metrics, rows[i].metric);
    if (session->config->management.present && !outcome->posted.list)
        metrics_keep(metrics, METRIC_STATUS_POSTS);
}

static void add_pass(struct metrics *metrics, struct session *session,
                     const struct published *published, const struct outcome *outcome,
                     enum run_result result)
{
    const struct summary summary =
        summary_of(published->result.changes, published->result.change_count, session->arena);
    const struct progress *progress = session->progress;
    int64_t success = last_success(session, outcome, result);

    metrics_set(metrics, METRIC_BUILD_INFO, 1, "version", WEFT_VERSION, NULL);
    metrics_set(metrics, METRIC_LAST_PASS, (double)outcome->finished, "result",
                enums_name(&run_results, (int)result), NULL);
    if (success)
        metrics_set(metrics, METRIC_LAST_SUCCESS, (double)success, NULL);
    for (size_t i = 0; i < progress->took_count; i++)
        metrics_set(metrics, METRIC_STAGE_SECONDS, (double)progress->took[i].ms / 1000, "stage",
                    progress->took[i].stage, NULL);
    metrics_set(metrics, METRIC_COMMITS, published->result.committed, NULL);
    metrics_set(metrics, METRIC_FILES, (double)summary.added, "change", "added", NULL);
    metrics_set(metrics, METRIC_FILES, (double)summary.changed, "change", "changed", NULL);
    metrics_set(metrics, METRIC_FILES, (double)summary.removed, "change", "removed", NULL);
}

/* Every kind has its sample, so that an alert sees it fall back to 0. */
static void add_refused(struct metrics *metrics, const struct resolved_specs *resolved,
                        const struct outcome *outcome)
{
    size_t counts[KIND_COUNT] = { 0 };

    if (outcome->reached < REACHED_SPECS)
        return;
    for (const struct refused *refused = resolved->specs.refused; refused; refused = refused->next)
        counts[refused->kind]++;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        metrics_set(metrics, METRIC_SPECS_REFUSED, (double)counts[kind], "kind",
                    object_kind_name((enum object_kind)kind), NULL);
}

static void add_findings(struct metrics *metrics, const struct outcome *outcome)
{
    if (outcome->reached < REACHED_SPECS)
        return;
    metrics_set(metrics, METRIC_FINDINGS, (double)outcome->findings.errors, "severity",
                enums_name(&severities, SEVERITY_ERROR), NULL);
    metrics_set(metrics, METRIC_FINDINGS, (double)outcome->findings.warnings, "severity",
                enums_name(&severities, SEVERITY_WARNING), NULL);
}

static void add_states(struct metrics *metrics, struct session *session)
{
    for (size_t state = 0; state < approval_states.count; state++) {
        const char *name = enums_name(&approval_states, (int)state);
        size_t count = 0;

        for (const struct ledger_status *row = session->ledger.statuses; row; row = row->next)
            count += !row->gone && strcmp(row->state, name) == 0;
        metrics_set(metrics, METRIC_VIRTUAL_MESHES, (double)count, "state", name, NULL);
    }
}

static void add_rotations(struct metrics *metrics, struct session *session)
{
    for (const struct ledger_rotation *row = session->ledger.rotations; row; row = row->next) {
        const char *state = enums_name(&rotation_states, (int)row->state);

        if (!expiry_watched(session, row->virtual_mesh))
            continue;
        metrics_set(metrics, METRIC_ROTATION_STEP, row->step, "virtual_mesh", row->virtual_mesh,
                    "state", state, NULL);
        if (row->entered)
            metrics_set(metrics, METRIC_ROTATION_SINCE, (double)row->entered, "virtual_mesh",
                        row->virtual_mesh, NULL);
    }
}

static void add_clusters(struct metrics *metrics, const struct observed *observed)
{
    for (size_t i = 0; i < observed->count; i++) {
        const struct observation *sight = &observed->observations[i];

        if (!sight->watched)
            continue;
        metrics_set(metrics, METRIC_CLUSTER_REACHABLE, sight->at != 0 || sight->refused, "cluster",
                    sight->cluster, NULL);
        metrics_set(metrics, METRIC_CLUSTER_REFUSES, sight->refused != NULL, "cluster",
                    sight->cluster, NULL);
        if (sight->at)
            metrics_set(metrics, METRIC_EVIDENCE_AT, (double)sight->at, "cluster", sight->cluster,
                        NULL);
    }
}

static void add_errors(struct metrics *metrics, const struct kube *kube, struct arena *arena)
{
    const struct kube_error_count *errors;
    size_t count;

    if (!kube)
        return;
    errors = kube_errors(kube, &count);
    for (size_t i = 0; i < count; i++)
        metrics_set(metrics, METRIC_API_ERRORS, (double)errors[i].count, "server",
                    kube_server(kube), "code", arena_printf(arena, "%d", errors[i].code), NULL);
}

static void add_servers(struct metrics *metrics, struct session *session,
                        const struct outcome *outcome)
{
    size_t counts[POST_REPORTED_UNCHANGED + 1] = { 0 };

    add_errors(metrics, session->servers.management, session->arena);
    for (size_t i = 0; session->servers.clusters && i < session->config->cluster_count; i++)
        add_errors(metrics, session->servers.clusters[i].kube, session->arena);
    for (size_t i = 0; i < outcome->posted.count; i++)
        counts[outcome->posted.list[i].result]++;
    for (size_t i = 0; outcome->posted.list && i < LENGTH(counts); i++)
        metrics_set(metrics, METRIC_STATUS_POSTS, (double)counts[i], "result",
                    enums_name(&post_results, (int)i), NULL);
}

enum { FORMER_MAX = 64 * 1024 * 1024 };

/* What nobody knows now is taken from the former file. */
static int write_file(const char *path, const struct metrics *metrics, struct arena *arena,
                      struct err *err)
{
    AUTO_TEXT text = { 0 };
    char *former = NULL;
    size_t len;

    if (file_read(&former, &len, path, FORMER_MAX, arena, err) < 0)
        former = NULL; /* the first one, or no file at all: then writing says so */
    metrics_write(&text, metrics, former);
    if (file_write(path, text.bytes, text.len, 0644, err) < 0)
        return err_wrap(err, "write the metrics");
    return 0;
}

static int push(struct session *session, const char *url, const struct metrics *metrics,
                struct err *err)
{
    struct http *http;

    if (servers_http(&http, &session->servers, err) < 0)
        return -1;
    return metrics_push(
        http, url,
        lease_name(session->config->output.url, session->config->output.branch, session->arena),
        metrics, session->arena, err);
}

static const char *file_of(struct session *session)
{
    return session->options->metrics ? session->options->metrics : session->config->metrics.file;
}

bool pass_measured(struct session *session)
{
    return !session->dry && (file_of(session) || session->config->metrics.pushgateway);
}

static void gather(struct metrics *metrics, struct session *session, const struct outcome *outcome,
                   enum run_result result)
{
    add_pass(metrics, session, &outcome->published, outcome, result);
    add_refused(metrics, &outcome->resolved, outcome);
    add_findings(metrics, outcome);
    if (outcome->reached >= REACHED_STATE)
        add_states(metrics, session);
    add_rotations(metrics, session);
    expiry_measure(metrics, session, &outcome->observed);
    add_clusters(metrics, &outcome->observed);
    add_servers(metrics, session, outcome);
    keep_unseen(metrics, session, outcome);
}

void pass_measure(const struct outcome *outcome, struct session *session, enum run_result result)
{
    const char *file = file_of(session), *gateway = session->config->metrics.pushgateway;
    struct metrics *metrics = metrics_new(session->arena);
    struct err err;

    if (!pass_measured(session))
        return;
    gather(metrics, session, outcome, result);
    if (file && write_file(file, metrics, session->arena, &err) < 0)
        progress_warn(session->progress, "%s", err.text);
    if (gateway && push(session, gateway, metrics, &err) < 0)
        progress_warn(session->progress, "%s", err.text);
}
