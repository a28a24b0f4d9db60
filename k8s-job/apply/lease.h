/* k8s-job/apply/lease.h - one pass at a time for one output branch, across pods and clusters'
 * nodes. docs/kubernetes.md A lease is no fence: Git's compare-and-swap and resourceVersions are;
 * it saves the work of a second pass.  Kubernetes API: coordination.k8s.io/v1 Lease. */
#ifndef WEFT_K8S_JOB_APPLY_LEASE_H
#define WEFT_K8S_JOB_APPLY_LEASE_H

#include "k8s-job/client/kube.h"

enum {
    LEASE_DURATION_S =
        1200, /* longer than a pass may live: activeDeadlineSeconds, grace and some more */
    LEASE_MARGIN_S = 10 /* for clocks and delays */
};

struct lease_claim {
    const char *namespace; /* of the Lease, and of the pods that may hold it */
    const char *name;      /* lease_name */
    const char *holder;    /* "<pod>/<pod uid>" of a pod of that very cluster and namespace, whose
                              end others look up there; else any name without "/" that no other
                              pass has at the same time */
    int duration_s;        /* 0: LEASE_DURATION_S */
    int64_t now;           /* for servers that send no Date header */
};

/* A lease that is held.  Texts live in the arena given to lease_take. */
struct lease {
    struct kube *kube;
    struct lease_claim claim;
    const char *path;
    const struct node *object; /* as the server last had it */
    int64_t renewed_ms;        /* monotonic */
    int64_t transitions;       /* grows with each change of holder: part of the fencing token */
    struct arena *arena;
};

/* "weft-<16 hex digits>" of the repository and branch that are protected. */
const char *lease_name(const char *repository, const char *branch, struct arena *arena);
/* 1: held by us; 0: held by another, and err names the holder; -1: the Lease could not be read or
 * written. */
MUST_USE int lease_take(struct lease *out, struct kube *kube, const struct lease_claim *claim,
                        struct arena *arena, struct err *err);
/* Before every step that cannot be undone: renews when a third of the duration is over.  -1: it is
 * lost, stop now. */
MUST_USE int lease_renew(struct lease *lease, struct err *err);
/* Frees it for the next pass.  A failure is no harm: it expires. */
MUST_USE int lease_release(struct lease *lease, struct err *err);

/* The pure parts. */
enum lease_state { LEASE_FREE, LEASE_OURS, LEASE_EXPIRED, LEASE_TAKEN };
enum lease_state lease_look(const struct node *live, const char *holder, int64_t server_time);
/* The object to write: live (NULL: none yet) taken by holder at now; holder "" releases it. */
struct node *lease_object(const struct node *live, const struct lease_claim *claim,
                          const char *holder, int64_t now, struct arena *arena);
/* "2026-11-23T11:00:00.000000Z": Kubernetes' MicroTime wants exactly six digits. */
const char *lease_micro_time(int64_t seconds, struct arena *arena);

#endif
