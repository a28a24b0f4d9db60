/* translate/endpoint.c - the pods behind a Service.  Pure order and form.
 *
 * Specs come from people and from discovery, in any order and with labels that change with each
 * rollout. What is rendered must not: labels that Kubernetes' controllers add to each pod or
 * rollout are left out, sets are sorted and each is kept once. Thus a restart of a Deployment
 * changes no manifest. Where no pod is known, the labels of Workloads that the selector matches
 * take their place, else the selector itself, so that subsets of a Service that is scaled to zero
 * stay valid.
 *
 * A named target port has a number only when all subsets with endpoints agree; with two answers
 * there is none, for a wrong port would send requests to another container. */
#include "translate/endpoint.h"
#include "api/selector_match.h"

#include "translate/protocol.h"
#include <stdlib.h>
#include <string.h>

/* Made by Kubernetes' controllers for each rollout or pod, so no subset is selected by them; and
 * those that say where a pod is and how it is reached there.  Istio reads the latter on endpoints,
 * too: on the address of a gateway they would send a client to the network gateway of its own mesh,
 * or turn HBONE on. */
static const char *const passing_labels[] = {
    "apps.kubernetes.io/pod-index",
    "controller-revision-hash",
    "istio-locality",
    "networking.istio.io/tunnel",
    "pod-template-generation",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
    "topology.istio.io/cluster",
    "topology.istio.io/network",
    "topology.istio.io/subzone",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
};

static bool is_passing(const char *key)
{
    for (size_t i = 0; i < LENGTH(passing_labels); i++)
        if (!strcmp(key, passing_labels[i]))
            return true;
    return false;
}

static const struct pair speaks_tls = { "security.istio.io/tlsMode", "istio" };

static bool has_passing(const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_passing(pairs[i].key))
            return true;
    return false;
}

/* Sorted by key, as they come; most can stay where they are. */
static struct labels lasting_labels(const struct pair *pairs, size_t count, bool tls,
                                    struct arena *arena)
{
    struct labels labels = { 0 };
    struct pair *kept;

    if (!tls && !has_passing(pairs, count))
        return (struct labels){ pairs, count };
    kept = ARENA_NEW(arena, struct pair, count + 1);
    labels.pairs = kept;

    for (size_t i = 0; i < count; i++) {
        const int order = strcmp(pairs[i].key, speaks_tls.key);

        if (tls && order >= 0) {
            kept[labels.count++] = speaks_tls;
            tls = false;
            if (order == 0)
                continue;
        }
        if (!is_passing(pairs[i].key))
            kept[labels.count++] = pairs[i];
    }
    if (tls)
        kept[labels.count++] = speaks_tls;
    return labels;
}

static int compare_labels(struct labels a, struct labels b)
{
    for (size_t i = 0; i < a.count && i < b.count; i++) {
        int order = strcmp(a.pairs[i].key, b.pairs[i].key);

        if (order || (order = strcmp(a.pairs[i].value, b.pairs[i].value)))
            return order;
    }
    return a.count < b.count ? -1 : a.count > b.count;
}

static int by_labels(const void *a, const void *b)
{
    return compare_labels(*(const struct labels *)a, *(const struct labels *)b);
}

static size_t endpoint_count(const struct kube_service *service)
{
    size_t count = 0;

    for (size_t i = 0; i < service->subset_count; i++)
        count += service->subsets[i].endpoint_count;
    return count;
}

struct templates {
    const struct workload **items; /* sorted by cluster and namespace */
    size_t count;
};

static int compare_namespaces(struct cluster_ref a, struct cluster_ref b)
{
    const int order = strcmp(a.cluster, b.cluster);

    return order ? order : strcmp(a.namespace, b.namespace);
}

static int by_namespace(const void *a, const void *b)
{
    return compare_namespaces((*(const struct workload *const *)a)->controller,
                              (*(const struct workload *const *)b)->controller);
}

struct templates *endpoint_templates(const struct workload *workloads, size_t count,
                                     struct arena *arena)
{
    struct templates *templates = ARENA_NEW(arena, struct templates, 1);

    templates->items = ARENA_NEW(arena, const struct workload *, count);
    templates->count = count;
    for (size_t i = 0; i < count; i++)
        templates->items[i] = &workloads[i];
    if (count)
        qsort(templates->items, count, sizeof(const struct workload *), by_namespace);
    return templates;
}

