/* translate/unique.c - who gets a name that two objects of one cluster would have.
 *
 * A cluster has one object of a kind, namespace and name, whichever file it is in.  Names are
 * given away in a fixed order, and who comes first has it:
 *
 *   AuthorizationPolicy               denial for all callers, then Services, then gateways, which
 *                                     admit every caller: the narrower access is the one that stays
 *   ServiceEntry, DestinationRule     imports, exports, then local Services, then external ones
 *   within each of them               by key of the Destination, then the order of its hosts
 *
 * Imports are never listed, because there is one for each pair of clusters.  They come first and
 * have names of their own (Q27), so it is enough to look for them by the names that others want.
 * Only what is in the namespace of istiod, or in its root namespace, can meet anything else, and a
 * Service whose name looks like a host, so that others cost one look-up each. */
#include "translate/unique.h"
#include "api/object_place.h"

#include "translate/destination_rule.h"
#include "translate/external.h"
#include "translate/mesh_manifests.h"
#include "translate/messages.h"
#include "translate/name.h"
#include "translate/resolved_mesh.h"
#include <stdlib.h>
#include <string.h>

struct name {
    const char *cluster, *kind, *namespace, *name;
};
struct claim {
    const char *owner;
    enum area area;
};
struct giving {
    struct resolved *resolved;
    struct plan *plan;
    struct map *namespaces; /* where names can meet: a set */
    struct map *by_rule;    /* struct export */
    struct arena *arena;
};

static const char *name_key(struct name name, struct arena *arena)
{
    return arena_printf(arena, "%s %s/%s/%s", name.cluster, name.kind, name.namespace, name.name);
}

const char *unique_owner(const struct destination *destination, struct arena *arena)
{
    return arena_printf(arena, "Destination %s/%s", destination->meta.namespace,
                        destination->meta.name);
}

/* The import or export that has the name; NULL: none. */
static const struct export *federated(const struct giving *giving, struct name name)
{
    const bool entry = text_equal(name.kind, "ServiceEntry");
    const struct export *export = map_find(giving->resolved->export_by_host, name.name);

    if (export && text_equal(export->home->cluster, name.cluster))
        return export;
    if (!entry)
        export = map_find(giving->by_rule, name.name);
    for (size_t i = 0; export && i < export->home->virtual_mesh->mesh_count; i++) {
        const struct resolved_mesh *client = export->home->virtual_mesh->meshes[i];

        if (importers_have(export->importers, client) && text_equal(client->cluster, name.cluster)
            && text_equal(client->namespace, name.namespace))
            return export;
    }
    return NULL;
}

/* NULL when the owner gets the name, else who has it. */
static const char *give(struct giving *giving, struct name name, struct claim claim)
{
    struct resolved *resolved = giving->resolved;
    const char *key = name_key(name, giving->arena);
    const struct claim *holder = map_find(resolved->taken, key);
    const struct export *export = holder ? NULL : federated(giving, name);
    const char *winner = holder   ? holder->owner
                         : export ? unique_owner(export->destination, giving->arena)
                                  : NULL;

    if (!winner) {
        struct claim *kept = ARENA_NEW(giving->arena, struct claim, 1);

        *kept = claim;
        map_put(resolved->taken, key, kept);
    }
    if (!winner || (holder && text_equal(winner, claim.owner)))
        return NULL;
    if (!resolved->lost)
        resolved->lost = map_new(giving->arena);
    map_put(resolved->lost, arena_printf(giving->arena, "%s %s", key, claim.owner), resolved);
    return winner;
}

static void give_denial(struct giving *giving, const struct resolved_mesh *mesh)
{
    if (resolved_mesh_is_written(mesh) && mesh->virtual_mesh->spec->access == ACCESS_ENABLED)
        give(giving,
             (struct name){ mesh->cluster, "AuthorizationPolicy", mesh->root_namespace,
                            DENY_ALL_NAME },
             (struct claim){ "globalAccessPolicy", AREA_MESH });
}

