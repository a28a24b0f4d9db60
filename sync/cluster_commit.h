/* sync/cluster_commit.h - a commit on the branch of one cluster: the folder of that cluster as a
 * commit of the output branch has it, at the same path, and nothing else. */
#ifndef WEFT_SYNC_CLUSTER_COMMIT_H
#define WEFT_SYNC_CLUSTER_COMMIT_H

#include "sync/split.h"

/* What such a commit says of itself: the commit of the output branch that it was split from, and
 * the cluster. */
#define TRAILER_OUTPUT_COMMIT "Weft-Output-Commit"
#define TRAILER_CLUSTER "Weft-Cluster"

/* The tree of a branch that holds one folder: path from the root, and its tree. NULL: the empty
 * tree, of a cluster that left. */
struct git_id cluster_commit_tree(const struct split_cluster *cluster);

/* Commits of an output branch up to a tip, and what they were split into; each is read once. */
struct cluster_source;
struct cluster_source *cluster_source_new(struct clone *clone, const char *tip, const char *folder,
                                          struct arena *arena);
/* The split of the tip itself. */
MUST_USE int cluster_source_split(const struct split **out, struct cluster_source *source,
                                  struct err *err);

enum cluster_claim {
    CLUSTER_CLAIM_NONE,  /* it does not say that it is of that cluster */
    CLUSTER_CLAIM_FALSE, /* it does, and its tree is another one, or the commit that it names is not
                            of the output branch */
    CLUSTER_CLAIM_TRUE
};
/* Whether a commit is what it says: *out, and the commit that it names ("" with
 * CLUSTER_CLAIM_NONE). */
struct cluster_claimed {
    enum cluster_claim claim;
    char source[41];
    struct git_id tree; /* of the commit that was looked at */
};
MUST_USE int cluster_commit_claim(struct cluster_claimed *out, struct cluster_source *source,
                                  const char *commit, const char *cluster, struct err *err);

#endif
