/* discovery/facts.c - the lists of one cluster, item by item.  Pure.
 * Invariant: after facts_end every array is sorted by (namespace, name) and has no two equal
 * entries, unless its list counts as unread.  All later stages walk these arrays in order and never
 * look at the order in which items came, which makes the inventory independent of it.
 *
 * A list has one of four results, and the worse one wins: a list that was refused or could not be
 * read stays so, whatever follows. That is how a single item that is not one of Kubernetes, or an
 * object that comes twice (from pages of two versions), turns the list into one from which nothing
 * is concluded.
 *
 * Texts are interned: the labels of ten thousand pod templates are mostly the same few. Look-ups
 * bisect, by name or by namespace, so a stage costs the logarithm of the list for each object that
 * it looks at. */
#include "discovery/facts.h"

#include "base/names.h"
#include <stdlib.h>

static const char *const list_names[] = {
    [FACT_NAMESPACES] = "namespaces",
    [FACT_WEBHOOKS] = "mutatingwebhookconfigurations",
    [FACT_SERVICES] = "services",
    [FACT_DEPLOYMENTS] = "deployments",
    [FACT_DAEMON_SETS] = "daemonsets",
    [FACT_STATEFUL_SETS] = "statefulsets",
    [FACT_CONFIG_MAPS] = "configmaps",
    [FACT_ENDPOINT_SLICES] = "endpointslices",
    [FACT_NODES] = "nodes",
    [FACT_GATEWAYS] = "gateways",
    [FACT_SERVICE_EXPORTS] = "serviceexports",
};
const struct enum_table fact_lists = ENUM_TABLE(list_names);

struct facts *facts_new(const char *cluster, struct arena *arena)
{
    struct facts *facts = ARENA_NEW(arena, struct facts, 1);

    facts->reader = (struct reader){ arena, intern_new(arena) };
    facts->cluster = read_copy(&facts->reader, cluster);
    for (int i = 0; i < FACT_LIST_COUNT; i++)
        facts->lists[i].why = "";
    return facts;
}

void facts_close(struct facts *facts, enum fact_list list, enum fact_read read, const char *why)
{
    struct fact_list_state *state = &facts->lists[list];

    if (state->read == FACT_REFUSED || state->read == FACT_UNREAD || read == FACT_NOT_ASKED)
        return;
    state->read = read;
    state->why = read_copy(&facts->reader, why);
}

static struct fact_config_map read_config_map(const struct reader *reader, const struct node *item)
{
    const struct node *metadata = node_find(item, "metadata");
    const char *mesh = node_get(item, "data", "mesh", NULL);
    struct fact_config_map map = { .namespace = read_text(reader, metadata, "namespace"),
                                   .name = read_text(reader, metadata, "name"),
                                   .has_mesh = mesh != NULL };

    map.readable = mesh && mesh_config_read(&map.config, reader, mesh);
    return map;
}

static struct fact_export read_export(const struct reader *reader, const struct node *item)
{
    const struct node *metadata = node_find(item, "metadata");

    return (struct fact_export){ read_text(reader, metadata, "namespace"),
                                 read_text(reader, metadata, "name") };
}

static bool has_namespace(enum fact_list list)
{
    return list != FACT_NAMESPACES && list != FACT_WEBHOOKS && list != FACT_NODES;
}

/* Names of Services become labels of host names. */
static bool has_name(enum fact_list list, const struct node *item)
{
    const char *name = node_get(item, "metadata", "name", NULL);

    return (list == FACT_SERVICES ? names_is_dns_label(name) : names_is_dns_subdomain(name))
           && (!has_namespace(list)
               || names_is_dns_label(node_get(item, "metadata", "namespace", NULL)));
}

#define ADD(facts, array, count, value)                                                            \
    (*ARENA_PUSH((facts)->reader.arena, (facts)->array, (facts)->count) = (value))

static void add_workload(struct facts *facts, enum workload_kind kind, const struct node *item)
{
    ADD(facts, workloads, workload_count, fact_workload_read(&facts->reader, kind, item));
}

