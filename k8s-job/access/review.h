/* k8s-job/access/review.h - what an API server grants to the credential that weft presents.
 * Kubernetes API: SelfSubjectAccessReview, SelfSubjectRulesReview (authorization.k8s.io/v1), which
 * every authenticated account may create. */
#ifndef WEFT_K8S_JOB_ACCESS_REVIEW_H
#define WEFT_K8S_JOB_ACCESS_REVIEW_H

#include "k8s-job/access/rights.h"
#include "k8s-job/client/kube.h"

struct review {
    struct kube *kube;         /* in */
    const struct grant *grant; /* in */
    bool known;                /* false: why says why there is no answer */
    bool allowed;
    const char *why; /* "" */
};
/* All of them, of any number of servers, side by side. */
void review_all(struct review *reviews, size_t count, struct arena *arena);

struct review_rules {
    struct kube *kube;        /* in */
    const char *namespace;    /* in: rights there, those of the whole cluster among them */
    bool known;               /* false: no answer, or an authorizer that does not list its rules */
    const struct node *rules; /* status.resourceRules */
};
void review_rules_all(struct review_rules *reviews, size_t count, struct arena *arena);

/* What the rules of a namespace grant beyond what is needed, as "get secrets": each once, sorted.
 * Grants of other namespaces do not count; namespace NULL: only those of the whole cluster.  What
 * Kubernetes grants to every account is left out.  Pure. */
const char **review_excess(const struct node *rules, const struct grant *needed, size_t count,
                           const char *namespace, size_t *excess, struct arena *arena);

#endif
