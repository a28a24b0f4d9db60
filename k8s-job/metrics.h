/* k8s-job/metrics.h - what a pass did, in Prometheus' text form: to a file, or pushed.
 * docs/kubernetes.md */
#ifndef WEFT_KUBE_METRICS_H
#define WEFT_KUBE_METRICS_H

#include "base/arena.h"
#include "base/http.h"

/* Each has its name, type and help in metrics.c; the labels that it takes stand here. */
enum metric {
    METRIC_BUILD_INFO,     /* version: always 1 */
    METRIC_LAST_PASS,      /* result: when the pass ended, seconds since 1970 */
    METRIC_LAST_SUCCESS,   /* when a pass last converged */
    METRIC_STAGE_SECONDS,  /* stage */
    METRIC_COMMITS,        /* commits pushed */
    METRIC_FILES,          /* change: added, changed, removed */
    METRIC_SPECS_REFUSED,  /* kind */
    METRIC_VIRTUAL_MESHES, /* state */
    METRIC_ROTATION_STEP,  /* virtual_mesh, state: 0 to 3 */
    METRIC_ROTATION_SINCE, /* virtual_mesh: when it entered its state */
    METRIC_NOT_AFTER,   /* virtual_mesh, mesh ("" for a root), kind, fingerprint: when it expires */
    METRIC_EVIDENCE_AT, /* cluster: when it was last heard of */
    METRIC_CLUSTER_REACHABLE, /* cluster: 1, 0 */
    METRIC_API_ERRORS,        /* server, code ("0" = no answer) */
    METRIC_STATUS_POSTS,      /* result: as post_results */
    METRIC_COUNT
};

struct metrics;
struct metrics *metrics_new(struct arena *arena);
/* labels: name, value, name, value, ..., NULL; names as above.  Values may hold any bytes.  The
 * same labels again: counters add up, of gauges the last one counts. */
void metrics_set(struct metrics *metrics, enum metric metric, double value, ...)
    __attribute__((sentinel));
/* Families in the order of the enum, samples in the order they came; the same input gives the same
 * bytes. */
void metrics_write(struct text *out, const struct metrics *metrics);

/* PUT to a Pushgateway: url is its base, "http://pushgateway:9091"; the group is job "weft" and
 * this instance. */
MUST_USE int metrics_push(struct http *http, const char *url, const char *instance,
                          const struct metrics *metrics, struct arena *arena, struct err *err);

#endif
