/* discovery/endpoint_set.c - the pods behind a Service.  Pure.
 * A Service has several slices: at most 100 endpoints each, one for each family of addresses, and
 * for a moment an address may be in two of them.  Labels are those that the Service selects: the
 * slice does not say more without its pods. */
#include "discovery/endpoint_set.h"

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

static bool has_address(const struct endpoint_subset *subset, const char *address)
{
    for (size_t i = 0; i < subset->endpoint_count; i++)
        if (text_equal(subset->endpoints[i].address, address))
            return true;
    return false;
}

static int by_address(const void *a, const void *b)
{
    return strcmp(((const struct endpoint *)a)->address, ((const struct endpoint *)b)->address);
}

static void add_slice(struct endpoint_subset *subset, const struct fact_slice *slice,
                      const struct fact_service *fact, struct arena *arena)
{
    struct endpoint *endpoints = UNCONST(subset->endpoints);

    for (size_t i = 0; i < slice->address_count; i++) {
        subset->endpoints = endpoints;
        if (has_address(subset, slice->addresses[i].address))
            continue;
        *ARENA_PUSH(arena, endpoints, subset->endpoint_count) =
            (struct endpoint){ .address = slice->addresses[i].address,
                               .labels = fact->selector,
                               .label_count = fact->selector_count,
                               .zone = slice->addresses[i].zone,
                               .sub_zone = "" };
    }
    if (subset->endpoint_count)
        qsort(endpoints, subset->endpoint_count, sizeof *endpoints, by_address);
    subset->endpoints = endpoints;
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

void endpoint_set_add(struct kube_service *service, const struct fact_service *fact,
                      const struct kube_service *former, const struct scan *scan)
{
    struct endpoint_subset *subsets = NULL;
    size_t count = 0;

    if (!facts_complete(scan->facts, FACT_ENDPOINT_SLICES)) {
        service->subsets = former ? former->subsets : NULL;
        service->subset_count = former ? former->subset_count : 0;
        return;
    }
    for (size_t i = 0; i < scan->facts->slice_count; i++) {
        const struct fact_slice *slice = &scan->facts->slices[i];

        if (slice->address_count && slice->port_count
            && text_equal(slice->namespace, fact->namespace)
            && text_equal(slice->service, fact->name))
            add_slice(subset_of(&subsets, &count, slice, scan->arena), slice, fact, scan->arena);
    }
    if (count)
        qsort(subsets, count, sizeof *subsets, by_ports);
    service->subsets = subsets;
    service->subset_count = count;
}
