/* report/metrics.c - the families and their text.  Must not use a pass.
 *
 * Names and labels are an interface: alerts and dashboards of users hold them, so a family is
 * never renamed. All are gauges, as a batch job cannot count: what would be a counter is "of the
 * last pass", and the pass before is in the time series.
 *
 * A family without samples disappears from a scrape, and an alert on it goes silent. metrics_keep
 * prevents that for what a pass that failed early could not see: the samples of the pass before
 * stay, in the file by copying their lines, at a Pushgateway by POST, which replaces only the
 * families that are sent. */
#include "report/metrics.h"
#include "base/http_url.h"

#include "base/map.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

struct family {
    const char *name, *help;
    bool sums; /* samples of the same labels add up */
};

/* clang-format off */
static const struct family families[] = {
    [METRIC_BUILD_INFO] = { "weft_build_info", "The version of weft.", false },
    [METRIC_LAST_PASS] = { "weft_last_pass_timestamp_seconds", "When the last pass ended, by its result.", false },
    [METRIC_LAST_SUCCESS] = { "weft_last_success_timestamp_seconds", "When a pass last converged.", false },
    [METRIC_STAGE_SECONDS] = { "weft_stage_duration_seconds", "How long each stage of the last pass took.", false },
    [METRIC_COMMITS] = { "weft_last_pass_commits", "Commits that the last pass pushed.", true },
    [METRIC_FILES] = { "weft_last_pass_files", "Files of the output branch that the last pass changed.", true },
    [METRIC_PROPOSAL_SINCE] = { "weft_proposal_timestamp_seconds", "When what waits in a pull request was first proposed; none while nothing waits.", false },
    [METRIC_SPECS_REFUSED] = { "weft_specs_refused", "Objects in the specs repository that cannot be used.", false },
    [METRIC_FINDINGS] = { "weft_findings", "What the last pass found in the specs and in what became of them.", false },
    [METRIC_VIRTUAL_MESHES] = { "weft_virtual_meshes", "Virtual meshes by state.", false },
    [METRIC_ROTATION_STEP] = { "weft_rotation_step", "Step of the root rotation, 0 to 3; 0 is at rest.", false },
    [METRIC_ROTATION_SINCE] = { "weft_rotation_entered_timestamp_seconds", "When the rotation entered its state.", false },
    [METRIC_NOT_AFTER] = { "weft_certificate_not_after_timestamp_seconds", "When a root or intermediate expires.", false },
    [METRIC_RENEWAL] = { "weft_certificate_renewal_timestamp_seconds", "When weft renews it; of a given root: when a new one is due.", false },
    [METRIC_EVIDENCE_AT] = { "weft_cluster_evidence_timestamp_seconds", "When weft last got an answer from a cluster.", false },
    [METRIC_CLUSTER_REACHABLE] = { "weft_cluster_reachable", "1 when the cluster answered in the last pass.", false },
    [METRIC_CLUSTER_REFUSES] = { "weft_cluster_refuses", "1 when the cluster answered in the last pass, but did not let weft look.", false },
    [METRIC_INVENTORY_AT] = { "weft_inventory_timestamp_seconds", "When discovery last read the whole of a cluster.", false },
    [METRIC_INVENTORY_COMPLETE] = { "weft_inventory_complete", "1 when the last pass read the whole of a cluster; 0 when it kept what it had.", false },
    [METRIC_INVENTORY_STALE] = { "weft_inventory_stale", "1 when the inventory of a cluster that the last pass could not read is older than discovery.staleAfter.", false },
    [METRIC_INVENTORY_OBJECTS] = { "weft_inventory_objects", "Objects of a cluster in the inventory.", false },
    [METRIC_INVENTORY_HELD] = { "weft_inventory_held_removals", "Removals from the inventory that wait for consent.", false },
    [METRIC_DISCOVERY_SECONDS] = { "weft_discovery_seconds", "How long the last pass took to read a cluster.", false },
    [METRIC_API_ERRORS] = { "weft_last_pass_api_errors", "Requests to API servers that failed for good; code 0 is no answer.", true },
    [METRIC_STATUS_POSTS] = { "weft_last_pass_status_posts", "What became of the statuses of virtual meshes.", true },
};
/* clang-format on */
static_assert(LENGTH(families) == METRIC_COUNT, "every metric has its family");

struct sample {
    const char *labels; /* "{a=\"b\"}", or "" */
    double value;
    struct sample *next;
};

struct metrics {
    struct arena *arena;
    struct sample *first[METRIC_COUNT], *last[METRIC_COUNT];
    struct map *known[METRIC_COUNT]; /* samples by their labels */
    bool kept[METRIC_COUNT];
};

struct metrics *metrics_new(struct arena *arena)
{
    struct metrics *metrics = ARENA_NEW(arena, struct metrics, 1);

    metrics->arena = arena;
    for (size_t i = 0; i < METRIC_COUNT; i++)
        metrics->known[i] = map_new(arena);
    return metrics;
}

static void add_value(struct text *out, const char *value)
{
    for (; *value; value++)
        if (*value == '\n')
            text_adds(out, "\\n");
        else if (*value == '"' || *value == '\\')
            text_addf(out, "\\%c", *value);
        else
            text_addc(out, *value);
}

