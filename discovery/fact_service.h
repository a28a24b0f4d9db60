/* discovery/fact_service.h - a Service (core/v1): what others can see and reach of it. */
#ifndef WEFT_DISCOVERY_FACT_SERVICE_H
#define WEFT_DISCOVERY_FACT_SERVICE_H

#include "api/destination.h"
#include "discovery/fact_namespace.h"

struct fact_ingress {       /* status.loadBalancer.ingress[] */
    const char *address;    /* ip, else hostname */
    const uint32_t *broken; /* its ports that have an error */
    size_t broken_count;
};

struct fact_service {
    const char *namespace, *name;
    const struct pair *labels, *selector;
    size_t label_count, selector_count;
    const struct service_port *ports; /* sorted by number and name */
    size_t port_count;
    enum service_type type;
    const char *const *external_ips;
    size_t external_ip_count;
    const struct fact_ingress *ingress;
    size_t ingress_count;
    const char *node_selector; /* annotation traffic.istio.io/nodeSelector; "" */
    const char *export_to;     /* annotation networking.istio.io/exportTo; "" */
    const char *family;        /* the first of spec.ipFamilies, "IPv4" or "IPv6"; "" */
    enum consent consent;
    bool local; /* externalTrafficPolicy: Local */
    bool headless;
    bool deleting;
};

struct fact_service fact_service_read(const struct reader *reader, const struct node *item);

#endif
