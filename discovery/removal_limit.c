/* discovery/removal_limit.c - how much may vanish without consent.  Pure.
 * Removals are held as a whole, while additions and changes go on: half a removal would look like a
 * fleet that is in order.  A trust domain is part of every identity, so another one re-issues
 * certificates and closes policies; it counts as a removal. */
#include "discovery/removal_limit.h"

static void held(const struct scan *scan, const char *kind, struct object_ref ref, const char *what)
{
    remark_add(scan->findings, REMARK_HELD, kind, ref, what, scan->facts->cluster,
               scan->facts->cluster);
}

static size_t hold_destinations(struct inventory *out, const struct scan *scan)
{
    const struct inventory *former = scan->former, now = *out;
    size_t removed = 0;

    for (size_t i = 0; i < former->destination_count; i++) {
        const struct cluster_ref ref = former->destinations[i].service->ref;

        removed += !inventory_destination(&now, ref.namespace, ref.name);
    }
    if (removed <= REMOVALS_FREE
        || (double)removed <= scan->settings->max_removed_share * (double)former->destination_count)
        return 0;
    for (size_t i = 0; i < former->destination_count; i++) {
        const struct cluster_ref ref = former->destinations[i].service->ref;

        if (!inventory_destination(&now, ref.namespace, ref.name))
            *ARENA_PUSH(scan->arena, out->destinations, out->destination_count) =
                former->destinations[i];
    }
    held(scan, "KubernetesCluster", scan_ref(scan->facts->cluster, ""),
         arena_printf(scan->arena, "%zu of %zu Destinations would be removed", removed,
                      former->destination_count));
    return removed;
}

static bool is_claimed(const struct removal_claims *claims, const char *mesh)
{
    return text_listed(claims->meshes, claims->mesh_count, mesh);
}

static size_t hold_meshes(struct inventory *out, const struct scan *scan,
                          const struct removal_claims *claims)
{
    const struct inventory *former = scan->former, now = *out;
    size_t count = 0;

    for (size_t i = 0; i < former->mesh_count; i++) {
        const struct mesh *mesh = &former->meshes[i];

        if (inventory_mesh(&now, mesh->namespace) || !is_claimed(claims, mesh->meta.name))
            continue;
        *ARENA_PUSH(scan->arena, out->meshes, out->mesh_count) = *mesh;
        count++;
        held(scan, "Mesh", scan_ref(mesh->meta.name, mesh->meta.namespace),
             "a VirtualMesh lists it, and its istiod is gone");
    }
    return count;
}

/* One without an address, as while its load balancer is being made, replaces none that has some. */
static bool has_gateway_like(const struct inventory *inventory, const struct destination *former)
{
    for (size_t i = 0; i < inventory->destination_count; i++) {
        const struct destination *one = &inventory->destinations[i];

        if (meta_annotation(&one->meta, ANNOTATION_GATEWAY)
            && text_equal(one->mesh.name, former->mesh.name)
            && (one->service->address_count || !former->service->address_count))
            return true;
    }
    return false;
}

/* The former Destination takes the place of what is left of it. */
static void put_back(struct inventory *out, const struct destination *former, struct arena *arena)
{
    const struct cluster_ref ref = former->service->ref;
    struct destination *now = UNCONST(inventory_destination(out, ref.namespace, ref.name));

    if (!now)
        now = ARENA_PUSH(arena, out->destinations, out->destination_count);
    *now = *former;
    inventory_sort(out);
}

/* All are known before the first one is put back: it would be a gateway that its mesh has. */
static const struct destination **lost_gateways(size_t *count, const struct inventory *now,
                                                const struct scan *scan)
{
    const struct inventory *former = scan->former;
    const struct destination **lost = NULL;

    *count = 0;
    for (size_t i = 0; i < former->destination_count; i++)
        if (meta_annotation(&former->destinations[i].meta, ANNOTATION_GATEWAY)
            && !has_gateway_like(now, &former->destinations[i]))
            *ARENA_PUSH(scan->arena, lost, *count) = &former->destinations[i];
    return lost;
}

static size_t hold_gateways(struct inventory *out, const struct scan *scan)
{
    size_t count;
    const struct destination **lost = lost_gateways(&count, out, scan);

    for (size_t i = 0; i < count; i++) {
        const struct cluster_ref ref = lost[i]->service->ref;

        put_back(out, lost[i], scan->arena);
        held(scan, "Service", scan_ref(ref.name, ref.namespace),
             "it was the last east-west gateway of its mesh, and is none any more");
    }
    return count;
}

static size_t hold_trust_domains(struct inventory *out, const struct scan *scan)
{
    size_t count = 0;

    for (size_t i = 0; i < out->mesh_count; i++) {
        const struct mesh *former = inventory_mesh(scan->former, out->meshes[i].namespace);

        if (!former || !*former->trust_domain
            || text_equal(former->trust_domain, out->meshes[i].trust_domain))
            continue;
        held(scan, "Mesh", scan_ref(former->meta.name, former->meta.namespace),
             arena_printf(scan->arena, "its trust domain would change from %s to %s",
                          former->trust_domain, out->meshes[i].trust_domain));
        out->meshes[i].trust_domain = former->trust_domain;
        count++;
    }
    return count;
}

size_t removal_limit_hold(struct inventory *out, const struct scan *scan,
                          const struct removal_claims *claims)
{
    size_t count = hold_destinations(out, scan);

    inventory_sort(out);
    count += hold_gateways(out, scan);
    count += hold_meshes(out, scan, claims);
    count += hold_trust_domains(out, scan);
    inventory_sort(out);
    return count;
}