static const char *label_text(struct arena *arena, va_list args)
{
    AUTO_TEXT out = { 0 };
    const char *name;

    text_adds(&out, "");
    while ((name = va_arg(args, const char *))) {
        text_addf(&out, "%s%s=\"", out.len ? "," : "{", name);
        add_value(&out, va_arg(args, const char *));
        text_addc(&out, '"');
    }
    if (out.len)
        text_addc(&out, '}');
    return arena_text(arena, out.bytes);
}

/* A Pushgateway refuses everything when one sample comes twice. */
static bool joins(struct metrics *metrics, enum metric metric, const char *labels, double value)
{
    struct sample *same = map_find(metrics->known[metric], labels);

    if (!same)
        return false;
    if (families[metric].sums)
        same->value += value;
    else
        same->value = value;
    return true;
}

static void append(struct metrics *metrics, enum metric metric, const char *labels, double value)
{
    struct sample *sample = ARENA_NEW(metrics->arena, struct sample, 1);

    *sample = (struct sample){ .labels = labels, .value = value };
    map_put(metrics->known[metric], labels, sample);
    if (metrics->last[metric])
        metrics->last[metric]->next = sample;
    else
        metrics->first[metric] = sample;
    metrics->last[metric] = sample;
}

void metrics_set(struct metrics *metrics, enum metric metric, double value, ...)
{
    const char *labels;
    va_list args;

    va_start(args, value);
    labels = label_text(metrics->arena, args);
    va_end(args);
    if (!joins(metrics, metric, labels, value))
        append(metrics, metric, labels, value);
}

/* Whole numbers without a point: times stay readable. */
static void add_number(struct text *out, double value)
{
    if (isfinite(value) && fabs(value) < 1e15 && value == (double)(int64_t)value)
        text_addf(out, "%" PRId64, (int64_t)value);
    else if (isfinite(value))
        text_addf(out, "%.6g", value);
    else
        text_adds(out, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
}

void metrics_keep(struct metrics *metrics, enum metric metric) { metrics->kept[metric] = true; }

/* Nothing is known of it now. */
static bool stays(const struct metrics *metrics, size_t metric)
{
    return metrics->kept[metric] && !metrics->first[metric];
}

static bool any_stays(const struct metrics *metrics)
{
    bool out = false;

    for (size_t i = 0; i < METRIC_COUNT; i++)
        out |= stays(metrics, i);
    return out;
}

static bool is_of(const char *line, const char *name)
{
    const size_t len = strlen(name);

    if (text_starts(line, "# HELP ") || text_starts(line, "# TYPE "))
        line += strlen("# HELP ");
    return strncmp(line, name, len) == 0 && (line[len] == ' ' || line[len] == '{');
}

/* The family's lines of a text that was written before. */
static void copy_family(struct text *out, const struct family *family, const char *before)
{
    while (before && *before) {
        size_t len = strcspn(before, "\n");

        if (is_of(before, family->name)) {
            text_add(out, before, len);
            text_addc(out, '\n');
        }
        before += len + (before[len] == '\n');
    }
}

static void write_family(struct text *out, const struct family *family, const struct sample *sample)
{
    if (sample)
        text_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", family->name, family->help, family->name);
    for (; sample; sample = sample->next) {
        text_addf(out, "%s%s ", family->name, sample->labels);
        add_number(out, sample->value);
        text_addc(out, '\n');
    }
}

void metrics_write(struct text *out, const struct metrics *metrics, const char *before)
{
    for (size_t i = 0; i < METRIC_COUNT; i++)
        if (stays(metrics, i))
            copy_family(out, &families[i], before);
        else
            write_family(out, &families[i], metrics->first[i]);
}

/* http://user:password@host: the password would travel in the clear. */
static bool shows_password(const char *url)
{
    const char *host = text_starts(url, "http://") ? url + strlen("http://") : NULL;

    return host && memchr(host, '@', strcspn(host, "/?#")) != NULL;
}

int metrics_push(struct http *http, const char *url, const char *instance,
                 const struct metrics *metrics, struct arena *arena, struct err *err)
{
    static const char *const headers[] = { "Content-Type: text/plain; version=0.0.4", NULL };
    struct http_request request = { .method = any_stays(metrics) ? "POST" : "PUT",
                                    .headers = headers,
                                    .plain_http = true };
    struct http_response response;
    AUTO_TEXT body = { 0 };

    if (shows_password(url))
        return err_set(err, ERR_REFUSED, 0,
                       "push metrics: metrics.pushgateway has a user or password and is not "
                       "encrypted, so it can be read on the way: give an https:// address");
    metrics_write(&body, metrics, NULL);
    request.url = arena_printf(arena, "%s/metrics/job/weft/instance/%s", url,
                               http_url_escape(instance, arena));
    request.body = body.bytes ? body.bytes : "";
    request.body_len = body.len;
    if (http_do(http, &response, &request, arena, err) < 0)
        return err_wrap(err, "push metrics");
    if (response.status / 100 != 2)
        return err_set(err, ERR_HTTP, response.status, "push metrics: HTTP %d: %.200s",
                       response.status, response.body ? response.body : "");
    return 0;
}
