/* translate/flat_network.c - whether a network that is said to be flat can be.  Compares addresses,
 * connects to none. */
#include "translate/flat_network.h"

#include "translate/messages.h"
#include <string.h>

/* Where pods with one address are: the first two clusters, in byte order. */
struct holder {
    const char *cluster, *other; /* other NULL: there is only one */
};

static void hold_address(struct map *holders, const char *address, const char *cluster,
                         struct arena *arena)
{
    struct holder *holder = map_find(holders, address);

    if (!holder) {
        holder = ARENA_NEW(arena, struct holder, 1);
        holder->cluster = cluster;
        map_put(holders, address, holder);
    } else if (strcmp(cluster, holder->cluster) < 0) {
        *holder = (struct holder){ cluster, holder->cluster };
    } else if (strcmp(cluster, holder->cluster) > 0
               && (!holder->other || strcmp(cluster, holder->other) < 0)) {
        holder->other = cluster;
    }
}

/* The first address of the Service that is listed twice; NULL: none. */
static const char *shared_address(const struct map *holders, const struct kube_service *service)
{
    for (size_t i = 0; i < service->subset_count; i++)
        for (size_t k = 0; k < service->subsets[i].endpoint_count; k++) {
            const struct holder *holder =
                map_find(holders, service->subsets[i].endpoints[k].address);

            if (holder && holder->other)
                return service->subsets[i].endpoints[k].address;
        }
    return NULL;
}

static void fill_holders(struct map *holders, const struct resolved *resolved,
                         const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    for (size_t e = 0; e < resolved->export_count; e++) {
        const struct export *export = &resolved->exports[e];
        const struct kube_service *service = export->destination->service;

        if (export->home->virtual_mesh != virtual_mesh)
            continue;
        for (size_t i = 0; i < service->subset_count; i++)
            for (size_t k = 0; k < service->subsets[i].endpoint_count; k++)
                hold_address(holders, service->subsets[i].endpoints[k].address,
                             export->home->cluster, arena);
    }
}

static void check_virtual_mesh(struct resolved *resolved,
                               const struct resolved_virtual_mesh *virtual_mesh,
                               struct arena *arena)
{
    struct map *holders = map_new(arena);

    fill_holders(holders, resolved, virtual_mesh, arena);
    for (size_t e = 0; e < resolved->export_count; e++) {
        struct export *export = &resolved->exports[e];
        const struct holder *holder;
        const char *address;

        if (export->home->virtual_mesh != virtual_mesh)
            continue;
        address = shared_address(holders, export->destination->service);
        if (!address)
            continue;
        holder = map_find(holders, address);
        messages_add(&export->status->errors, arena, D9_FLAT_SHARED_ADDRESS, address,
                     holder->cluster, holder->other);
        export->retained = true;
    }
}

void flat_network_check(struct resolved *resolved, struct arena *arena)
{
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++)
        if (resolved->virtual_meshes[i].federates && resolved->virtual_meshes[i].flat)
            check_virtual_mesh(resolved, &resolved->virtual_meshes[i], arena);
}
