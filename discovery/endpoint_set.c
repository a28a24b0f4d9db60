/* discovery/endpoint_set.c - the pods behind a Service.  Pure.
 * A Service has several slices: at most 100 endpoints each, one for each family of addresses, and
 * for a moment an address may be in two of them.  Labels are those of the workload after which the
 * pod is named, so that subsets of a Service select the same pods elsewhere; where the owner is not
 * known they are those that the Service selects. */
#include "discovery/endpoint_set.h"

#include "discovery/label_set.h"
#include "discovery/pod_owner.h"
#include <stdlib.h>

static bool same_ports(const struct endpoint_subset *subset, const struct fact_slice *slice)
{
    if (subset->port_count != slice->port_count)
        return false;
    for (size_t i = 0; i < slice->port_count; i++)
        if (subset->ports[i].port != slice->ports[i].port
            || !text_equal(subset->ports[i].name, slice->ports[i].name))
            return false;
    return true;
}

static struct endpoint_subset *subset_of(struct endpoint_subset **subsets, size_t *count,
                                         const struct fact_slice *slice, struct arena *arena)
{
    struct endpoint_subset *subset;

    for (size_t i = 0; i < *count; i++)
        if (same_ports(&(*subsets)[i], slice))
            return &(*subsets)[i];
    subset = ARENA_PUSH(arena, *subsets, *count);
    subset->ports = slice->ports;
    subset->port_count = slice->port_count;
    return subset;
}

static const char *former_sub_zone(const struct kube_service *former, const char *address)
{
    for (size_t i = 0; former && i < former->subset_count; i++)
        for (size_t k = 0; k < former->subsets[i].endpoint_count; k++)
            if (text_equal(former->subsets[i].endpoints[k].address, address))
                return former->subsets[i].endpoints[k].sub_zone;
    return "";
}

static const char *sub_zone_of(const struct scan *scan, const struct fact_address *address,
                               const struct kube_service *former)
{
    const struct fact_node *node = facts_node(scan->facts, address->node);
    const char *sub_zone =
        node ? read_pair(node->labels, node->label_count, "topology.istio.io/subzone") : NULL;

    if (!facts_complete(scan->facts, FACT_NODES))
        return former_sub_zone(former, address->address);
    return sub_zone ? sub_zone : "";
}

/* The pod's own labels would need a list of pods, the largest list of a cluster, and hold hashes
 * that change with each rollout. */
static struct endpoint endpoint_of(const struct fact_address *address,
                                   const struct fact_service *fact,
                                   const struct kube_service *former, const struct scan *scan)
{
    const struct fact_workload *owner =
        *address->pod ? pod_owner_find(scan, fact, address->pod) : NULL;
    struct endpoint out = { .address = address->address,
                            .labels = fact->selector,
                            .label_count = fact->selector_count,
                            .zone = address->zone,
                            .sub_zone = sub_zone_of(scan, address, former) };
    size_t count;
    const struct fact_service *services = facts_services_in(scan->facts, fact->namespace, &count);

    if (owner)
        out.labels = label_set_lasting(owner->labels, owner->label_count, services, count,
                                       scan->settings, &out.label_count, scan->arena);
    return out;
}

static int by_address(const void *a, const void *b)
{
    const struct endpoint *left = a, *right = b;
    int order = strcmp(left->address, right->address);

    if (order || (order = strcmp(left->zone, right->zone))
        || (order = strcmp(left->sub_zone, right->sub_zone)))
        return order;
    for (size_t i = 0; i < left->label_count && i < right->label_count; i++)
        if ((order = strcmp(left->labels[i].key, right->labels[i].key))
            || (order = strcmp(left->labels[i].value, right->labels[i].value)))
            return order;
    return (left->label_count > right->label_count) - (left->label_count < right->label_count);
}

static void add_slice(struct endpoint_subset *subset, const struct fact_slice *slice,
                      const struct fact_service *fact, const struct kube_service *former,
                      const struct scan *scan)
{
    struct endpoint *endpoints = UNCONST(subset->endpoints);

    for (size_t i = 0; i < slice->address_count; i++)
        *ARENA_PUSH(scan->arena, endpoints, subset->endpoint_count) =
            endpoint_of(&slice->addresses[i], fact, former, scan);
    subset->endpoints = endpoints;
}

/* Each address once. */
static void sort_subset(struct endpoint_subset *subset)
{
    struct endpoint *endpoints = UNCONST(subset->endpoints);
    const size_t count = subset->endpoint_count;

    qsort(endpoints, count, sizeof *endpoints, by_address);
    subset->endpoint_count = 1;
    for (size_t i = 1; i < count; i++)
        if (!text_equal(endpoints[subset->endpoint_count - 1].address, endpoints[i].address))
            endpoints[subset->endpoint_count++] = endpoints[i];
}

static int by_ports(const void *a, const void *b)
{
    const struct endpoint_subset *left = a, *right = b;

    for (size_t i = 0; i < left->port_count && i < right->port_count; i++) {
        int order = strcmp(left->ports[i].name, right->ports[i].name);

        if (order)
            return order;
        if (left->ports[i].port != right->ports[i].port)
            return left->ports[i].port < right->ports[i].port ? -1 : 1;
    }
    return (left->port_count > right->port_count) - (left->port_count < right->port_count);
}

/* Of a Service with both families the first one counts: two addresses of one pod would get twice
 * its share of requests. */
static bool is_of(const struct fact_slice *slice, const struct fact_service *fact)
{
    return slice->address_count && slice->port_count && text_equal(slice->service, fact->name)
           && (text_empty(fact->family) || text_empty(slice->family)
               || text_equal(slice->family, fact->family));
}

/* Without the slices the former endpoints stay. Requests to a pod that is gone fail and are
 * retried; an empty set would fail all of them. */
void endpoint_set_add(struct kube_service *service, const struct fact_service *fact,
                      const struct kube_service *former, const struct scan *scan)
{
    struct endpoint_subset *subsets = NULL;
    size_t count = 0, slice_count;
    const struct fact_slice *slices = facts_slices_in(scan->facts, fact->namespace, &slice_count);

    if (!facts_complete(scan->facts, FACT_ENDPOINT_SLICES)) {
        service->subsets = former ? former->subsets : NULL;
        service->subset_count = former ? former->subset_count : 0;
        return;
    }
    for (size_t i = 0; i < slice_count; i++)
        if (is_of(&slices[i], fact))
            add_slice(subset_of(&subsets, &count, &slices[i], scan->arena), &slices[i], fact,
                      former, scan);
    for (size_t i = 0; i < count; i++)
        sort_subset(&subsets[i]);
    if (count)
        qsort(subsets, count, sizeof *subsets, by_ports);
    service->subsets = subsets;
    service->subset_count = count;
}
