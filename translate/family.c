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

    for (size_t i = 0; i < resolved->mesh_count; i++)
        if (!map_find(by_cluster, resolved->meshes[i].cluster))
            map_put(by_cluster, resolved->meshes[i].cluster, ARENA_NEW(arena, unsigned, 1));
    for (size_t i = 0; i < resolved->specs->destination_count; i++) {
        const struct kube_service *service = resolved->specs->destinations[i].service;
        unsigned *families = service ? map_find(by_cluster, service->ref.cluster) : NULL;

        if (families && *families != FAMILY_BOTH)
            *families |= pods_of(service);
    }
    for (size_t i = 0; i < resolved->mesh_count; i++)
        resolved->meshes[i].pod_families =
            *(unsigned *)map_find(by_cluster, resolved->meshes[i].cluster);
}

/* Of the gateways; 0: they have host names. */
static unsigned gateway_families(const struct resolved_mesh *mesh)
{
    unsigned families = 0;

    for (size_t i = 0; mesh->resolution == RESOLUTION_STATIC && i < mesh->endpoint_count; i++)
        families |= family_of(mesh->endpoints[i].address);
    return families;
}

void family_check_gateways(struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    const struct resolved_mesh *duals[2] = { NULL }; /* the first is no neighbour of itself */
    size_t count = 0;

    for (size_t i = 0; i < virtual_mesh->mesh_count; i++) {
        virtual_mesh->meshes[i]->dual_stack =
            gateway_families(virtual_mesh->meshes[i]) == FAMILY_BOTH;
        if (virtual_mesh->meshes[i]->dual_stack && count < LENGTH(duals))
            duals[count++] = virtual_mesh->meshes[i];
    }
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++) {
        const struct resolved_mesh *mesh = virtual_mesh->meshes[i];
        const struct resolved_mesh *dual = duals[0] == mesh ? duals[1] : duals[0];

        if (dual && !mesh->pod_families)
            messages_add(&mesh->status->warnings, arena, W55_FAMILIES_UNKNOWN, mesh->cluster,
                         dual->cluster);
    }
}

/* Of the addresses that clients of its Services connect to; 0: not known. */
static unsigned families_of(const struct resolved_mesh *home)
{
    return home->virtual_mesh->flat ? home->pod_families : gateway_families(home);
}

static const char *family_name(unsigned family) { return family == FAMILY_IPV4 ? "IPv4" : "IPv6"; }

/* The meshes of a VirtualMesh whose pods have one family, by it. */
struct single_family {
    const struct resolved_mesh **meshes[FAMILY_BOTH];
    size_t counts[FAMILY_BOTH];
};

static void collect_clients(struct single_family *clients,
                            const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++) {
        const unsigned family = virtual_mesh->meshes[i]->pod_families;

        if (family == FAMILY_IPV4 || family == FAMILY_IPV6)
            *ARENA_PUSH(arena, clients->meshes[family], clients->counts[family]) =
                virtual_mesh->meshes[i];
    }
}

/* Each client is taken out of the list when it has its warning. */
static void warn_clients(struct single_family *clients, const struct export *export,
                         struct arena *arena)
{
    const struct resolved_mesh *home = export->home;
    const unsigned families = families_of(home), other = FAMILY_BOTH & ~families;

    if (families != FAMILY_IPV4 && families != FAMILY_IPV6)
        return;
    for (size_t i = 0; i < clients->counts[other]; i++) {
        const struct resolved_mesh *client = clients->meshes[other][i];

        if (!importers_have(export->importers, client))
            continue;
        messages_add(&client->status->warnings, arena, W60_OTHER_FAMILY, client->cluster,
                     family_name(other), home->virtual_mesh->flat ? "pods" : "gateways",
                     home->cluster, family_name(families));
        clients->meshes[other][i--] = clients->meshes[other][--clients->counts[other]];
    }
}

void family_warn_clients(const struct resolved *resolved, struct arena *arena)
{
    struct single_family *clients =
        ARENA_NEW(arena, struct single_family, resolved->virtual_mesh_count);

    for (size_t i = 0; i < resolved->virtual_mesh_count; i++)
        collect_clients(&clients[i], &resolved->virtual_meshes[i], arena);
    for (size_t i = 0; i < resolved->export_count; i++)
        warn_clients(&clients[resolved->exports[i].home->virtual_mesh - resolved->virtual_meshes],
                     &resolved->exports[i], arena);
}