void facts_add(struct facts *facts, enum fact_list list, const struct node *item)
{
    const struct reader *reader = &facts->reader;

    if (!has_name(list, item)) {
        facts_close(facts, list, FACT_UNREAD, "an item has no name as Kubernetes gives them");
        return;
    }
    switch (list) {
    case FACT_NAMESPACES:
        ADD(facts, namespaces, namespace_count, fact_namespace_read(reader, item));
        break;
    case FACT_WEBHOOKS:
        ADD(facts, webhooks, webhook_count, fact_webhook_read(reader, item));
        break;
    case FACT_SERVICES:
        ADD(facts, services, service_count, fact_service_read(reader, item));
        break;
    case FACT_DEPLOYMENTS:
        add_workload(facts, WORKLOAD_DEPLOYMENT, item);
        break;
    case FACT_DAEMON_SETS:
        add_workload(facts, WORKLOAD_DAEMON_SET, item);
        break;
    case FACT_STATEFUL_SETS:
        add_workload(facts, WORKLOAD_STATEFUL_SET, item);
        break;
    case FACT_CONFIG_MAPS:
        ADD(facts, config_maps, config_map_count, read_config_map(reader, item));
        break;
    case FACT_ENDPOINT_SLICES:
        ADD(facts, slices, slice_count, fact_slice_read(reader, item));
        break;
    case FACT_NODES:
        ADD(facts, nodes, node_count, fact_node_read(reader, item));
        break;
    case FACT_GATEWAYS:
        ADD(facts, gateways, gateway_count, fact_gateway_read(reader, item));
        break;
    case FACT_SERVICE_EXPORTS:
        ADD(facts, exports, export_count, read_export(reader, item));
        break;
    case FACT_LIST_COUNT:
        break;
    }
}

static void forget_workloads(struct facts *facts, enum workload_kind kind)
{
    size_t kept = 0;

    for (size_t i = 0; i < facts->workload_count; i++)
        if (facts->workloads[i].kind != kind)
            facts->workloads[kept++] = facts->workloads[i];
    facts->workload_count = kept;
}

/* A list whose token expired is read again from its first page (objects.c), and what came before
 * must not be counted twice. */
void facts_forget(struct facts *facts, enum fact_list list)
{
    switch (list) {
    case FACT_DEPLOYMENTS:
        forget_workloads(facts, WORKLOAD_DEPLOYMENT);
        break;
    case FACT_DAEMON_SETS:
        forget_workloads(facts, WORKLOAD_DAEMON_SET);
        break;
    case FACT_STATEFUL_SETS:
        forget_workloads(facts, WORKLOAD_STATEFUL_SET);
        break;
    case FACT_NAMESPACES:
        facts->namespace_count = 0;
        break;
    case FACT_WEBHOOKS:
        facts->webhook_count = 0;
        break;
    case FACT_SERVICES:
        facts->service_count = 0;
        break;
    case FACT_CONFIG_MAPS:
        facts->config_map_count = 0;
        break;
    case FACT_ENDPOINT_SLICES:
        facts->slice_count = 0;
        break;
    case FACT_NODES:
        facts->node_count = 0;
        break;
    case FACT_GATEWAYS:
        facts->gateway_count = 0;
        break;
    case FACT_SERVICE_EXPORTS:
        facts->export_count = 0;
        break;
    case FACT_LIST_COUNT:
        break;
    }
}

static int compare(const char *a, const char *b, const char *x, const char *y)
{
    int order = strcmp(a, x);

    return order ? order : strcmp(b, y);
}

#define BY_NAMESPACE_AND_NAME(type)                                                                \
    static int by_##type(const void *a, const void *b)                                             \
    {                                                                                              \
        const struct fact_##type *left = a, *right = b;                                            \
        return compare(left->namespace, left->name, right->namespace, right->name);                \
    }
BY_NAMESPACE_AND_NAME(service)
BY_NAMESPACE_AND_NAME(slice)
BY_NAMESPACE_AND_NAME(config_map)
BY_NAMESPACE_AND_NAME(gateway)
BY_NAMESPACE_AND_NAME(export)

#define BY_NAME(type)                                                                              \
    static int by_##type(const void *a, const void *b)                                             \
    {                                                                                              \
        const struct fact_##type *left = a, *right = b;                                            \
        return strcmp(left->name, right->name);                                                    \
    }
BY_NAME(namespace)
BY_NAME(webhook)
BY_NAME(node)

static int by_workload(const void *a, const void *b)
{
    const struct fact_workload *left = a, *right = b;
    int order = compare(left->namespace, left->name, right->namespace, right->name);

    return order ? order : (left->kind > right->kind) - (left->kind < right->kind);
}

