/* pki/cacerts_owner.c - who fills which Secret.  Pure: no clock, no randomness, no keys.
 *
 * A Secret cacerts exists once in a namespace, and several requests may have a mesh there. Who has
 * an active intermediate keeps the place; only then does the order of requests decide. Otherwise
 * the order of names could hand a cluster's CA over, and every workload there would get another
 * root. */
#include "pki/cacerts_owner.h"

#include "base/map.h"
#include "base/text.h"

struct cacerts_owners {
    struct map *by_place; /* "cluster/namespace" -> the request */
    struct arena *arena;
};

const struct mesh_identity *cacerts_owner_primary(const struct trust_request *request,
                                                  const struct mesh_identity *mesh)
{
    for (size_t i = 0; i < request->mesh_count; i++)
        if (text_equal(request->meshes[i].cluster, mesh->cluster)
            && text_equal(request->meshes[i].namespace, mesh->namespace))
            return &request->meshes[i];
    return mesh;
}

static const char *place_of(const struct mesh_identity *mesh, struct arena *arena)
{
    return arena_printf(arena, "%s/%s", mesh->cluster, mesh->namespace);
}

static void claim(struct cacerts_owners *claims, const struct trust_request *request,
                  const struct mesh_identity *mesh)
{
    const char *place = place_of(mesh, claims->arena);

    if (!map_find(claims->by_place, place))
        map_put(claims->by_place, place, (void *)(uintptr_t)request);
}

struct cacerts_owners *cacerts_owner_make(const struct ledger *ledger,
                                          const struct trust_request *const *requests, size_t count,
                                          struct arena *arena)
{
    struct cacerts_owners *claims = ARENA_NEW(arena, struct cacerts_owners, 1);
    struct map *held = map_new(arena); /* mesh key -> the intermediate in use */

    *claims = (struct cacerts_owners){ map_new(arena), arena };
    for (struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE)
            map_put(held, arena_printf(arena, "%s %s", row->virtual_mesh, row->mesh), row);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < requests[i]->mesh_count; k++)
            if (map_find(held, arena_printf(arena, "%s %s", requests[i]->name,
                                            requests[i]->meshes[k].key)))
                claim(claims, requests[i], &requests[i]->meshes[k]);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < requests[i]->mesh_count; k++)
            claim(claims, requests[i], &requests[i]->meshes[k]);
    return claims;
}

const char *cacerts_owner_other(const struct cacerts_owners *claims,
                                const struct trust_request *request,
                                const struct mesh_identity *mesh)
{
    const struct trust_request *owner = map_find(claims->by_place, place_of(mesh, claims->arena));

    return owner == request ? NULL : owner->name;
}
