/* k8s-job/restart/advice.h - what an operator must restart after an issue when weft does not
 * restart it (K6 of k8s-job/messages.h).  Pure. */
#ifndef WEFT_K8S_JOB_RESTART_ADVICE_H
#define WEFT_K8S_JOB_RESTART_ADVICE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kind at the end of the name of a discovered Workload object ("web-shop-east-deployment");
 * NULL: the name ends with none. */
const char *restart_kind(const char *workload);

/* Without autoRestartPods: what one issue means for the istiod of one cluster. */
struct restart_istiod {
    const char *cluster;
    const char *version; /* of istiod, "1.27.1"; "" or NULL: not known */
    bool vault;          /* an agent beside istiod reloads, so no restart is needed */
    bool first;          /* its first cacerts: until now istiod signed with a CA of its own */
    bool bundle;         /* the roots change */
    bool swapped;      /* they change, and neither bundle holds all of the other (strategy NONE) */
    bool intermediate; /* the intermediate changes */
    bool known;        /* istiod was observed, so multi_root is valid */
    bool multi_root;   /* it runs with ISTIO_MULTIROOT_MESH=true */
};

enum restart_reason {
    RESTART_REASON_NONE, /* istiod reloads, leaves renew */
    RESTART_REASON_FIRST,
    RESTART_REASON_SWAPPED,
    RESTART_REASON_SINGLE_ROOT,
    RESTART_REASON_OLD_ISTIOD,  /* before 1.18 it reloads nothing, before 1.20 no roots */
    RESTART_REASON_NOT_OBSERVED /* weft does not know whether it takes several roots */
};
/* Why the istiod needs a restart.  Pure. */
enum restart_reason restart_reason(const struct restart_istiod *istiod);

struct restart_need {
    const struct restart_istiod *istiods;
    size_t count;
    const char *namespace; /* of istiod, for the command; NULL: istio-system */
    int64_t leaf_ttl;      /* seconds */
};
struct restart_advice {
    const char *text;   /* which istiods must be restarted and why, on one line; never "" */
    const char *remedy; /* when and with which command; "": nothing must be restarted */
};
/* What an operator must restart, and when.  Pure; the texts are in the arena. */
struct restart_advice restart_advice(const struct restart_need *need, struct arena *arena);

#endif