static void settle(struct facts *facts, enum fact_list list, void *array, size_t count, size_t size,
                   int (*order)(const void *, const void *))
{
    if (count > 1)
        qsort(array, count, size, order);
    for (size_t i = 1; i < count; i++)
        if (!order((char *)array + (i - 1) * size, (char *)array + i * size))
            facts_close(facts, list, FACT_UNREAD, "it has an object twice");
}

void facts_end(struct facts *f)
{
    settle(f, FACT_NAMESPACES, f->namespaces, f->namespace_count, sizeof *f->namespaces,
           by_namespace);
    settle(f, FACT_WEBHOOKS, f->webhooks, f->webhook_count, sizeof *f->webhooks, by_webhook);
    settle(f, FACT_SERVICES, f->services, f->service_count, sizeof *f->services, by_service);
    settle(f, FACT_DEPLOYMENTS, f->workloads, f->workload_count, sizeof *f->workloads, by_workload);
    settle(f, FACT_CONFIG_MAPS, f->config_maps, f->config_map_count, sizeof *f->config_maps,
           by_config_map);
    settle(f, FACT_ENDPOINT_SLICES, f->slices, f->slice_count, sizeof *f->slices, by_slice);
    settle(f, FACT_NODES, f->nodes, f->node_count, sizeof *f->nodes, by_node);
    settle(f, FACT_GATEWAYS, f->gateways, f->gateway_count, sizeof *f->gateways, by_gateway);
    settle(f, FACT_SERVICE_EXPORTS, f->exports, f->export_count, sizeof *f->exports, by_export);
}

const struct fact_namespace *facts_namespace(const struct facts *facts, const char *name)
{
    const struct fact_namespace wanted = { .name = name };

    return facts->namespace_count ? bsearch(&wanted, facts->namespaces, facts->namespace_count,
                                            sizeof wanted, by_namespace)
                                  : NULL;
}

const struct fact_config_map *facts_config_map(const struct facts *facts, const char *namespace,
                                               const char *name)
{
    const struct fact_config_map wanted = { .namespace = namespace, .name = name };

    return facts->config_map_count ? bsearch(&wanted, facts->config_maps, facts->config_map_count,
                                             sizeof wanted, by_config_map)
                                   : NULL;
}

const struct fact_node *facts_node(const struct facts *facts, const char *name)
{
    const struct fact_node wanted = { .name = name };

    return facts->node_count
               ? bsearch(&wanted, facts->nodes, facts->node_count, sizeof wanted, by_node)
               : NULL;
}

bool facts_exported(const struct facts *facts, const char *namespace, const char *name)
{
    const struct fact_export wanted = { namespace, name };

    return facts->export_count
           && bsearch(&wanted, facts->exports, facts->export_count, sizeof wanted, by_export);
}

/* The first of count elements whose namespace is not below name; namespace: where it is in one. */
static size_t lower_bound(const void *array, size_t count, size_t size, size_t namespace,
                          const char *name)
{
    size_t low = 0;

    while (low < count) {
        const size_t middle = low + (count - low) / 2;
        const char *const *at = (const void *)((const char *)array + middle * size + namespace);

        if (strcmp(*at, name) < 0)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

/* Where the elements of one namespace are: the first of total, and how many. */
static size_t range_of(const void *array, size_t total, size_t size, size_t namespace,
                       const char *name, size_t *count)
{
    const size_t from = lower_bound(array, total, size, namespace, name);
    size_t to = from;

    for (; to < total; to++) {
        const char *const *at = (const void *)((const char *)array + to * size + namespace);

        if (!text_equal(*at, name))
            break;
    }
    *count = to - from;
    return from;
}

const struct fact_service *facts_services_in(const struct facts *facts, const char *namespace,
                                             size_t *count)
{
    const size_t from = range_of(facts->services, facts->service_count, sizeof *facts->services,
                                 offsetof(struct fact_service, namespace), namespace, count);

    return *count ? facts->services + from : NULL;
}

const struct fact_workload *facts_workloads_in(const struct facts *facts, const char *namespace,
                                               size_t *count)
{
    const size_t from = range_of(facts->workloads, facts->workload_count, sizeof *facts->workloads,
                                 offsetof(struct fact_workload, namespace), namespace, count);

    return *count ? facts->workloads + from : NULL;
}

const struct fact_slice *facts_slices_in(const struct facts *facts, const char *namespace,
                                         size_t *count)
{
    const size_t from = range_of(facts->slices, facts->slice_count, sizeof *facts->slices,
                                 offsetof(struct fact_slice, namespace), namespace, count);

    return *count ? facts->slices + from : NULL;
}
