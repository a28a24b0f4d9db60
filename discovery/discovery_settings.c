/* discovery/discovery_settings.c - the configuration of discovery.  Pure.
 * A list that is not given and one that is empty differ: "istioNamespaces: []" trusts no namespace
 * beyond those to which an injector's webhook leads, and so does its absence, but a list with
 * entries replaces them. */
#include "discovery/discovery_settings.h"

#include "base/decode_value.h"

enum { ENTRIES_MAX = 10000, MINUTE = 60 };

static const char *const exports_names[] = {
    [EXPORTS_OFF] = "off", [EXPORTS_LABEL] = "label", [EXPORTS_ONLY] = "only"
};
static const struct enum_table exports_table = ENUM_TABLE(exports_names);
static const char *const node_address_names[] = {
    [NODE_EXTERNAL_IP] = "ExternalIP", [NODE_INTERNAL_IP] = "InternalIP"
};
static const struct enum_table node_address_table = ENUM_TABLE(node_address_names);

static void decode_list(struct discovery_list *out, struct at at)
{
    if (at_present(&at))
        out->items = at_texts(&at, ENTRIES_MAX, &out->count);
}

static struct discovery_filter decode_filter(struct at at)
{
    static const char *const keys[] = { "clusters", "namespaces", "services", "labels", NULL };
    struct at clusters = at_key(&at, "clusters"), namespaces = at_key(&at, "namespaces");
    struct at services = at_key(&at, "services"), labels = at_key(&at, "labels");
    struct discovery_filter filter = { 0 };

    if (!at_only(&at, keys))
        return filter;
    filter.clusters = at_texts(&clusters, ENTRIES_MAX, &filter.cluster_count);
    filter.namespaces = at_texts(&namespaces, ENTRIES_MAX, &filter.namespace_count);
    filter.services = at_texts(&services, ENTRIES_MAX, &filter.service_count);
    filter.labels = at_pairs(&labels, ENTRIES_MAX, &filter.label_count);
    if (!filter.cluster_count && !filter.namespace_count && !filter.service_count
        && !filter.label_count)
        at_error(&at, "matches everything; write clusters, namespaces, services or labels");
    return filter;
}

static const struct discovery_filter *decode_filters(struct at at, size_t *count)
{
    struct discovery_filter *filters;

    *count = at_count(&at, ENTRIES_MAX);
    filters = ARENA_NEW(at.with->arena, struct discovery_filter, *count);
    for (size_t i = 0; i < *count; i++)
        filters[i] = decode_filter(at_item(&at, i));
    return filters;
}

static int64_t decode_seconds(const struct at *at, int64_t fallback)
{
    return at_duration(at, 0, fallback * 1000) / 1000;
}

/* The namespaces of the cluster itself; everything else is decided by the mesh. */
static const struct discovery_filter *default_exclude(struct arena *arena, size_t *count)
{
    static const char *const system[] = { "kube-*" };
    struct discovery_filter *filter = ARENA_NEW(arena, struct discovery_filter, 1);

    *filter = (struct discovery_filter){ .namespaces = system, .namespace_count = 1 };
    *count = 1;
    return filter;
}

struct discovery_settings discovery_settings_decode(struct at at)
{
    static const char *const keys[] = { "istioNamespaces", "gatewayNamespaces", "include",
                                        "exclude",         "serviceExports",    "labels",
                                        "graceDeleted",    "graceAddress",      "maxRemovedShare",
                                        "podAddresses",    "podInterval",       NULL };
    struct at exports = at_key(&at, "serviceExports"), labels = at_key(&at, "labels");
    struct at share = at_key(&at, "maxRemovedShare"), exclude = at_key(&at, "exclude");
    struct at deleted = at_key(&at, "graceDeleted"), address = at_key(&at, "graceAddress");
    struct at pods = at_key(&at, "podAddresses"), interval = at_key(&at, "podInterval");
    struct discovery_settings settings = { 0 };

    at_only(&at, keys);
    decode_list(&settings.istio_namespaces, at_key(&at, "istioNamespaces"));
    decode_list(&settings.gateway_namespaces, at_key(&at, "gatewayNamespaces"));
    settings.include = decode_filters(at_key(&at, "include"), &settings.include_count);
    settings.exclude = at_present(&exclude)
                           ? decode_filters(exclude, &settings.exclude_count)
                           : default_exclude(at.with->arena, &settings.exclude_count);
    settings.exports = (enum service_exports)at_enum(&exports, &exports_table, EXPORTS_OFF);
    settings.labels = at_texts(&labels, ENTRIES_MAX, &settings.label_count);
    settings.grace_deleted = decode_seconds(&deleted, 10 * MINUTE);
    settings.grace_address = decode_seconds(&address, 30 * MINUTE);
    settings.pod_addresses = at_bool(&pods, false);
    settings.pod_interval = decode_seconds(&interval, 5 * MINUTE);
    settings.max_removed_share = at_float(&share, 0, 1, 0.2);
    return settings;
}

