/* sync/cluster_commit.h - a commit on the branch of one cluster: the folder of that cluster as a
 * commit of the output branch has it, at the same path, and nothing else. */
#ifndef WEFT_SYNC_CLUSTER_COMMIT_H
#define WEFT_SYNC_CLUSTER_COMMIT_H

#include "sync/split.h"

struct objects;

/* What such a commit says of itself: the commit of the output branch that it was split from, and
 * the cluster. */
#define TRAILER_OUTPUT_COMMIT "Weft-Output-Commit"
#define TRAILER_CLUSTER "Weft-Cluster"

/* The file at the root of such a branch that tells promoters which specs commit it was rendered
 * from, as Argo CD's source hydrator writes it: JSON with drySha and repoURL. */
#define CLUSTER_METADATA "hydrator.metadata"

/* The tree of a branch that holds the folder of a cluster, and that file unless metadata (its blob)
 * is NULL.  cluster NULL: the empty tree, of one that left.  Trees that are new go to objects, and
 * are wanted there, unless it is NULL. */
MUST_USE int cluster_commit_write(struct git_id *tree, const struct split_cluster *cluster,
                                  const struct git_id *metadata, struct objects *objects,
                                  struct err *err);

/* Commits of an output branch up to a tip, and what they were split into; each is read once. */
struct cluster_source;
struct cluster_source *cluster_source_new(struct clone *clone, const char *tip, const char *folder,
                                          struct arena *arena);
/* The bytes of CLUSTER_METADATA for the tip; NULL: no commit of weft is at or below it. */
MUST_USE int cluster_source_metadata(const char **out, struct cluster_source *source,
                                     struct err *err);
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
    struct git_id tree;   /* of the commit that was looked at */
    bool has_folder;      /* with CLUSTER_CLAIM_TRUE: it holds the folder of the cluster, */
    struct git_id folder; /* and its tree */
};
/* The claim is true, and the folder is this one (NULL: there is none). */
bool cluster_commit_holds(const struct cluster_claimed *claimed,
                          const struct split_cluster *cluster);
MUST_USE int cluster_commit_claim(struct cluster_claimed *out, struct cluster_source *source,
                                  const char *commit, const char *cluster, struct err *err);
/* The same of the newest commit whose claim is true, from this one up its first parents.  1: out;
 * 0: there is none among 1,000. */
MUST_USE int cluster_commit_newest(struct cluster_claimed *out, struct cluster_source *source,
                                   const char *commit, const char *cluster, struct err *err);

#endif
