/* app/pass/losses.h - what a change of the output branch removes that users rely on: the last
 * AuthorizationPolicy of a Service, all exports of a namespace. */
#ifndef WEFT_APP_PASS_LOSSES_H
#define WEFT_APP_PASS_LOSSES_H

#include "api/specs.h"
#include "base/map.h"
#include "report/report.h"

/* Passes contents on and keeps those that hold AuthorizationPolicies, for losses_find. */
struct policy_texts {
    struct blobs to;
    struct map *by_id; /* hex id to text */
    struct arena *arena;
};
struct blobs policy_texts_sink(struct policy_texts *texts);

struct losses {
    struct report_loss *items; /* in the order of the changes */
    size_t count, unmeant;
};

struct loss_facts {
    const struct specs *specs;
    const struct tree_reader *tip;    /* the branch before the change */
    struct filetree *tree;            /* and after it */
    const struct policy_texts *texts; /* of the tree */
};

/* A loss is intended when an object that it followed from is gone from the specs: the Service's
 * Destination, every AccessPolicy that allowed something there, the VirtualMesh that exported, its
 * federation, its mesh in that cluster, or all Destinations of the namespace there.  A policy or a
 * federation that is still there and selects nothing any more does not show that. */
MUST_USE int losses_find(struct losses *out, const struct loss_facts *facts,
                         const struct change *changes, size_t count, struct arena *arena,
                         struct err *err);

#endif