static struct target_status *status_of(struct policy_status *policies, size_t count,
                                       const struct access_policy *policy, const char *key)
{
    const struct object_ref ref = { policy->meta.name, policy->meta.namespace };

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0;
             object_ref_equal(policies[i].ref, ref) && k < policies[i].destination_count; k++)
            if (text_equal(policies[i].destinations[k].key, key)) {
                policies[i].state = APPROVAL_INVALID;
                return &policies[i].destinations[k];
            }
    return NULL;
}

static void give_access(struct giving *giving, const struct policy_target *target)
{
    const struct cluster_ref ref = target->destination->service->ref;
    const char *winner = NULL;

    for (size_t i = 0; i < target->grant_count; i++) {
        struct target_status *status;

        if (!target->grants[i].rules)
            continue;
        winner = give(
            giving, (struct name){ ref.cluster, "AuthorizationPolicy", ref.namespace, ref.name },
            (struct claim){ unique_owner(target->destination, giving->arena), AREA_POLICIES });
        status = winner ? status_of(giving->plan->policies, giving->plan->policy_count,
                                    target->grants[i].policy, target->destination->meta.key)
                        : NULL;
        if (!status)
            continue;
        messages_add(&status->errors, giving->arena, A7_NAME_TAKEN, ref.namespace, ref.name,
                     ref.cluster, winner);
        status->state = APPROVAL_INVALID;
    }
}

struct gateway_of_mesh {
    struct resolved_mesh *mesh;
    const struct destination *destination;
};

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct gateway_of_mesh *)a)->destination->meta.key,
                  ((const struct gateway_of_mesh *)b)->destination->meta.key);
}

static struct gateway_of_mesh *all_gateways(const struct resolved *resolved, size_t *count,
                                            struct arena *arena)
{
    struct gateway_of_mesh *gateways = NULL;

    *count = 0;
    for (size_t i = 0; i < resolved->mesh_count; i++)
        for (size_t k = 0;
             resolved_mesh_is_written(&resolved->meshes[i])
             && !resolved->meshes[i].virtual_mesh->flat && k < resolved->meshes[i].gateway_count;
             k++)
            *ARENA_PUSH(arena, gateways, *count) =
                (struct gateway_of_mesh){ &resolved->meshes[i],
                                          resolved->meshes[i].gateways[k].destination };
    if (*count)
        qsort(gateways, *count, sizeof *gateways, by_key);
    return gateways;
}

static void give_gateway_name(struct giving *giving, const struct gateway_of_mesh *gateway,
                              struct name name)
{
    const char *owner = unique_owner(gateway->destination, giving->arena);
    const char *winner = give(giving, name, (struct claim){ owner, AREA_MESH });

    if (winner)
        messages_add(&gateway->mesh->status->errors, giving->arena, M15_NAME_TAKEN, name.kind,
                     name.namespace, name.name, name.cluster, owner, winner);
}

static void give_gateways(struct giving *giving)
{
    size_t count;
    const struct gateway_of_mesh *gateways = all_gateways(giving->resolved, &count, giving->arena);

    for (size_t i = 0; i < count; i++) {
        const struct resolved_mesh *mesh = gateways[i].mesh;
        const struct meta *meta = &gateways[i].destination->meta;
        const struct object_ref ref = { meta->name, meta->namespace };

        if (mesh->virtual_mesh->federates)
            give_gateway_name(giving, &gateways[i],
                              (struct name){ mesh->cluster, "Gateway", mesh->namespace,
                                             name_gateway(ref, giving->arena) });
        if (mesh->virtual_mesh->spec->access == ACCESS_ENABLED)
            give_gateway_name(giving, &gateways[i],
                              (struct name){ mesh->cluster, "AuthorizationPolicy",
                                             mesh->root_namespace,
                                             name_allow_gateway(ref, giving->arena) });
    }
}

