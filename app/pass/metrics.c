/* app/pass/metrics.c - the metrics of a pass, to a file and to a Pushgateway.  A failure here never
 * fails a pass.
 *
 * The Pushgateway groups by job and instance. The instance is the name of the Lease, which is made
 * of the output's URL and branch: passes for two branches would otherwise overwrite each other's
 * figures. A host or pod as the instance would leave one group for each Job, and a Pushgateway
 * never expires a group. */
#include "app/pass/metrics.h"
#include "base/files.h"
#include "report/report_metrics.h"
#include <string.h>

enum { FORMER_MAX = 64 * 1024 * 1024 };

/* What this pass did not see is taken from the former file. */
static int write_file(const char *path, const struct metrics *metrics, struct arena *arena,
                      struct err *err)
{
    AUTO_TEXT text = { 0 };
    char *former = NULL;
    size_t len;

    if (file_read(&former, &len, path, FORMER_MAX, arena, err) < 0)
        former = NULL; /* no file yet, or not readable: file_write then has the error */
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

static const char *file_of(const struct session *session)
{
    return session->options->metrics ? session->options->metrics : session->config->metrics.file;
}

bool pass_measured(const struct session *session)
{
    return !session->dry && (file_of(session) || session->config->metrics.pushgateway);
}

void pass_measure(const struct report *report, struct session *session)
{
    const char *file = file_of(session), *gateway = session->config->metrics.pushgateway;
    struct metrics *metrics = metrics_new(session->arena);
    struct err err;

    if (!pass_measured(session))
        return;
    report_metrics(metrics, report, session->arena);
    if (file && write_file(file, metrics, session->arena, &err) < 0)
        progress_warn(session->progress, "%s", err.text);
    if (gateway && push(session, gateway, metrics, &err) < 0)
        progress_warn(session->progress, "%s", err.text);
}
