/* discovery/inventory.h - the objects that describe one cluster: what discovery makes, and what the
 * former commit of the inventory has.  docs/discovery.md */
#ifndef WEFT_DISCOVERY_INVENTORY_H
#define WEFT_DISCOVERY_INVENTORY_H

#include "api/annotation.h"
#include "api/meta.h"
#include "api/specs.h"

/* Arrays are sorted: meshes by namespace of istiod, destinations by namespace and name of their
 * Service, workloads by namespace of their controller and by their own name. */
struct inventory {
    const char *cluster;
    bool known; /* false: there is none yet */
    struct kubernetes_cluster self;
    struct mesh *meshes;
    struct destination *destinations; /* each of a Service */
    struct workload *workloads;
    size_t mesh_count, destination_count, workload_count;
};

/* The part of specs (the objects of an inventory tree) that is about one cluster. */
struct inventory inventory_of_specs(const struct specs *specs, const char *cluster,
                                    struct arena *arena);
/* The same for many clusters, without a walk over all objects for each. */
struct inventory_index;
struct inventory_index *inventory_index_new(const struct specs *specs, struct arena *arena);
struct inventory inventory_of_index(const struct inventory_index *index, const char *cluster,
                                    struct arena *arena);
void inventory_sort(struct inventory *inventory);
/* NULL: absent. */
const struct mesh *inventory_mesh(const struct inventory *inventory, const char *namespace);
const struct destination *inventory_destination(const struct inventory *inventory,
                                                const char *namespace, const char *service);
const struct workload *inventory_workload(const struct inventory *inventory, const char *namespace,
                                          const char *name);
/* Adds an annotation, which must be new. */
void inventory_annotate(struct meta *meta, const char *key, const char *value, struct arena *arena);

#endif
