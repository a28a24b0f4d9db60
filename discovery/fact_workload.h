/* discovery/fact_workload.h - a Deployment, DaemonSet or StatefulSet (apps/v1): what its pod
 * template says of the mesh.  Never its environment: people keep secrets there. */
#ifndef WEFT_DISCOVERY_FACT_WORKLOAD_H
#define WEFT_DISCOVERY_FACT_WORKLOAD_H

#include "discovery/fact_istiod.h"

enum workload_kind { WORKLOAD_DEPLOYMENT, WORKLOAD_DAEMON_SET, WORKLOAD_STATEFUL_SET };
extern const struct enum_table workload_kinds; /* "deployment": as object names end */

struct fact_workload {
    enum workload_kind kind;
    const char *namespace, *name;
    const struct pair *labels; /* of the template */
    size_t label_count;
    const char *inject_annotation; /* sidecar.istio.io/inject of the template; "" */
    const char *service_account;   /* "": not given */
    bool host_network;
    bool has_proxy;                   /* the template itself has a container istio-proxy */
    const struct fact_istiod *istiod; /* NULL: it has none of istiod's labels */
};

struct fact_workload fact_workload_read(const struct reader *reader, enum workload_kind kind,
                                        const struct node *item);

#endif
