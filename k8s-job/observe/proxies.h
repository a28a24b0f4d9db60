/* k8s-job/observe/proxies.h - the pods of clusters that hold certificates of their istiod, and
 * those that issue them: sidecars, gateways, ztunnel, istiod.  Facts only; rotation/proxy.h judges.
 * Kubernetes API: core/v1 Pod; Istio's injection templates.  Pods are large, so this is read only
 * where an operator asks for it. */
#ifndef WEFT_K8S_JOB_OBSERVE_PROXIES_H
#define WEFT_K8S_JOB_OBSERVE_PROXIES_H

#include "k8s-job/client/kube.h"
#include "rotation/proxy.h"

struct proxy_pods {
    /* in */
    struct kube *kube;
    const char *const *namespaces; /* of istiods */
    size_t namespace_count;
    const char *const *listed; /* the only namespaces with sidecars that may be read; none: all */
    size_t listed_count;
    /* out */
    bool known; /* false: why says what could not be read, and nothing below counts */
    const char *why;
    struct proxy *items;
    size_t count;
    struct proxy_istiod {                 /* a pod of istiod */
        const char *namespace, *revision; /* "" = it has none */
        int64_t started;                  /* 0: it does not run */
    } * istiods;
    size_t istiod_count;
    int64_t at; /* of the answer, by the cluster's own clock; 0 = it does not say */
};

/* Reads the clusters side by side; what is kept lives in arena. */
void proxies_read(struct proxy_pods *lists, size_t count, struct arena *arena);

/* The pure part: one Pod as the API gives it; false: it holds no proxy of Istio. */
bool proxies_take(struct proxy *out, const struct node *pod, struct arena *arena);

#endif