static struct given_addresses decode_given(const struct at *at)
{
    struct given_addresses given = { .service = at->key };

    if (!strchr(at->key, '/'))
        at_error(at, "must be the namespace and name of a Service, such as "
                     "istio-system/istio-eastwestgateway");
    given.addresses = at_texts(at, ENTRIES_MAX, &given.count);
    return given;
}

static void decode_addresses(struct discovery_settings *out, struct at at)
{
    struct given_addresses *given = NULL;

    if (!at_present(&at))
        return;
    if (at.node->kind != NODE_MAP) {
        at_error(&at, "must be a map from namespace/service to a list of addresses");
        return;
    }
    for (const struct node *node = at.node->first; node; node = node->next) {
        struct at member = at_member(&at, node);

        *ARENA_PUSH(at.with->arena, given, out->gateway_address_count) = decode_given(&member);
    }
    out->gateway_addresses = given;
}

struct discovery_settings discovery_settings_of_cluster(const struct discovery_settings *all,
                                                        struct at at)
{
    struct at nodes = at_key(&at, "nodeAddresses");
    struct at namespaces = at_key(&at, "namespaces"), pods = at_key(&at, "podAddresses");
    struct discovery_settings settings = *all;

    decode_list(&settings.istio_namespaces, at_key(&at, "istioNamespaces"));
    decode_list(&settings.gateway_namespaces, at_key(&at, "gatewayNamespaces"));
    settings.node_addresses_given = at_present(&nodes);
    settings.node_addresses =
        (enum node_addresses)at_enum(&nodes, &node_address_table, NODE_EXTERNAL_IP);
    settings.namespaces = at_texts(&namespaces, ENTRIES_MAX, &settings.namespace_count);
    settings.pod_addresses = at_bool(&pods, all->pod_addresses);
    decode_addresses(&settings, at_key(&at, "gatewayAddresses"));
    return settings;
}

bool discovery_settings_reads(const struct discovery_settings *settings, const char *namespace)
{
    for (size_t i = 0; i < settings->namespace_count; i++)
        if (text_equal(settings->namespaces[i], namespace))
            return true;
    return settings->namespace_count == 0;
}

bool discovery_settings_has(const struct discovery_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (text_equal(list->items[i], name))
            return true;
    return false;
}

/* "*" is any text, also an empty one, "?" one byte.  With one place to come back to, which is
 * enough: a later "*" can take whatever an earlier one could. */
static bool glob_matches(const char *glob, const char *text)
{
    const char *star = NULL, *from = NULL;

    while (*text) {
        if (*glob == '*') {
            star = ++glob;
            from = text;
        } else if (*glob == '?' || *glob == *text) {
            glob++;
            text++;
        } else if (star) {
            glob = star;
            text = ++from;
        } else {
            return false;
        }
    }
    while (*glob == '*')
        glob++;
    return !*glob;
}

static bool any_glob(const char *const *globs, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (glob_matches(globs[i], text))
            return true;
    return count == 0;
}

static bool has_labels(const struct discovery_filter *filter, const struct pair *labels,
                       size_t count)
{
    for (size_t i = 0; i < filter->label_count; i++) {
        bool found = false;

        for (size_t k = 0; k < count && !found; k++)
            found = text_equal(filter->labels[i].key, labels[k].key)
                    && text_equal(filter->labels[i].value, labels[k].value);
        if (!found)
            return false;
    }
    return true;
}

static bool any_filter(const struct discovery_filter *filters, size_t count, const char *cluster,
                       const char *namespace, const char *service, const struct pair *labels,
                       size_t label_count)
{
    for (size_t i = 0; i < count; i++)
        if (any_glob(filters[i].clusters, filters[i].cluster_count, cluster)
            && any_glob(filters[i].namespaces, filters[i].namespace_count, namespace)
            && any_glob(filters[i].services, filters[i].service_count, service)
            && has_labels(&filters[i], labels, label_count))
            return true;
    return false;
}

bool discovery_settings_excludes(const struct discovery_settings *settings, const char *cluster,
                                 const char *namespace, const char *service,
                                 const struct pair *labels, size_t label_count)
{
    if (settings->include_count
        && !any_filter(settings->include, settings->include_count, cluster, namespace, service,
                       labels, label_count))
        return true;
    return any_filter(settings->exclude, settings->exclude_count, cluster, namespace, service,
                      labels, label_count);
}

const struct given_addresses *
discovery_settings_addresses(const struct discovery_settings *settings, const char *namespace,
                             const char *service)
{
    const size_t len = strlen(namespace);

    for (size_t i = 0; i < settings->gateway_address_count; i++) {
        const char *text = settings->gateway_addresses[i].service;

        if (!strncmp(text, namespace, len) && text[len] == '/'
            && text_equal(text + len + 1, service))
            return &settings->gateway_addresses[i];
    }
    return NULL;
}
