/* sync/cluster_branch.h - beside the output branch one branch for each cluster, which holds only
 * what that cluster applies: never forced, never over the work of others. */
#ifndef WEFT_SYNC_CLUSTER_BRANCH_H
#define WEFT_SYNC_CLUSTER_BRANCH_H

#include "base/enums.h"
#include "sync/cluster_commit.h"

enum cluster_branch_state {
    CLUSTER_BRANCH_CURRENT, /* it holds what the commit has for the cluster */
    CLUSTER_BRANCH_PUSHED,  /* the same, since now */
    CLUSTER_BRANCH_FOREIGN, /* others changed files there: it was left alone */
    CLUSTER_BRANCH_REFUSED, /* the server refused, or Git has no such name */
    CLUSTER_BRANCH_BEHIND,  /* other writers were faster in each try */
};
extern const struct enum_table cluster_branch_states;

struct cluster_branch {
    const char *cluster, *name;
    char commit[41]; /* what it is now; "": it does not exist */
    enum cluster_branch_state state;
    const char *why;  /* it does not hold what it should: in words; else "" */
    const char *over; /* the commit of others that the push replaced files of; else "" */
    bool left; /* the commit has no folder for the cluster: the branch is empty, or would be */
};

struct cluster_branch_request {
    const char *commit;  /* of the output branch, here in the clone */
    const char *branch;  /* the output branch */
    const char *pattern; /* of the branches (sync/branch_pattern.h) */
    const char *folder;  /* output.path */
    const char *author_name, *author_email;
    /* As in publish_request. */
    int (*sign)(void *context, struct text *out, const char *bytes, size_t len, struct err *err);
    void *context;
    bool overwrite_drift; /* set files that others changed there to what they should be */
    bool metadata;        /* with CLUSTER_METADATA at the root */
    bool dry_run;         /* push nothing: what differs is CLUSTER_BRANCH_BEHIND */
};

struct cluster_branches {
    struct cluster_branch *items; /* by the cluster's name */
    size_t count;
    bool known;      /* items are; else nothing is current */
    bool superseded; /* the output branch has moved on: nothing more was pushed */
    char digest[65]; /* where all of them are now (sync/branch_digest.h) */
};

/* Points of base/fault.h on the way: git.split, then those of a push.
 *
 * Each branch whose files differ from the commit's gets one commit on top of what it has; where
 * nothing differs there is none.  The commit depends on its parent and the commit of the output
 * branch alone.  The branch of a cluster that the commit has no folder for is emptied, never
 * deleted, and only when weft filled it.  What others did to a branch stays, and its state
 * says so; the other branches are pushed all the same.  -1: nothing can be said of them. */
MUST_USE int cluster_branch_publish(struct cluster_branches *out, struct clone *clone,
                                    const struct cluster_branch_request *request,
                                    struct arena *arena, struct err *err);
/* The branch of a cluster holds what the commit has for it, which may be nothing. */
bool cluster_branch_is_current(const struct cluster_branches *branches, const char *cluster);

#endif
