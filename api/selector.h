/* api/selector.h - selectors of Destinations, Workloads, gateways and identities.
 * VirtualMesh API */
#ifndef WEFT_API_SELECTOR_H
#define WEFT_API_SELECTOR_H

#include "api/ref.h"

/* The three parts are AND-ed; an empty part matches anything. */
struct service_matcher {
    const struct pair *labels;
    size_t label_count;
    const char *const *namespaces;
    size_t namespace_count;
    const char *const *clusters;
    size_t cluster_count;
    const struct place *label_places, *namespace_places, *cluster_places; /* of each entry */
    struct place place;
};

/* Members are OR-ed; neither member: matches nothing. */
struct destination_selector {
    const struct service_matcher *matcher; /* kubeServiceMatcher; NULL: absent */
    const struct cluster_ref *services;    /* kubeServiceRefs.services */
    const struct place *service_places;    /* the position of each of them */
    size_t service_count;
    struct place place;
};

struct ingress_gateway_selector {
    const struct destination_selector *destinations;
    size_t destination_count;
    const char *port_name;   /* "tls" when not given */
    struct place port_place; /* of portName; of the map when it is not given */
    struct place place;
};

/* AND-ed inside, entries of a list OR-ed; an empty list is any source. */
struct identity_selector {
    bool has_matcher; /* kubeIdentityMatcher */
    const char *const *namespaces;
    const struct place *namespace_places; /* of each */
    size_t namespace_count;
    const char *const *clusters;
    size_t cluster_count;
    const struct cluster_ref
        *accounts; /* kubeServiceAccountRefs; a part that is "" was left out: any */
    const struct place *account_places; /* of each */
    size_t account_count;
    const char *const *principals; /* requestIdentityMatcher.requestPrincipals */
    size_t principal_count;
    const char *const *not_principals;
    size_t not_principal_count;
    struct place place;
};

struct schema;
extern const struct schema destination_selector_schema, ingress_gateway_selector_schema;
extern const struct schema identity_selector_schema;

#endif
