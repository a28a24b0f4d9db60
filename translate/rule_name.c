/* translate/rule_name.c - names of the DestinationRules of imports.
 *
 * Rules of all imports of a cluster are in the namespace of its istiod, beside the rules of
 * Services there, which have the name of the Service, and those of exports from there, which have
 * the name of their host.  A plain name that any of these or another import has gets the hash of
 * the Service's key behind it (Q27), whichever comes first.  A name with a hash that is taken all
 * the same has been chosen to be so. */
#include "translate/rule_name.h"

#include "translate/messages.h"
#include "translate/name.h"

/* Names of rules that are where imports are: those of Services beside an istiod. */
static void add_local(struct map *taken, struct resolved *resolved, struct arena *arena)
{
    struct map *namespaces = map_new(arena);

    for (size_t i = 0; i < resolved->mesh_count; i++)
        map_put(namespaces, resolved->meshes[i].namespace, resolved);
    for (size_t i = 0; i < resolved->specs->destination_count; i++) {
        const struct kube_service *service = resolved->specs->destinations[i].service;

        if (service && map_find(namespaces, service->ref.namespace))
            map_put(taken, service->ref.name, resolved);
    }
}

/* The plain names that are no import's alone, and the hosts of exports. */
static struct map *find_taken(struct resolved *resolved, struct arena *arena)
{
    struct map *taken = map_new(arena), *seen = map_new(arena);

    add_local(taken, resolved, arena);
    for (size_t i = 0; i < resolved->export_count; i++) {
        struct export *export = &resolved->exports[i];

        export->rule_name = name_remote_rule(export->destination->service->ref, false, arena);
        if (map_put(seen, export->rule_name, resolved))
            map_put(taken, export->rule_name, resolved);
        map_put(taken, export->host, resolved);
    }
    return taken;
}

static void mark(struct export *export, const struct map *names, struct arena *arena)
{
    const struct export *other;

    export->rule_name = name_remote_rule(export->destination->service->ref, true, arena);
    other = map_find(names, export->rule_name);
    if (!other)
        return;
    messages_add(&export->status->errors, arena, D12_RULE_NAME_TAKEN, export->rule_name,
                 other->destination->meta.namespace, other->destination->meta.name);
    export->retained = true;
}

void rule_name_give_all(struct resolved *resolved, struct arena *arena)
{
    const struct map *taken = find_taken(resolved, arena);
    struct map *names = map_new(arena);

    resolved->export_by_service = map_new(arena);
    for (size_t i = 0; i < resolved->export_count; i++) {
        struct export *export = &resolved->exports[i];

        map_put(resolved->export_by_service,
                cluster_ref_key(export->destination->service->ref, arena), export);
        if (!map_find(taken, export->rule_name))
            map_put(names, export->rule_name, export);
    }
    for (size_t i = 0; i < resolved->export_count; i++) {
        struct export *export = &resolved->exports[i];

        if (!map_find(taken, export->rule_name))
            continue;
        mark(export, names, arena);
        map_put(names, export->rule_name, export);
    }
}
