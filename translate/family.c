/* translate/family.c - IPv4 and IPv6: which addresses of gateways the pods of a client can reach.
 *
 * A gateway with addresses of both families is one ServiceEntry with both, and a proxy whose pod
 * has only one of them fails every second connection.  The pods of a cluster have the families of
 * the addresses that its Destinations list.  A client with one family gets the addresses of that
 * family; there are some, because only gateways that have both are looked at.  So the imports of a
 * client depend on a set of two bits, which is in the signature of shared folders.
 */
#include "translate/family.h"

#include "translate/messages.h"
#include "translate/resolution.h"

unsigned family_of(const char *address)
{
    switch (address_kind(address)) {
    case ADDRESS_IPV4:
        return FAMILY_IPV4;
    case ADDRESS_IPV6:
        return FAMILY_IPV6;
    case ADDRESS_WILDCARD:
    case ADDRESS_HOSTNAME:
        break;
    }
    return 0;
}

/* A Service without a selector may list addresses that are no pods. */
static unsigned pods_of(const struct kube_service *service)
{
    unsigned families = 0;

    for (size_t i = 0; service->selector_count && i < service->subset_count; i++)
        for (size_t k = 0; k < service->subsets[i].endpoint_count && families != FAMILY_BOTH; k++)
            families |= family_of(service->subsets[i].endpoints[k].address);
    return families;
}

void family_find_pods(struct resolved *resolved, struct arena *arena)
{
    struct map *by_cluster = map_new(arena);

    for (size_t i = 0; i < resolved->site_count; i++)
        if (!map_find(by_cluster, resolved->sites[i].cluster))
            map_put(by_cluster, resolved->sites[i].cluster, ARENA_NEW(arena, unsigned, 1));
    for (size_t i = 0; i < resolved->specs->destination_count; i++) {
        const struct kube_service *service = resolved->specs->destinations[i].service;
        unsigned *families = service ? map_find(by_cluster, service->ref.cluster) : NULL;

        if (families && *families != FAMILY_BOTH)
            *families |= pods_of(service);
    }
    for (size_t i = 0; i < resolved->site_count; i++)
        resolved->sites[i].pod_families =
            *(unsigned *)map_find(by_cluster, resolved->sites[i].cluster);
}

static bool has_both(const struct resolved_mesh *site)
{
    unsigned families = 0;

    for (size_t i = 0; site->resolution == RESOLUTION_STATIC && i < site->endpoint_count; i++)
        families |= family_of(site->endpoints[i].address);
    return families == FAMILY_BOTH;
}

void family_check_gateways(struct resolved_virtual_mesh *vmesh, struct arena *arena)
{
    const struct resolved_mesh *duals[2] = { NULL }; /* the first is no neighbour of itself */
    size_t count = 0;

    for (size_t i = 0; i < vmesh->site_count; i++) {
        vmesh->sites[i]->dual_stack = has_both(vmesh->sites[i]);
        if (vmesh->sites[i]->dual_stack && count < LENGTH(duals))
            duals[count++] = vmesh->sites[i];
    }
    for (size_t i = 0; i < vmesh->site_count; i++) {
        const struct resolved_mesh *site = vmesh->sites[i];
        const struct resolved_mesh *dual = duals[0] == site ? duals[1] : duals[0];

        if (dual && !site->pod_families)
            messages_add(&site->status->warnings, arena, W55_FAMILIES_UNKNOWN, site->cluster,
                         dual->cluster);
    }
}
