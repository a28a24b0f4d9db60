/* report/summary.h - what a change of the output branch amounts to: counts by cluster and kind. */
#ifndef WEFT_REPORT_SUMMARY_H
#define WEFT_REPORT_SUMMARY_H

#include "sync/publish.h"

struct summary_row {
    const char *cluster; /* "" for weft's own records */
    const char *kind; /* the layer: "mesh", "exports", "imports", "policies", "trust", "records" */
    size_t added, changed, removed;
};

struct summary {
    struct summary_row *rows; /* sorted by cluster, kind */
    size_t count;
    size_t added, changed, removed, clusters;
};

/* Of changes in path order; in the arena. */
struct summary summary_of(const struct change *changes, size_t count, struct arena *arena);

#endif