static void give_local_rule(struct giving *giving, const struct policy_target *target)
{
    const struct cluster_ref ref = target->destination->service->ref;
    const char *owner = unique_owner(target->destination, giving->arena), *winner;

    if (!destination_rule_local(giving->resolved, target->mesh, target->destination, giving->arena))
        return;
    winner = give(giving, (struct name){ ref.cluster, "DestinationRule", ref.namespace, ref.name },
                  (struct claim){ owner, AREA_POLICIES });
    if (winner && target->mesh->virtual_mesh)
        messages_add(&target->mesh->virtual_mesh->plan->status.warnings, giving->arena,
                     W54_NAME_TAKEN, owner, "DestinationRule", ref.namespace, ref.name, winner);
}

static void give_external(struct giving *giving, struct resolved_mesh *mesh,
                          const struct destination *destination)
{
    struct resolved_virtual_mesh *virtual_mesh = mesh->virtual_mesh;
    const struct external_names names = external_names(
        giving->resolved, destination, virtual_mesh->spec->federation.keepalive, giving->arena);

    for (size_t i = 0; i < names.count; i++) {
        const struct external_name *item = &names.items[i];
        const char *owner = external_owner(destination, item->host, giving->arena);
        const char *winner =
            give(giving, (struct name){ mesh->cluster, item->kind, mesh->namespace, item->name },
                 (struct claim){ owner, AREA_EXTERNAL });

        if (!winner)
            continue;
        messages_add_once(&virtual_mesh->plan->status.warnings, giving->arena, W54_NAME_TAKEN,
                          owner, item->kind, mesh->namespace, item->name, winner);
        messages_place(&virtual_mesh->plan->status.warnings,
                       object_place_of_destination(destination, giving->arena));
    }
}

static void index_names(struct giving *giving)
{
    const struct resolved *resolved = giving->resolved;

    for (size_t i = 0; i < resolved->mesh_count; i++) {
        map_put(giving->namespaces, resolved->meshes[i].namespace, giving);
        map_put(giving->namespaces, resolved->meshes[i].root_namespace, giving);
    }
    for (size_t i = 0; i < resolved->export_count; i++)
        map_put(giving->by_rule, resolved->exports[i].rule_name, &resolved->exports[i]);
}

static void give_services(struct giving *giving,
                          void (*give_one)(struct giving *giving, const struct policy_target *))
{
    const struct resolved *resolved = giving->resolved;

    for (size_t i = 0; i < resolved->target_count; i++) {
        const struct cluster_ref ref = resolved->targets[i].destination->service->ref;

        if (map_find(giving->namespaces, ref.namespace)
            || map_find(resolved->export_by_host, ref.name))
            give_one(giving, &resolved->targets[i]);
    }
}

static void give_externals(struct giving *giving)
{
    const struct specs *specs = giving->resolved->specs;

    for (size_t i = 0; i < specs->destination_count; i++)
        for (size_t k = 0; specs->destinations[i].external && k < giving->resolved->mesh_count; k++)
            if (giving->resolved->meshes[k].virtual_mesh
                && !giving->resolved->meshes[k].virtual_mesh->plan->retained)
                give_external(giving, &giving->resolved->meshes[k], &specs->destinations[i]);
}

void unique_check(struct resolved *resolved, struct plan *plan, struct arena *arena)
{
    struct giving giving = { resolved, plan, map_new(arena), map_new(arena), arena };

    resolved->taken = map_new(arena);
    index_names(&giving);
    for (size_t i = 0; i < resolved->mesh_count; i++)
        give_denial(&giving, &resolved->meshes[i]);
    give_services(&giving, give_access);
    give_gateways(&giving);
    give_services(&giving, give_local_rule);
    if (resolved->options->external_services)
        give_externals(&giving);
}

/* What a retained mesh had always stays: it may be the denial for all callers. */
bool unique_taken_elsewhere(const struct resolved *resolved, const struct place_folder *folder,
                            const struct document *document, struct arena *arena)
{
    const struct name name = { folder->cluster, document->kind, document->namespace,
                               document->name };
    const struct claim *claim =
        resolved->settings_unreadable ? NULL : map_find(resolved->taken, name_key(name, arena));

    return claim && claim->area != folder->area
           && (folder->area == AREA_POLICIES || folder->area == AREA_EXTERNAL);
}
