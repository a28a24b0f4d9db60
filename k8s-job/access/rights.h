/* k8s-job/access/rights.h - the rights that weft needs in a cluster, feature by feature: the one
 * table that the manifests of k8s-job/deploy/cluster, the rules of the chart, "weft cluster add"
 * and "weft cluster check" are made from.  Pure.  Kubernetes API: rbac.authorization.k8s.io/v1. */
#ifndef WEFT_K8S_JOB_ACCESS_RIGHTS_H
#define WEFT_K8S_JOB_ACCESS_RIGHTS_H

#include "base/arena.h"
#include "base/enums.h"

#include <stdbool.h>
#include <stdint.h>

enum feature {
    FEATURE_DISCOVERY,
    FEATURE_EVIDENCE,
    FEATURE_DIRECT,
    FEATURE_RESTART,
    FEATURE_WORKLOADS, /* weft evidence --workloads; asked for by name alone */
    FEATURE_COUNT
};
extern const struct enum_table feature_names; /* "discovery", "evidence", ... */
#define FEATURE(name) (1u << FEATURE_##name)
#define FEATURES_ALL ((1u << FEATURE_COUNT) - 1)

/* Where a right holds. */
enum right_scope {
    RIGHT_CLUSTER,  /* everywhere: a ClusterRole */
    RIGHT_LISTED,   /* the same, or in each namespace that the lists are limited to */
    RIGHT_ISTIO,    /* the namespaces of istiod */
    RIGHT_WORKLOADS /* these, and each namespace with workloads of a mesh */
};

/* Which objects a right is limited to. */
enum right_objects {
    RIGHT_NAMED,        /* those of its names, if it has any */
    RIGHT_MESH_CONFIGS, /* the ConfigMaps with the MeshConfig of each revision */
    RIGHT_ROOT_MAPS,    /* the ConfigMaps, and */
    RIGHT_ROOT_BUNDLES  /* the ClusterTrustBundles in which istiods publish their roots; where a
                           wish lists none, those of its names */
};

struct right {
    const char *role;  /* name of the Role, without the prefix of the account */
    uint32_t features; /* any of them needs it */
    enum right_scope scope;
    const char *group;     /* "": core */
    const char *resources; /* between blanks */
    const char *names;     /* the only objects, between blanks; NULL: all */
    const char *verbs;     /* between blanks */
    enum right_objects objects;
    bool optional;       /* only where the cluster has what needs it: comment says what that is */
    const char *comment; /* NULL: none */
};
const struct right *rights_table(size_t *count);

/* What is asked for, and the names of a cluster. */
struct rights_wish {
    uint32_t features;
    const char *optional; /* resources of optional rights that are needed, between blanks */
    const char *const *istio_namespaces;
    size_t istio_count;
    const char *const *mesh_configs; /* names of ConfigMaps */
    size_t config_count;
    const char *const *root_maps, *const *root_bundles;
    size_t root_map_count, root_bundle_count;
    const char *const *workloads; /* namespaces; those of istiod among them */
    size_t workload_count;
    const char *const *listed; /* namespaces that the lists are limited to; none: all */
    size_t listed_count;
};

bool rights_wished(const struct right *right, const struct rights_wish *wish);
/* The namespaces of a right; NULL in place of one: the whole cluster. */
const char *const *rights_namespaces(const struct right *right, const struct rights_wish *wish,
                                     size_t *count, struct arena *arena);
/* The names of its objects; 0: all objects. */
const char *const *rights_names(const struct right *right, const struct rights_wish *wish,
                                size_t *count, struct arena *arena);

/* One verb on one resource, or one object of it: what an API server is asked about. */
struct grant {
    const struct right *right;
    const char *namespace; /* NULL: the whole cluster */
    const char *resource;
    const char *name; /* NULL: all objects */
    const char *verb;
};
/* Every grant that a wish leads to, in the order of the table. */
struct grant *rights_grants(const struct rights_wish *wish, size_t *count, struct arena *arena);
/* "{apiGroups: [''], resources: [services], verbs: [list]}": a line for the rules of the Role. */
const char *rights_rule(const struct grant *grant, struct arena *arena);

/* The names of the features, with separator between them; "": none. */
const char *rights_features_text(uint32_t features, const char *separator, struct arena *arena);
/* The names of the features between commas, such as "discovery,restart"; false: one is unknown, and
 * *unknown is that one, in the arena. */
bool rights_features(uint32_t *features, const char **unknown, const char *text,
                     struct arena *arena);

#endif
