/* sync/split.h - a commit of the output branch taken apart by cluster: what each of them applies.
 * Reads, and changes nothing. */
#ifndef WEFT_SYNC_SPLIT_H
#define WEFT_SYNC_SPLIT_H

#include "sync/snapshot.h"

/* One folder below "clusters": manifests, deliveries, and what others keep there. */
struct split_cluster {
    const char *name;   /* of the KubernetesCluster: a DNS subdomain */
    const char *folder; /* from the root of the repository: "mesh/clusters/east" */
    struct git_id tree; /* of that folder */
};
struct split {
    struct split_cluster *clusters; /* by name, in the order of its bytes */
    size_t count;
};

/* The clusters of a commit; folder is output.path ("" = the root).  Records, receipts, files beside
 * the folders of clusters, and folders that no KubernetesCluster could be named after are in none
 * of them.   -1: its trees cannot be read, or there are more than
 * SPLIT_MAX. */
enum { SPLIT_MAX = 10000 };
MUST_USE int split_read(struct split *out, struct snapshot *snapshot, const char *folder,
                        struct arena *arena, struct err *err);
const struct split_cluster *split_find(const struct split *split,
                                       const char *name); /* NULL: absent */

#endif
