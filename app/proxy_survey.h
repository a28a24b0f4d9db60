/* app/proxy_survey.h - which workloads of each cluster may still have certificates or roots from
 * before, and which need a restart: pods of all clusters, judged by rotation/proxy.h and counted by
 * workload. */
#ifndef WEFT_APP_PROXY_SURVEY_H
#define WEFT_APP_PROXY_SURVEY_H

#include "app/loading.h"
#include "app/server_pool.h"
#include "k8s-job/observe/proxies.h"
#include "rotation/observation.h"

enum { PROXY_AGES = PROXY_UNKNOWN + 1 };

struct proxy_workload { /* one that has pods to be named; pods that are current are counted alone */
    const char *namespace, *kind, *name;
    size_t counts[PROXY_AGES];
    int64_t until;        /* of those that may be former, the latest */
    enum proxy_need need; /* the first of its pods that has one */
    const char **pods;    /* that are not current, or need something */
    size_t pod_count;
};

struct proxy_cluster { /* of one observation */
    const struct observation *observation;
    struct loading loading;
    bool known; /* false: why */
    const char *why;
    struct proxy_issuer issuer;       /* since and now by weft's own clock */
    size_t counts[PROXY_AGES];        /* of all its pods */
    struct proxy_workload *workloads; /* sorted; none of which all pods are current and need nothing
                                       */
    size_t workload_count;
};

struct proxy_survey {
    struct proxy_cluster *items; /* parallel to the observations */
    size_t count;
};

struct proxy_question {
    const struct observation *observations;
    const struct loading *loadings; /* parallel */
    const bool *asked;              /* likewise: no pods are read for the others */
    size_t count;
    const struct evidence_policy *policy;
    int64_t now;
    bool pretended; /* now is not the time: clocks of clusters are not compared with it */
};

/* Reads the pods of the clusters of those observations that are asked for, a few at a time. */
void proxy_survey_read(struct proxy_survey *out, const struct proxy_question *question,
                       struct servers *servers, struct arena *arena);

/* The pure parts. */
/* What is known of the istiod, but for revisions. */
struct proxy_issuer proxy_survey_issuer(const struct observation *observation,
                                        const struct loading *loading,
                                        const struct evidence_policy *policy, int64_t now);
/* Judges the pods that belong to the cluster's istiod, and adds them. */
void proxy_survey_add(struct proxy_cluster *cluster, const struct proxy_pods *pods, bool pretended,
                      struct arena *arena);

#endif
