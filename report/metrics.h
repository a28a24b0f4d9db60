/* report/metrics.h - what a pass did, in Prometheus' text form: to a file, or pushed.
 * docs/kubernetes.md */
#ifndef WEFT_REPORT_METRICS_H
#define WEFT_REPORT_METRICS_H

#include "base/arena.h"
#include "base/http.h"

/* Each has its name, type and help in metrics.c; the labels that it takes are listed here.  All are
 * gauges: no process lives long enough to count. */
enum metric {
    METRIC_BUILD_INFO,         /* version: always 1 */
    METRIC_LAST_PASS,          /* result: when the pass ended, seconds since 1970 */
    METRIC_LAST_SUCCESS,       /* when a pass last converged */
    METRIC_STAGE_SECONDS,      /* stage */
    METRIC_COMMITS,            /* commits pushed */
    METRIC_FILES,              /* change: added, changed, removed */
    METRIC_PROPOSAL_SINCE,     /* branch, url: when what waits for a pull request was proposed */
    METRIC_SPECS_REFUSED,      /* kind */
    METRIC_FINDINGS,           /* severity: error, warning */
    METRIC_VIRTUAL_MESHES,     /* state */
    METRIC_ROTATION_STEP,      /* virtual_mesh, state: 0 to 3 */
    METRIC_ROTATION_SINCE,     /* virtual_mesh: when it entered its state */
    METRIC_NOT_AFTER,          /* virtual_mesh, mesh ("" for a root), kind, fingerprint: its end */
    METRIC_RENEWAL,            /* the same: when weft renews it */
    METRIC_EVIDENCE_AT,        /* cluster: when it answered, if it did */
    METRIC_CLUSTER_REACHABLE,  /* cluster: 1, 0 */
    METRIC_CLUSTER_REFUSES,    /* cluster: 1, 0 */
    METRIC_INVENTORY_AT,       /* cluster: when discovery last read it as a whole, if it did */
    METRIC_INVENTORY_COMPLETE, /* cluster: 1, 0 */
    METRIC_INVENTORY_STALE,    /* cluster: 1, 0 */
    METRIC_INVENTORY_OBJECTS,  /* cluster, kind */
    METRIC_INVENTORY_HELD,     /* cluster: removals that wait for consent */
    METRIC_DISCOVERY_SECONDS,  /* cluster: how long it took to read it */
    METRIC_API_ERRORS,         /* server, code ("0" = no answer) */
    METRIC_STATUS_POSTS,       /* result: as post_results */
    METRIC_COUNT
};

struct metrics;
struct metrics *metrics_new(struct arena *arena);
/* labels: name, value, name, value, ..., NULL; names as above.  Values may hold any bytes.  The
 * same labels again: numbers of things add up, of all others the last one counts. */
void metrics_set(struct metrics *metrics, enum metric metric, double value, ...)
    __attribute__((sentinel));
/* This pass cannot know it: unless it gets a sample after all, the former value stays. */
void metrics_keep(struct metrics *metrics, enum metric metric);
/* Families in the order of the enum, samples in the order they came; the same input gives the same
 * bytes.  before: the text that is replaced, from which families that are kept are taken; NULL:
 * there is none. */
void metrics_write(struct text *out, const struct metrics *metrics, const char *before);

/* To a Pushgateway: url is its base, "http://pushgateway:9091"; the group is job "weft" and this
 * instance.  PUT replaces the group; while something is kept, POST replaces family by family.  A
 * URL with a password over http:// is refused (ERR_REFUSED): nothing is sent. */
MUST_USE int metrics_push(struct http *http, const char *url, const char *instance,
                          const struct metrics *metrics, struct arena *arena, struct err *err);

#endif