/* Index of the first Workload that is not before the namespace of ref. */
static size_t first_template(const struct templates *templates, struct cluster_ref ref)
{
    size_t low = 0, high = templates->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare_namespaces(templates->items[middle]->controller, ref) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Label sets that grow. */
struct sets {
    struct labels *items;
    size_t count;
    bool tls;
    struct arena *arena;
};

static void add_set(struct sets *out, const struct pair *pairs, size_t count)
{
    *ARENA_PUSH(out->arena, out->items, out->count) =
        lasting_labels(pairs, count, out->tls, out->arena);
}

static void add_endpoints(struct sets *out, const struct kube_service *service)
{
    for (size_t i = 0; i < service->subset_count; i++)
        for (size_t k = 0; k < service->subsets[i].endpoint_count; k++)
            add_set(out, service->subsets[i].endpoints[k].labels,
                    service->subsets[i].endpoints[k].label_count);
}

static void add_templates(struct sets *out, const struct kube_service *service,
                          const struct templates *templates)
{
    for (size_t i = first_template(templates, service->ref);
         i < templates->count && !compare_namespaces(templates->items[i]->controller, service->ref);
         i++) {
        const struct workload *workload = templates->items[i];

        if (selector_match_pods(service->selector, service->selector_count, workload->pod_labels,
                                workload->pod_label_count))
            add_set(out, workload->pod_labels, workload->pod_label_count);
    }
}

struct labels *endpoint_label_sets(const struct kube_service *service,
                                   const struct templates *templates, bool tls, size_t *count,
                                   struct arena *arena)
{
    struct sets sets = { .tls = tls, .arena = arena };

    add_endpoints(&sets, service);
    if (!sets.count)
        add_templates(&sets, service, templates);
    if (!sets.count)
        add_set(&sets, service->selector, service->selector_count);
    qsort(sets.items, sets.count, sizeof *sets.items, by_labels);
    *count = 1;
    for (size_t i = 1; i < sets.count; i++)
        if (compare_labels(sets.items[*count - 1], sets.items[i]))
            sets.items[(*count)++] = sets.items[i];
    return sets.items;
}

static int compare_ports(const struct endpoint_subset *a, const struct endpoint_subset *b)
{
    for (size_t i = 0; i < a->port_count && i < b->port_count; i++) {
        int order = strcmp(a->ports[i].name, b->ports[i].name);

        if (order)
            return order;
        if (a->ports[i].port != b->ports[i].port)
            return a->ports[i].port < b->ports[i].port ? -1 : 1;
    }
    return a->port_count < b->port_count ? -1 : a->port_count > b->port_count;
}

static int by_address(const void *a, const void *b)
{
    const struct pod *left = a, *right = b;
    int order = strcmp(left->endpoint->address, right->endpoint->address);

    if (order || (order = compare_labels(left->labels, right->labels)))
        return order;
    return compare_ports(left->subset, right->subset);
}

struct pod *endpoint_pods(const struct kube_service *service, bool tls, size_t *count,
                          struct arena *arena)
{
    struct pod *pods = ARENA_NEW(arena, struct pod, endpoint_count(service));
    size_t all = 0;

    *count = 0;
    for (size_t i = 0; i < service->subset_count; i++)
        for (size_t k = 0; k < service->subsets[i].endpoint_count; k++) {
            const struct endpoint *endpoint = &service->subsets[i].endpoints[k];

            pods[all++] =
                (struct pod){ endpoint, &service->subsets[i],
                              lasting_labels(endpoint->labels, endpoint->label_count, tls, arena) };
        }
    if (all)
        qsort(pods, all, sizeof *pods, by_address);
    for (size_t i = 0; i < all; i++)
        if (!*count || by_address(&pods[*count - 1], &pods[i]))
            pods[(*count)++] = pods[i];
    return pods;
}

uint32_t endpoint_pod_port(const struct endpoint_subset *subset, const struct service_port *port)
{
    for (size_t i = 0; i < subset->port_count; i++)
        if (text_equal(subset->ports[i].name, port->name))
            return subset->ports[i].port;
    return 0;
}

uint32_t endpoint_target_port(const struct kube_service *service, const struct service_port *port)
{
    uint32_t agreed = 0;

    if (port->target_number || text_empty(port->target_name))
        return port->target_number ? port->target_number : port->port;
    for (size_t i = 0; i < service->subset_count; i++) {
        const uint32_t number = endpoint_pod_port(&service->subsets[i], port);

        if (!service->subsets[i].endpoint_count)
            continue;
        if (!number || (agreed && number != agreed))
            return 0;
        agreed = number;
    }
    return agreed;
}

bool endpoint_selects_pods(const struct kube_service *service, const struct dialect *dialect)
{
    if (!dialect->entry_selects_pods || !service->selector_count)
        return false;
    for (size_t i = 0; i < service->port_count; i++)
        if (protocol_is_tcp(&service->ports[i])
            && !endpoint_target_port(service, &service->ports[i]))
            return false;
    return true;
}

bool endpoint_has_pods(const struct kube_service *service) { return endpoint_count(service) > 0; }
