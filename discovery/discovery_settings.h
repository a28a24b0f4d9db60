/* discovery/discovery_settings.h - what the configuration says of discovery: the block "discovery",
 * and what an entry of "clusters" overrides.  docs/discovery.md */
#ifndef WEFT_DISCOVERY_DISCOVERY_SETTINGS_H
#define WEFT_DISCOVERY_DISCOVERY_SETTINGS_H

#include "api/schema.h"

/* Entries of one filter are OR-ed, what an entry has is AND-ed; texts are globs ("*", "?"). */
struct discovery_filter {
    const char *const *clusters, *const *namespaces, *const *services;
    size_t cluster_count, namespace_count, service_count;
    const struct pair *labels;
    size_t label_count;
};

enum service_exports { EXPORTS_OFF, EXPORTS_LABEL, EXPORTS_ONLY };
enum node_addresses { NODE_EXTERNAL_IP, NODE_INTERNAL_IP };

struct discovery_list { /* of names */
    const char *const *items;
    size_t count;
    bool given; /* an empty list that a cluster is given overrides that of all */
};

struct given_addresses { /* clusters[].gatewayAddresses */
    const char *service; /* "namespace/name" */
    const char *const *addresses;
    size_t count;
};

#define INVENTORY_BRANCH_DEFAULT "weft/inventory"

struct discovery_settings {
    bool enabled;       /* a pass reads the clusters and commits what it finds */
    const char *branch; /* of the output repository: the inventory */
    struct place place; /* of the block; file NULL: it is absent */
    struct discovery_list istio_namespaces, gateway_namespaces;
    const struct discovery_filter *include, *exclude;
    size_t include_count, exclude_count;
    bool exclude_given;
    enum service_exports exports;
    const char *const *labels; /* keys that stay although they change with each release */
    size_t label_count;
    int64_t grace_deleted, grace_address; /* seconds */
    int64_t pod_interval;                 /* seconds, between changes that only add pods */
    int64_t stale_after; /* seconds, from which on an inventory that is kept counts as stale; not
                            positive: never */
    bool pod_addresses;  /* Destinations have the addresses of their pods; also set by the caller,
                            from pod_addresses_wanted */
    bool pod_addresses_given;
    double max_removed_share;
    /* of the cluster */
    bool node_addresses_given;
    enum node_addresses node_addresses;
    const struct given_addresses *gateway_addresses;
    size_t gateway_address_count;
    const char *const *namespaces; /* the only ones that may be read; none: all */
    size_t namespace_count;
};

/* The block "discovery"; discovery_settings_finish adds what its rows cannot say. */
extern const struct schema discovery_settings_schema;
void discovery_settings_finish(struct discovery_settings *settings, struct arena *arena);
/* Without a configuration. */
struct discovery_settings discovery_settings_default(struct arena *arena);

#define ISTIO_NAMESPACES_DOC "The only namespaces in which an istiod counts."
#define GATEWAY_NAMESPACES_DOC                                                                     \
    "Namespaces, besides those of istiod, in which a Service can be a default east-west gateway."
#define POD_ADDRESSES_DOC "Destinations get the addresses of their pods, as flatNetwork needs them."
#define ROW_NAMESPACES(of, key, list, ...)                                                         \
    ROW_TEXTS(of, key, list.items, list.count, .max = DISCOVERY_ENTRIES_MAX,                       \
              .given = SCHEMA_OPTIONAL(of, list.given), __VA_ARGS__)
enum { DISCOVERY_ENTRIES_MAX = 10000 };

/* The keys of an entry of "clusters", for the table of a struct whose member part is a struct
 * discovery_settings. */
#define DISCOVERY_CLUSTER_ROWS(of, part)                                                           \
    ROW_NAMESPACES(of, "istioNamespaces", part.istio_namespaces, .doc = ISTIO_NAMESPACES_DOC),     \
        ROW_NAMESPACES(of, "gatewayNamespaces", part.gateway_namespaces,                           \
                       .doc = GATEWAY_NAMESPACES_DOC),                                             \
        ROW_ENUM(of, "nodeAddresses", part.node_addresses, node_addresses_names,                   \
                 .given = SCHEMA_OPTIONAL(of, part.node_addresses_given),                          \
                 .absent = "`ExternalIP`, on kind `InternalIP`",                                   \
                 .doc = "Which address of a node a NodePort gateway is reached at."),              \
        ROW_BOOL(of, "podAddresses", part.pod_addresses,                                           \
                 .given = SCHEMA_OPTIONAL(of, part.pod_addresses_given),                           \
                 .doc = POD_ADDRESSES_DOC),                                                        \
        SCHEMA_ROW(                                                                                \
            SCHEMA_ANY, offsetof(of, part.gateway_addresses), "gatewayAddresses",                  \
            SCHEMA_COUNTED(of, part.gateway_address_count), .decode = given_addresses_decode,      \
            .doc = "From namespace/service to the addresses at which other clusters reach it."),   \
        ROW_TEXTS(of, "namespaces", part.namespaces, part.namespace_count,                         \
                  .max = DISCOVERY_ENTRIES_MAX,                                                    \
                  .doc = "The only namespaces that the lists of this cluster cover.")
extern const struct enum_table node_addresses_names; /* "ExternalIP", "InternalIP" */
void given_addresses_decode(const struct at *at, const struct schema_field *field, void *object);

/* What holds for a cluster whose entry gives own: what is given there, and the rest of all. */
struct discovery_settings discovery_settings_overlay(const struct discovery_settings *own,
                                                     const struct discovery_settings *all);

/* Whether what is absent from a namespace is known to be absent. */
bool discovery_settings_reads(const struct discovery_settings *settings, const char *namespace);
bool discovery_settings_has(const struct discovery_list *list, const char *name);
/* Whether a Service is to be left out: no entry of include matches it, or one of exclude does. */
bool discovery_settings_excludes(const struct discovery_settings *settings, const char *cluster,
                                 const char *namespace, const char *service,
                                 const struct pair *labels, size_t label_count);
/* The addresses that the configuration gives for a Service; NULL: none. */
const struct given_addresses *
discovery_settings_addresses(const struct discovery_settings *settings, const char *namespace,
                             const char *service);

#endif
