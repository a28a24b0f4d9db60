/* discovery/facts.h - what the lists of one cluster's API server say, reduced to what discovery
 * needs.  Plain data in any order of items; facts_end puts it in order, so that equal clusters give
 * equal facts.  docs/discovery.md */
#ifndef WEFT_DISCOVERY_FACTS_H
#define WEFT_DISCOVERY_FACTS_H

#include "discovery/fact_gateway.h"
#include "discovery/fact_node.h"
#include "discovery/fact_service.h"
#include "discovery/fact_slice.h"
#include "discovery/fact_webhook.h"
#include "discovery/fact_workload.h"
#include "discovery/mesh_config.h"

/* The lists, in the order in which they are reported. */
enum fact_list {
    FACT_NAMESPACES,
    FACT_WEBHOOKS,
    FACT_SERVICES,
    FACT_DEPLOYMENTS,
    FACT_DAEMON_SETS,
    FACT_STATEFUL_SETS,
    FACT_CONFIG_MAPS,
    FACT_ENDPOINT_SLICES,
    FACT_NODES,
    FACT_GATEWAYS,
    FACT_SERVICE_EXPORTS,
    FACT_LIST_COUNT
};
extern const struct enum_table fact_lists; /* names of the resources: "namespaces" */

enum fact_read {
    FACT_NOT_ASKED,
    FACT_COMPLETE, /* to its last page; also when the API is not there: then it has no items */
    FACT_REFUSED,  /* 401 or 403 */
    FACT_UNREAD    /* anything else */
};

struct fact_config_map {
    const char *namespace, *name;
    bool has_mesh, readable; /* key "mesh" is there, and is a MeshConfig */
    struct mesh_config config;
};

struct fact_export { /* a ServiceExport (multicluster.x-k8s.io) */
    const char *namespace, *name;
};

struct facts {
    const char *cluster;
    struct reader reader; /* where they live */
    struct fact_list_state {
        enum fact_read read;
        const char *why; /* of FACT_REFUSED and FACT_UNREAD, for people */
    } lists[FACT_LIST_COUNT];
    int64_t ms; /* that its server took for them; 0: it was not asked */
    struct fact_namespace *namespaces;
    struct fact_webhook *webhooks;
    struct fact_config_map *config_maps;
    struct fact_service *services;
    struct fact_workload *workloads; /* of the three kinds */
    struct fact_slice *slices;
    struct fact_node *nodes;
    struct fact_gateway *gateways;
    struct fact_export *exports;
    size_t namespace_count, webhook_count, config_map_count, service_count, workload_count,
        slice_count, node_count, gateway_count, export_count;
};

struct facts *facts_new(const char *cluster, struct arena *arena);
/* One item of a list, which can be dropped afterwards.  An item without a name makes the list
 * unread: it is not what was asked for. */
void facts_add(struct facts *facts, enum fact_list list, const struct node *item);
/* Drops the items of a list that is read again from its first page; all of its parts, when it is
 * read in parts. */
void facts_forget(struct facts *facts, enum fact_list list);
/* How the reading of a list ended.  What was said first stays, but for FACT_COMPLETE, which
 * anything worse replaces: one list may come in parts. */
void facts_close(struct facts *facts, enum fact_list list, enum fact_read read, const char *why);
/* Sorts everything by namespace and name.  An object that came twice makes its list unread: a
 * consistent list has each object once.  May be called again after more items. */
void facts_end(struct facts *facts);

/* NULL: there is none.  After facts_end. */
const struct fact_namespace *facts_namespace(const struct facts *facts, const char *name);
const struct fact_config_map *facts_config_map(const struct facts *facts, const char *namespace,
                                               const char *name);
/* The Services and the workloads of a namespace, one after the other. */
const struct fact_service *facts_services_in(const struct facts *facts, const char *namespace,
                                             size_t *count);
const struct fact_workload *facts_workloads_in(const struct facts *facts, const char *namespace,
                                               size_t *count);
/* The EndpointSlices of a namespace, likewise. */
const struct fact_slice *facts_slices_in(const struct facts *facts, const char *namespace,
                                         size_t *count);
const struct fact_node *facts_node(const struct facts *facts, const char *name);
bool facts_exported(const struct facts *facts, const char *namespace, const char *name);
static inline bool facts_complete(const struct facts *facts, enum fact_list list)
{
    return facts->lists[list].read == FACT_COMPLETE;
}

#endif
