/* translate/endpoint.h - the pods behind a Service, in the order and form that ServiceEntries want.
 */
#ifndef WEFT_TRANSLATE_ENDPOINT_H
#define WEFT_TRANSLATE_ENDPOINT_H

#include "api/destination.h"
#include "api/mesh.h"
#include "translate/istio_version.h"

/* Labels of pods, without those that Kubernetes makes for each rollout or pod: they would change
 * manifests without need. */
struct labels {
    const struct pair *pairs;
    size_t count;
};

/* tls in these two: the labels say that the pods accept mutual TLS, whether or not theirs do.
 * Istio's injector labels each pod with a sidecar so, but discovery sees pod templates, which lack
 * it; without it automatic mTLS sends plain text to a gateway that only passes TLS on, and gives
 * the gateway no TLS route to listed pods. */

/* Workloads by where they run. */
struct templates;
struct templates *endpoint_templates(const struct workload *workloads, size_t count,
                                     struct arena *arena);

/* The distinct label sets of the pods, sorted: of the endpoints; without any, of the templates of
 * the Workloads that the Service selects; without these, its pod selector.  Never none. */
struct labels *endpoint_label_sets(const struct kube_service *service,
                                   const struct templates *templates, bool tls, size_t *count,
                                   struct arena *arena);

/* A pod with the ports of its subset. */
struct pod {
    const struct endpoint *endpoint;
    const struct endpoint_subset *subset;
    struct labels labels;
};
/* The pods sorted by address, equal ones once. */
struct pod *endpoint_pods(const struct kube_service *service, bool tls, size_t *count,
                          struct arena *arena);

/* Where the pods of a subset listen for a port of the Service: the port of the same name, as in
 * core/v1 Endpoints; 0: nowhere. */
uint32_t endpoint_pod_port(const struct endpoint_subset *subset, const struct service_port *port);
/* The number of the container port behind a port of the Service.  A target port that has a name has
 * the number that all pods of the Service give it.  0: they differ, or none is known. */
uint32_t endpoint_target_port(const struct kube_service *service, const struct service_port *port);
/* The home cluster can let a ServiceEntry select the pods itself: the Service has a selector, and
 * the number behind each of its ports is known (Q36). */
bool endpoint_selects_pods(const struct kube_service *service, const struct dialect *dialect);
/* Some pod is known.  Decoding takes nothing but IP addresses for pods, so a ServiceEntry can
 * always list them. */
bool endpoint_has_pods(const struct kube_service *service);

#endif
