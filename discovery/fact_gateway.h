/* discovery/fact_gateway.h - a Gateway of the Gateway API (gateway.networking.k8s.io/v1): whether
 * it takes the TLS traffic of other clusters. */
#ifndef WEFT_DISCOVERY_FACT_GATEWAY_H
#define WEFT_DISCOVERY_FACT_GATEWAY_H

#include "discovery/read.h"

/* Labels of the Service that Istio makes for a Gateway. */
#define GATEWAY_NAME_LABEL "gateway.networking.k8s.io/gateway-name"
#define GATEWAY_CLASS_LABEL "gateway.networking.k8s.io/gateway-class-name"
#define NETWORK_LABEL "topology.istio.io/network"
enum { GATEWAY_PORT_DEFAULT = 15443 };

struct fact_gateway {
    const char *namespace, *name, *class;
    const char *network; /* label topology.istio.io/network; "" */
    uint32_t port;       /* of the listener that passes TLS on by SNI; 0: it has none */
};

struct fact_gateway fact_gateway_read(const struct reader *reader, const struct node *item);

#endif
