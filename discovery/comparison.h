/* discovery/comparison.h - objects that were found beside those that are written, one thing of a
 * cluster at a time.  docs/discovery.md */
#ifndef WEFT_DISCOVERY_COMPARISON_H
#define WEFT_DISCOVERY_COMPARISON_H

#include "api/object_kind.h"
#include "api/specs.h"

enum comparison_outcome {
    COMPARISON_EQUAL,
    COMPARISON_DIFFERENT,
    COMPARISON_FOUND,    /* nothing is written about it */
    COMPARISON_WRITTEN,  /* the cluster has no such thing */
    COMPARISON_EXCLUDED, /* the specs exclude it */
    COMPARISON_REFUSED,  /* what is written has mistakes */
    COMPARISON_COUNT
};
extern const struct enum_table comparison_outcomes; /* "equal", "different", ... */

struct comparison_field {
    const char *path;            /* "spec.kubeService.ports" */
    const char *written, *found; /* JSON; of a list what only one of the two has; "": nothing */
};

struct comparison_item {
    enum object_kind kind;
    struct cluster_ref thing;         /* claim_thing: what both describe */
    struct object_ref written, found; /* their names; "": there is none */
    struct place place;               /* of the written one */
    enum comparison_outcome outcome;
    const struct comparison_field *fields;
    size_t field_count;
};

/* Sorted by cluster, kind, namespace, name. */
struct comparison {
    struct comparison_item *items;
    size_t count;
    size_t totals[COMPARISON_COUNT];
};

/* Whether one of the two must change for them to be equal. */
bool comparison_differs(const struct comparison *comparison);

/* Compares by what objects describe, never by their names, but for a Mesh: VirtualMeshes list its
 * name.  Fields count as they are decoded, so a default may be written or not, and the order of a
 * list does not matter.  A written object with ANNOTATION_MERGE is compared as it counts, completed
 * by what was found.  Annotations that translation does not read are not compared, and neither are
 * Destinations that describe no Service.  clusters: those of which found is the whole; objects of
 * others are left out.  Everything lives in arena, or in what the two point to. */
void comparison_make(struct comparison *out, const struct specs *written, const struct specs *found,
                     const char *const *clusters, size_t cluster_count, struct arena *arena);

#endif
