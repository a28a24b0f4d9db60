/* discovery/fact_slice.h - an EndpointSlice (discovery.k8s.io/v1). */
#ifndef WEFT_DISCOVERY_FACT_SLICE_H
#define WEFT_DISCOVERY_FACT_SLICE_H

#include "api/destination.h"
#include "discovery/read.h"

struct fact_address {
    const char *address, *node, *zone; /* node and zone "": not known */
    const char *pod;                   /* its name; "": not known */
};

struct fact_slice {
    const char *namespace, *name;
    const char *service; /* label kubernetes.io/service-name */
    const char *family;  /* "IPv4", "IPv6", "FQDN" */
    const struct endpoint_port *ports;
    size_t port_count;
    const struct fact_address *addresses; /* of endpoints that are not known to be unready */
    size_t address_count;
};

/* One of host names (addressType FQDN) has no addresses. */
struct fact_slice fact_slice_read(const struct reader *reader, const struct node *item);

#endif
