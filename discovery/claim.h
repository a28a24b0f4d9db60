/* discovery/claim.h - what the specs say about the things of clusters: a Mesh, a Service, a
 * workload, a cluster.  Private to discovery/. */
#ifndef WEFT_DISCOVERY_CLAIM_H
#define WEFT_DISCOVERY_CLAIM_H

#include "api/specs.h"
#include "base/map.h"

enum claim_kind {
    CLAIM_REPLACE, /* the object of the specs counts as it is */
    CLAIM_MERGE,   /* the found one counts, with the fields that the object has */
    CLAIM_EXCLUDE, /* neither counts */
    CLAIM_REFUSED  /* the object has mistakes */
};

struct claim {
    enum claim_kind kind;
    const void *object;    /* of the specs; NULL: it was refused */
    struct object_ref ref; /* its name */
};

struct claims {
    struct map *things; /* to claims, by kind and thing */
    struct map *names;  /* of the specs' own objects, refused ones included, by kind */
    struct arena *arena;
};

/* Of two objects about one thing an exclusion counts before anything else, so that a second one
 * cannot undo it; a refused object counts where there is no good one.  Lives in arena. */
struct claims claims_of_specs(const struct specs *specs, struct arena *arena);
/* NULL: the specs do not mention it. */
const struct claim *claims_find(const struct claims *claims, enum object_kind kind,
                                struct cluster_ref thing);
bool claims_exclude(const struct claims *claims, enum object_kind kind, struct cluster_ref thing);
/* Whether an object of the specs has this name. */
bool claims_name(const struct claims *claims, enum object_kind kind, struct object_ref ref);

/* What an object describes, as a key and as a reference: of a Mesh namespace and cluster, of a
 * KubernetesCluster the cluster alone. */
const char *claim_thing(enum object_kind kind, struct cluster_ref ref, struct arena *arena);
static inline struct cluster_ref claim_of_mesh(const struct mesh *mesh)
{
    return (struct cluster_ref){ "", mesh->namespace, mesh->cluster };
}
static inline struct cluster_ref claim_of_cluster(const struct kubernetes_cluster *cluster)
{
    return (struct cluster_ref){ "", "", cluster->meta.name };
}

#endif
