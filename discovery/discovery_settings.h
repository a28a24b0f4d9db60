/* discovery/discovery_settings.h - what the configuration says of discovery: the block "discovery",
 * and what an entry of "clusters" overrides.  docs/discovery.md */
#ifndef WEFT_DISCOVERY_DISCOVERY_SETTINGS_H
#define WEFT_DISCOVERY_DISCOVERY_SETTINGS_H

#include "base/decode.h"

/* Entries of one filter are OR-ed, what an entry has is AND-ed; texts are globs ("*", "?"). */
struct discovery_filter {
    const char *const *clusters, *const *namespaces, *const *services;
    size_t cluster_count, namespace_count, service_count;
    const struct pair *labels;
    size_t label_count;
};

enum service_exports { EXPORTS_OFF, EXPORTS_LABEL, EXPORTS_ONLY };
enum node_addresses { NODE_EXTERNAL_IP, NODE_INTERNAL_IP };

struct discovery_list { /* of names; items NULL: not given, which is not the same as empty */
    const char *const *items;
    size_t count;
};

struct given_addresses { /* clusters[].gatewayAddresses */
    const char *service; /* "namespace/name" */
    const char *const *addresses;
    size_t count;
};

struct discovery_settings {
    struct discovery_list istio_namespaces, gateway_namespaces;
    const struct discovery_filter *include, *exclude;
    size_t include_count, exclude_count;
    enum service_exports exports;
    const char *const *labels; /* keys that stay although they change with each release */
    size_t label_count;
    int64_t grace_deleted, grace_address; /* seconds */
    int64_t pod_interval;                 /* seconds, between changes that only add pods */
    bool pod_addresses; /* Destinations have the addresses of their pods; also set by the caller,
                           from pod_addresses_wanted */
    double max_removed_share;
    /* of the cluster */
    bool node_addresses_given;
    enum node_addresses node_addresses;
    const struct given_addresses *gateway_addresses;
    size_t gateway_address_count;
    const char *const *namespaces; /* the only ones that may be read; none: all */
    size_t namespace_count;
};

/* at: the block "discovery", which may be absent. */
struct discovery_settings discovery_settings_decode(struct at at);
/* The same for one cluster; at: its entry of "clusters", whose other members are not looked at. */
struct discovery_settings discovery_settings_of_cluster(const struct discovery_settings *all,
                                                        struct at at);

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
