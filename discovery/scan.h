/* discovery/scan.h - one cluster while it is looked at: what its files share.  Private to
 * discovery/. */
#ifndef WEFT_DISCOVERY_SCAN_H
#define WEFT_DISCOVERY_SCAN_H

#include "discovery/injection.h"
#include "discovery/left_out.h"

/* An east-west gateway, by what a Service says of itself. */
enum gateway_class {
    GATEWAY_NONE,
    GATEWAY_NETWORK,  /* a: label topology.istio.io/network */
    GATEWAY_EASTWEST, /* b: its pods have istio: eastwestgateway */
    GATEWAY_INGRESS   /* c: its pods have istio: ingressgateway, and it has a port tls */
};

struct gateway_candidate {
    enum gateway_class class;
    uint32_t port;
    const char *network; /* "": not known */
    bool trusted;        /* it is in a namespace that may have one */
};

struct scan {
    const struct facts *facts;
    const struct discovery_settings *settings;
    const struct inventory *former;
    struct control_planes planes;
    const struct injection *injections;         /* of facts->workloads */
    const struct gateway_candidate *candidates; /* of facts->services */
    const char *pod_namespace;
    struct findings *findings;
    struct arena *arena;
};

static inline struct object_ref scan_ref(const char *name, const char *namespace)
{
    return (struct object_ref){ name, namespace };
}

#endif
