/* discovery/discovery_settings.c - the configuration of discovery.  Pure.
 * A list that is not given and one that is empty differ: "istioNamespaces: []" trusts no namespace
 * beyond those to which an injector's webhook leads, and so does its absence, but a list with
 * entries replaces them.
 *
 * Globs instead of regular expressions: they match without recursion, and a dot in a name is a dot.
 * A filter without any part would match every Service; as an exclusion it would empty the
 * inventory, and it is refused. */
#include "discovery/discovery_settings.h"

#include "api/schema_decode.h"
#include "base/decode_value.h"

enum { MINUTE = 60 };

static const char *const exports_names[] = {
    [EXPORTS_OFF] = "off", [EXPORTS_LABEL] = "label", [EXPORTS_ONLY] = "only"
};
static const struct enum_table exports_table = ENUM_TABLE(exports_names);
static const char *const node_address_names[] = {
    [NODE_EXTERNAL_IP] = "ExternalIP", [NODE_INTERNAL_IP] = "InternalIP"
};
const struct enum_table node_addresses_names = ENUM_TABLE(node_address_names);

/* --- the block "discovery" --- */

static void check_filter(const struct at *at, void *object)
{
    const struct discovery_filter *filter = object;

    if (!filter->cluster_count && !filter->namespace_count && !filter->service_count
        && !filter->label_count)
        at_error(at, "matches everything; write clusters, namespaces, services or labels");
}

#define ROW_GLOBS(key, member, number, ...)                                                        \
    ROW_TEXTS(struct discovery_filter, key, member, number, .max = DISCOVERY_ENTRIES_MAX,          \
              __VA_ARGS__)
static const struct schema_field filter_fields[] = {
    ROW_GLOBS("clusters", clusters, cluster_count, .doc = "Globs of clusters."),
    ROW_GLOBS("namespaces", namespaces, namespace_count, .doc = "Globs of namespaces."),
    ROW_GLOBS("services", services, service_count, .doc = "Globs of Services."),
    ROW_PAIRS(struct discovery_filter, "labels", labels, label_count, .max = DISCOVERY_ENTRIES_MAX,
              .doc = "Labels of the Service."),
};
static const struct schema filter_schema = { .name = "Filter",
                                             .doc = "Services that meet all parts.",
                                             .size = sizeof(struct discovery_filter),
                                             SCHEMA_FIELDS(filter_fields),
                                             .check = check_filter };

static void decode_seconds(const struct at *at, const struct schema_field *field, void *object)
{
    *(int64_t *)(void *)((char *)object + field->offset) =
        at_duration(at, 0, field->number * 1000) / 1000;
}

static void check_inventory_branch(const struct at *at, const char *branch)
{
    if (text_starts(branch, "refs/") || branch[strcspn(branch, " ~^:?*[\\")])
        at_error(at,
                 "must be the short name of a branch, such as \"" INVENTORY_BRANCH_DEFAULT "\"");
}

static const struct schema_field discovery_fields[] = {
    ROW_BOOL(struct discovery_settings, "enabled", enabled,
             .doc = "Each pass reads the clusters and renders what it finds there, too."),
    ROW_TEXT(struct discovery_settings, "branch", branch, .text = INVENTORY_BRANCH_DEFAULT,
             .check_text = check_inventory_branch, .doc = "The older name of `inventory.branch`."),
    ROW_NAMESPACES(struct discovery_settings, "istioNamespaces", istio_namespaces,
                   .doc = ISTIO_NAMESPACES_DOC),
    ROW_NAMESPACES(struct discovery_settings, "gatewayNamespaces", gateway_namespaces,
                   .doc = GATEWAY_NAMESPACES_DOC),
    ROW_LIST(struct discovery_settings, "include", include, include_count, filter_schema,
             .doc = "A Service must match one of these filters."),
    ROW_LIST(struct discovery_settings, "exclude", exclude, exclude_count, filter_schema,
             .given = SCHEMA_OPTIONAL(struct discovery_settings, exclude_given),
             .absent = "`[{namespaces: [\"kube-*\"]}]`",
             .doc = "A Service that matches one of these filters is left out."),
    ROW_ENUM(struct discovery_settings, "serviceExports", exports, exports_table,
             .number = EXPORTS_OFF,
             .doc = "What a ServiceExport means: nothing, a label, or that all others are left "
                    "out."),
    ROW_TEXTS(struct discovery_settings, "labels", labels, label_count,
              .max = DISCOVERY_ENTRIES_MAX,
              .doc = "Keys of labels that stay although they change with each release."),
    ROW_SECONDS(struct discovery_settings, "graceDeleted", grace_deleted, .number = 10 * MINUTE,
                .decode = decode_seconds, .absent = "`10m`",
                .doc = "How long an object that is gone stays in the inventory."),
    ROW_SECONDS(struct discovery_settings, "graceAddress", grace_address, .number = 30 * MINUTE,
                .decode = decode_seconds, .absent = "`30m`",
                .doc = "How long an address of a gateway that is gone stays while others are "
                       "left."),
    ROW_BOOL(struct discovery_settings, "podAddresses", pod_addresses, .doc = POD_ADDRESSES_DOC),
    ROW_SECONDS(struct discovery_settings, "podInterval", pod_interval, .number = 5 * MINUTE,
                .decode = decode_seconds, .absent = "`5m`",
                .doc = "How long new pods wait, unless a pod is gone as well."),
    ROW_SECONDS(struct discovery_settings, "staleAfter", stale_after, .decode = decode_seconds,
                .absent = "never",
                .doc = "From which age on the inventory of a cluster that cannot be read counts as "
                       "stale; nothing is removed."),
    ROW_FLOAT(struct discovery_settings, "maxRemovedShare", max_removed_share, .ratio = 0.2,
              .doc = "Removals of more than this share of the Destinations of a cluster are held."),
};
const struct schema discovery_settings_schema = { .name = "Discovery",
                                                  .doc = "What discovery takes over.",
                                                  .size = sizeof(struct discovery_settings),
                                                  SCHEMA_FIELDS(discovery_fields),
                                                  .place = SCHEMA_OPTIONAL(
                                                      struct discovery_settings, place) };

