/* k8s-job/restart/decide.h - what may be restarted now.  Pure.  Private to k8s-job/restart/ and its
 * tests. */
#ifndef WEFT_K8S_JOB_RESTART_DECIDE_H
#define WEFT_K8S_JOB_RESTART_DECIDE_H

#include "k8s-job/restart/rollout.h"
#include "k8s-job/restart/step.h"

enum restart_rank { RESTART_RANK_ISTIOD, RESTART_RANK_GATEWAY, RESTART_RANK_WORKLOAD };

/* One workload.  Sorted by rank, namespace, kind, name. */
struct restart_item {
    enum restart_rank rank;
    const char *kind, *namespace, *name;
    bool found;          /* it exists; otherwise nothing below is valid */
    const char *refused; /* why it could not be read or patched, for people; NULL: it could */
    bool deferred;       /* left to the next pass; live.progress says why */
    bool recorded, recorded_settled; /* in the state file, for this epoch */
    int64_t recorded_at;             /* seconds since 1970 */
    struct restart_live live;
};

/* What one item alone allows. */
enum restart_state {
    RESTART_STATE_GONE,
    RESTART_STATE_DONE,    /* restarted for this epoch, and rolled out */
    RESTART_STATE_RUNNING, /* restarted, not rolled out yet */
    RESTART_STATE_FAILED,  /* restarted, and the rollout does not complete */
    RESTART_STATE_LEFT,    /* an operator has to act */
    RESTART_STATE_BUSY,    /* not restarted and not complete: another rollout, or failing pods */
    RESTART_STATE_READY,   /* may be restarted */
    RESTART_STATE_COUNT
};

struct restart_facts {
    const char *epoch;
    int64_t now, deadline_s;
    size_t batch;
    bool delivered, control_plane;
    const char *namespace; /* of istiod */
    bool workloads_read;   /* not only istiods */
    size_t unread_count;   /* workloads, when they were not read */
    struct restart_item *items;
    size_t count;
    const char *const *stale_namespaces; /* with live workloads, without the desired roots */
    size_t stale_count;
    const char *roots_source; /* "ClusterTrustBundle x": where they are published; NULL:
                                 istio-ca-root-cert */
    bool roots_known;         /* which ones are desired */
    bool roots_seen;          /* some namespace has the desired ones, so istiod has loaded them */
    const char *before;       /* the cluster that must finish its gateways first; NULL: none */
    bool before_unreachable;  /* the progress of that cluster is not known */
};

struct restart_decision {
    enum restart_stage stage;
    bool read_workloads; /* istiods are done: read the workloads, then decide again */
    size_t *picks;       /* indexes of items to restart now */
    size_t pick_count;
    bool finished, failed;
    size_t running; /* gateways and workloads whose restart is not rolled out */
    size_t restarted, total, left;
};

/* The decision by the rules that step.h promises.  Pure; picks are in the arena. */
struct restart_decision restart_decide(const struct restart_facts *facts, struct arena *arena);
/* The state of one item of facts.  Pure. */
enum restart_state restart_state(const struct restart_item *item,
                                 const struct restart_facts *facts);
/* A restart for this epoch was issued, by the state file or the pod template. */
bool restart_issued(const struct restart_item *item, const char *epoch);
/* When it was issued, in seconds since 1970; 0: not known. */
int64_t restart_at(const struct restart_item *item, const char *epoch);
int restart_item_compare(const void *a, const void *b); /* for qsort */

/* How many items of the rank are in the state; how many exist. */
size_t restart_count(const struct restart_facts *facts, enum restart_rank rank,
                     enum restart_state state);
size_t restart_count_live(const struct restart_facts *facts, enum restart_rank rank);

#endif
