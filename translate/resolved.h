/* translate/resolved.h - what resolution decided, in the form that rendering walks.  Private to
 * translate/. */
#ifndef WEFT_TRANSLATE_RESOLVED_H
#define WEFT_TRANSLATE_RESOLVED_H

#include "base/map.h"
#include "translate/istio_version.h"
#include "translate/resolution.h"
#include "translate/rule_size.h"
#include "translate/translate.h"

/* A Service that lets other clusters in. */
struct gateway {
    const struct destination *destination;
    const char *const *addresses; /* where clients reach it; empty ones left out */
    size_t address_count;
    uint32_t dial_port; /* for clients: node port or Service port; 0: not needed (no federation) */
    uint32_t listen_port; /* of the Gateway object */
};

/* Sets of address families. */
enum { FAMILY_IPV4 = 1, FAMILY_IPV6 = 2, FAMILY_BOTH = 3 };

/* Where a client connects to. */
struct gateway_endpoint {
    const char *address;
    uint32_t port;
};

/* A Mesh where things are deployed. */
struct resolved_mesh {
    const struct mesh *spec;
    const char *cluster;
    const char *namespace;          /* of istiod */
    const char *root_namespace;     /* where policies count for the whole mesh (Q21) */
    const char *odd_root_namespace; /* what was asked for instead and cannot be; NULL: nothing */
    const struct dialect *dialect;
    const struct destination **destinations; /* its Services, sorted by key */
    size_t destination_count;
    struct resolved_virtual_mesh *virtual_mesh; /* that claimed it; NULL: none */
    size_t member;                              /* its index in virtual_mesh->meshes */
    struct gateway *gateways;
    size_t gateway_count;
    struct gateway_endpoint *endpoints; /* of all gateways, sorted, each once */
    size_t endpoint_count;
    bool dual_stack;       /* its gateways have addresses of both families, and no host names */
    unsigned pod_families; /* FAMILY_..., of the pods in its cluster; 0: not known */
    enum resolution resolution;   /* of its gateways' addresses */
    struct messages unreachable;  /* why its Services cannot be federated; none: they can */
    struct target_status *status; /* in the status of its VirtualMesh */
    struct resolved_mesh
        *beside;    /* another control plane of its cluster and root namespace; NULL: none */
    bool outranked; /* its TLS enforcement is not written: that of another mesh there is stricter */
    bool retained;  /* INVALID: its previous mesh documents stay, no new ones are made */
    bool lacks_gateway; /* retained for that alone (M6): what has nothing to do with gateways is
                           made */
    const struct messages *no_dns_capture; /* D1: why it cannot look up the hosts of its VirtualMesh
                                              and so gets no new imports; NULL: it can */
};

/* A VirtualMesh. */
struct resolved_virtual_mesh {
    struct object_ref ref;
    const struct virtual_mesh *spec; /* NULL: refused by decoding */
    const struct record *record;     /* what an earlier pass noted; NULL: nothing */
    bool missing; /* its object may be in what cannot be read; it has no status */
    struct planned_virtual_mesh *plan;
    struct resolved_mesh **meshes; /* claimed, sorted by key */
    size_t mesh_count;
    struct pair *addresses; /* those of the plan, while they are collected */
    const char *parents;    /* its annotation on what comes from it */
    bool flat;              /* federation.flatNetwork */
    bool federates;         /* two meshes or more, and nothing retained */
};

/* The meshes that a Destination is federated to, each distinct set once. */
struct importers {
    const struct resolved_virtual_mesh *virtual_mesh;
    const char *members; /* one byte for each mesh of the virtual mesh: '1' gets it, '0' does not */
    size_t index;        /* among all such sets */
};

/* A federated Destination. */
struct export
{
    const struct destination *destination;
    const struct resolved_mesh *home;
    const struct importers *importers;
    const struct importers *selected; /* importers, and meshes that cannot resolve its host (D1) */
    const char *host;                 /* federated */
    const char *rule_name;            /* of the remote DestinationRule */
    const char *address;              /* virtual IP, the same for every client */
    const char *const *scope;         /* namespaces of clients that see it, sorted */
    size_t scope_count;               /* 0: the whole mesh */
    struct target_status *status;     /* in the status of its VirtualMesh */
    bool retained; /* INVALID: its previous documents stay, no new ones are made */
};

struct pod_overlap;
struct gateway_pods;
struct sources;

/* What an AccessPolicy says for one Destination. */
struct grant {
    const struct access_policy *policy;
    const struct sources *sources; /* of the policy (policy_rule.h) */
    const struct node *rules; /* a list, empty when not even one fits (A11); NULL: it fails here,
                                 and what it was last stays */
    bool cut;                 /* not all rules of the policy fit (A11) */
    const uint32_t *ports;    /* that the rules open */
    size_t port_count;        /* 0: all */
};
struct policy_target {
    const struct resolved_mesh *mesh;
    const struct destination *destination;
    struct grant *grants; /* sorted by key of the policy */
    size_t grant_count;
    struct rule_size size;          /* of all their rules, and passthrough */
    const struct node *passthrough; /* a list of the rule that its AuthorizationPolicy has besides,
                                       as its pods are those of gateways; NULL: they are not */
};

struct resolved {
    const struct specs *specs;
    const struct translate_options *options;
    struct resolved_mesh *meshes; /* one for each Mesh, sorted by key */
    size_t mesh_count;
    struct map *mesh_by_key;
    struct resolved_mesh *
        *destination_meshes; /* the mesh of each of specs->destinations; NULL: none */
    struct resolved_virtual_mesh *virtual_meshes; /* sorted by key, refused ones included */
    size_t virtual_mesh_count;
    struct export *exports; /* sorted by key of the Destination */
    size_t export_count;
    struct map *export_by_service; /* cluster_ref_key -> struct export */
    struct map *export_by_host;    /* host -> the struct export that it belongs to */
    size_t importers_count;
    struct templates *templates;   /* of Workloads, for Services without endpoints */
    struct policy_target *targets; /* sorted by key of the Destination */
    size_t target_count;
    struct map *external_clashes; /* keys of external Destinations that are left out (E14); NULL:
                                     external Services are not written */
    struct map *residents; /* name of a cluster -> what the specs have there (root_namespace.c) */
    const struct pod_overlap *overlap;   /* which Services have pods in common */
    const struct gateway_pods *gateways; /* for each of specs->destinations (gateway_pods.h) */
    struct map *taken; /* names in clusters that two may want -> who has them (unique.c) */
    struct map *lost;  /* who does not get a name; NULL: all do */
    const char *settings_unreadable; /* why Settings cannot be read, so that every previous document
                           stays and no new one is made; NULL: they can */
    const struct destination *astray; /* the first whose Mesh is not in the specs (astray.c); NULL:
                                         none */
    size_t astray_count;
    bool unknown_services; /* a Destination cannot be read: what is deployed for Services that the
                              specs do not show stays */
    bool domains_differ;   /* the Meshes have several trust domains, or may have */
    bool incomplete;       /* unknown objects are missing from the specs: nothing is removed */
};

static inline bool importers_have(const struct importers *importers,
                                  const struct resolved_mesh *mesh)
{
    return mesh->virtual_mesh == importers->virtual_mesh && importers->members[mesh->member] == '1';
}

#endif
