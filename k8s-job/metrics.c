/* metrics.c - the families and their text.  Knows nothing of passes. */
#include "k8s-job/metrics.h"

#include "base/map.h"
#include "k8s-job/kube.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

struct family {
    const char *name, *type, *help;
};

/* clang-format off */
static const struct family families[] = {
    [METRIC_BUILD_INFO] = { "weft_build_info", "gauge", "The version of weft." },
    [METRIC_LAST_PASS] = { "weft_last_pass_timestamp_seconds", "gauge", "When the last pass ended, by its result." },
    [METRIC_LAST_SUCCESS] = { "weft_last_success_timestamp_seconds", "gauge", "When a pass last converged." },
    [METRIC_STAGE_SECONDS] = { "weft_stage_duration_seconds", "gauge", "How long each stage of the last pass took." },
    [METRIC_COMMITS] = { "weft_commits_total", "counter", "Commits that this pass pushed." },
    [METRIC_FILES] = { "weft_files_total", "counter", "Files of the output branch that this pass changed." },
    [METRIC_SPECS_REFUSED] = { "weft_specs_refused", "gauge", "Objects in the specs repository that cannot be used." },
    [METRIC_VIRTUAL_MESHES] = { "weft_virtual_meshes", "gauge", "Virtual meshes by state." },
    [METRIC_ROTATION_STEP] = { "weft_rotation_step", "gauge", "Step of the root rotation, 0 to 3." },
    [METRIC_ROTATION_SINCE] = { "weft_rotation_entered_timestamp_seconds", "gauge", "When the rotation entered its state." },
    [METRIC_NOT_AFTER] = { "weft_certificate_not_after_timestamp_seconds", "gauge", "When a root or intermediate expires." },
    [METRIC_EVIDENCE_AT] = { "weft_cluster_evidence_timestamp_seconds", "gauge", "When a cluster was last heard of." },
    [METRIC_CLUSTER_REACHABLE] = { "weft_cluster_reachable", "gauge", "1 when the cluster answered in this pass." },
    [METRIC_API_ERRORS] = { "weft_api_errors_total", "counter", "Requests to API servers that failed for good; code 0 is no answer." },
    [METRIC_STATUS_POSTS] = { "weft_status_posts_total", "counter", "What became of the statuses of virtual meshes." },
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
    if (strcmp(families[metric].type, "counter") == 0)
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
    if (isfinite(value) && value == floor(value) && fabs(value) < 1e15)
        text_addf(out, "%" PRId64, (int64_t)value);
    else if (isfinite(value))
        text_addf(out, "%.6g", value);
    else
        text_adds(out, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
}

void metrics_write(struct text *out, const struct metrics *metrics)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const struct family *family = &families[i];

        if (!metrics->first[i])
            continue;
        text_addf(out, "# HELP %s %s\n# TYPE %s %s\n", family->name, family->help, family->name,
                  family->type);
        for (const struct sample *sample = metrics->first[i]; sample; sample = sample->next) {
            text_addf(out, "%s%s ", family->name, sample->labels);
            add_number(out, sample->value);
            text_addc(out, '\n');
        }
    }
}

int metrics_push(struct http *http, const char *url, const char *instance,
                 const struct metrics *metrics, struct arena *arena, struct err *err)
{
    static const char *const headers[] = { "Content-Type: text/plain; version=0.0.4", NULL };
    struct http_request request = { .method = "PUT", .headers = headers, .plain_http = true };
    struct http_response response;
    AUTO_TEXT body = { 0 };

    metrics_write(&body, metrics);
    request.url =
        arena_printf(arena, "%s/metrics/job/weft/instance/%s", url, kube_escape(instance, arena));
    request.body = body.bytes ? body.bytes : "";
    request.body_len = body.len;
    if (http_do(http, &response, &request, arena, err) < 0)
        return err_wrap(err, "push metrics");
    if (response.status / 100 != 2)
        return err_set(err, ERR_HTTP, response.status, "push metrics to %s: HTTP %d: %.200s", url,
                       response.status, response.body ? response.body : "");
    return 0;
}