/* The namespaces of the cluster itself; everything else is decided by the mesh. */
void discovery_settings_finish(struct discovery_settings *settings, struct arena *arena)
{
    static const char *const system[] = { "kube-*" };
    struct discovery_filter *filter;

    if (settings->exclude_given)
        return;
    filter = ARENA_NEW(arena, struct discovery_filter, 1);
    *filter = (struct discovery_filter){ .namespaces = system, .namespace_count = 1 };
    settings->exclude = filter;
    settings->exclude_count = 1;
}

struct discovery_settings discovery_settings_default(struct arena *arena)
{
    struct discovery_settings settings = { 0 };

    schema_default(&settings, &discovery_settings_schema);
    discovery_settings_finish(&settings, arena);
    return settings;
}

/* --- an entry of "clusters" --- */

static struct given_addresses decode_given(const struct at *at)
{
    struct given_addresses given = { .service = at->key };

    if (!strchr(at->key, '/'))
        at_error(at, "must be the namespace and name of a Service, such as "
                     "istio-system/istio-eastwestgateway");
    given.addresses = at_texts(at, DISCOVERY_ENTRIES_MAX, &given.count);
    return given;
}

void given_addresses_decode(const struct at *at, const struct schema_field *field, void *object)
{
    struct given_addresses *given = NULL;
    size_t count = 0;

    if (at->node->kind != NODE_MAP) {
        at_error(at, "must be a map from namespace/service to a list of addresses");
        return;
    }
    for (const struct node *node = at->node->first; node; node = node->next) {
        struct at member = at_member(at, node);

        *ARENA_PUSH(at->with->arena, given, count) = decode_given(&member);
    }
    *(const struct given_addresses **)(void *)((char *)object + field->offset) = given;
    *(size_t *)(void *)((char *)object + field->count) = count;
}

/* What differs between clusters by nature: where istiod and gateways are, how nodes are reached,
 * what weft may list. Rules of taste (include, exclude, grace periods) are the same everywhere, so
 * that one object has one fate. */
struct discovery_settings discovery_settings_overlay(const struct discovery_settings *own,
                                                     const struct discovery_settings *all)
{
    struct discovery_settings settings = *all;

    if (own->istio_namespaces.given)
        settings.istio_namespaces = own->istio_namespaces;
    if (own->gateway_namespaces.given)
        settings.gateway_namespaces = own->gateway_namespaces;
    if (own->pod_addresses_given)
        settings.pod_addresses = own->pod_addresses;
    settings.node_addresses_given = own->node_addresses_given;
    settings.node_addresses = own->node_addresses;
    settings.gateway_addresses = own->gateway_addresses;
    settings.gateway_address_count = own->gateway_address_count;
    settings.namespaces = own->namespaces;
    settings.namespace_count = own->namespace_count;
    return settings;
}

bool discovery_settings_reads(const struct discovery_settings *settings, const char *namespace)
{
    return settings->namespace_count == 0
           || text_listed(settings->namespaces, settings->namespace_count, namespace);
}

bool discovery_settings_has(const struct discovery_list *list, const char *name)
{
    return text_listed(list->items, list->count, name);
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
