/* api/destination.h - discovered Destinations: Kubernetes Services and external services.
 * VirtualMesh API */
#ifndef WEFT_API_DESTINATION_H
#define WEFT_API_DESTINATION_H

#include "api/ref.h"

struct service_port {
    uint32_t port;
    const char *name, *protocol, *app_protocol; /* "" = not given; protocol "TCP" when not given */
    const char *target_name;                    /* targetPortName; "": not given */
    uint32_t target_number;                     /* targetPortNumber; 0: not given */
    uint32_t node_port;
};

struct endpoint_port {
    uint32_t port;
    const char *name, *protocol, *app_protocol;
};

struct endpoint {
    const char *address;
    const struct pair *labels;
    size_t label_count;
    const char *zone, *sub_zone; /* "" = not known */
};

/* Every endpoint listens on every port of its subset, as in core/v1 Endpoints. */
struct endpoint_subset {
    const struct endpoint *endpoints;
    size_t endpoint_count;
    const struct endpoint_port *ports;
    size_t port_count;
};

enum service_type {
    SERVICE_CLUSTER_IP,
    SERVICE_NODE_PORT,
    SERVICE_LOAD_BALANCER,
    SERVICE_EXTERNAL_NAME
};
extern const struct enum_table service_types;

struct kube_service {
    struct cluster_ref ref;
    const struct pair *selector; /* workloadSelectorLabels */
    size_t selector_count;
    const struct pair *labels;
    size_t label_count;
    const struct service_port *ports;
    size_t port_count;
    const struct endpoint_subset *subsets; /* endpointSubsets */
    size_t subset_count;
    const char *const
        *addresses; /* externalAddresses: dnsName or ip, in order; an empty entry stays "" */
    size_t address_count;
    enum service_type type;
    const char *region; /* "" = not known */
};

struct external_endpoint {
    const char *address;
    const struct pair *ports; /* port name to number, as text */
    size_t port_count;
};

struct external_service {
    const char *name;
    const char *const *hosts;
    size_t host_count;
    const char *const *addresses;
    size_t address_count;
    const struct service_port *ports; /* number in port */
    size_t port_count;
    const struct external_endpoint *endpoints;
    size_t endpoint_count;
};

struct destination {
    struct meta meta;
    bool has_mesh;
    struct object_ref mesh;
    const struct kube_service *service;      /* one of the two, */
    const struct external_service *external; /* or neither after a diag */
};

struct schema;
extern const struct schema destination_schema;

struct destination destination_decode(struct at at); /* at the object */

#endif
