/* k8s-job/restart/decide.h - what may be restarted now, from what is known.  Only for restart*.c
 * and their tests. */
#ifndef WEFT_K8S_JOB_RESTART_DECIDE_H
#define WEFT_K8S_JOB_RESTART_DECIDE_H

#include "k8s-job/restart/rollout.h"
#include "k8s-job/restart/step.h"

enum restart_rank { RESTART_RANK_ISTIOD, RESTART_RANK_GATEWAY, RESTART_RANK_WORKLOAD };

/* One workload.  Sorted by rank, namespace, kind, name. */
struct restart_item {
    enum restart_rank rank;
    const char *kind, *namespace, *name;
    bool found;          /* it exists; the rest counts for nothing otherwise */
    const char *refused; /* why it could not be read or patched, for people; NULL: it could */
    bool later;          /* the next pass looks at it again; live.progress says why */
    bool recorded, recorded_settled; /* by the state, for this epoch */
    int64_t recorded_at;
    struct restart_live live;
};

/* What follows from one item alone. */
enum restart_state {
    RESTART_STATE_GONE,
    RESTART_STATE_DONE,    /* restarted for this epoch, and rolled out */
    RESTART_STATE_RUNNING, /* restarted, not rolled out yet */
    RESTART_STATE_FAILED,  /* restarted, and it does not get there */
    RESTART_STATE_LEFT,    /* a person has to do something */
    RESTART_STATE_BUSY,  /* not restarted, and not whole: somebody else's rollout, or pods that fail
                          */
    RESTART_STATE_READY, /* may be restarted */
    RESTART_STATE_COUNT
};

struct restart_facts {
    const char *epoch;
    int64_t now, deadline_s;
    size_t batch;
    bool delivered, control_plane;
    const char *namespace; /* of istiod */
    bool looked;           /* workloads and roots were read, not only istiods */
    size_t ahead;          /* workloads, when they were not */
    struct restart_item *items;
    size_t count;
    const char *const
        *lagging; /* namespaces with live workloads, whose roots are not the wanted ones */
    size_t lagging_count;
    bool roots_known; /* which ones are wanted */
    bool roots_seen;  /* the wanted ones are in some namespace, so istiod did load them */
    const char *turn; /* cluster of the fleet that restarts its gateways first; NULL: none does */
    bool turn_silent; /* nobody knows how far it is */
};

struct restart_decision {
    enum restart_stage stage;
    bool look;     /* istiods are done: read the workloads, and decide again */
    size_t *picks; /* items to restart now */
    size_t pick_count;
    bool finished, failed;
    size_t running; /* gateways and workloads on their way */
    size_t restarted, total, left;
};

/* The rules that step.h promises.  Pure; what it returns is in the arena. */
struct restart_decision restart_decide(const struct restart_facts *facts, struct arena *arena);
enum restart_state restart_state(const struct restart_item *item,
                                 const struct restart_facts *facts);
bool restart_issued(const struct restart_item *item, const char *epoch);
int64_t restart_at(const struct restart_item *item, const char *epoch); /* 0: nobody knows */
int restart_item_compare(const void *a, const void *b);                 /* qsort */

size_t restart_count(const struct restart_facts *facts, enum restart_rank rank,
                     enum restart_state state);
size_t restart_count_live(const struct restart_facts *facts, enum restart_rank rank);

#endif
