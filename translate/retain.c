/* translate/retain.c - what stays as it was.  Keeps exact text; makes no document. */
#include "translate/retain.h"
#include "api/specs_index.h"

#include "translate/manifest.h"
#include "translate/reference_check.h"
#include "translate/unique.h"
#include <string.h>

struct retain {
    const struct resolved *resolved;
    struct map *vmeshes;  /* key -> struct resolved_virtual_mesh */
    struct map *policies; /* keys of AccessPolicies that are INVALID as objects */
    struct map *targets; /* key of a Destination -> struct policy_target, where some policy fails */
    struct map *mesh_clusters;   /* clusters with a held mesh */
    struct map *export_clusters; /* clusters with a held export */
    struct map *deaf_clusters;   /* clusters with a mesh that gets no new imports */
    struct map *held_clusters;   /* clusters of VirtualMeshes that are held as objects */
    bool held_anywhere;          /* one of those was in a cluster that nobody can name now */
    bool policy_refused; /* some AccessPolicy, Destination, Mesh or KubernetesCluster is refused or
                            INVALID */
};

/* Maps used as sets. */
static void add(struct map *set, const char *key) { map_put(set, key, set); }

/* The clusters in which a held VirtualMesh was deployed. */
static void add_held(struct retain *hold, const struct resolved_virtual_mesh *vmesh)
{
    const struct record *record = vmesh->record;

    if (!record) {
        hold->held_anywhere = true;
        return;
    }
    for (size_t i = 0; i < record->mesh_count; i++) {
        const struct resolved_mesh *site = map_find(hold->resolved->site_by_key, record->meshes[i]);

        if (site)
            add(hold->held_clusters, site->cluster);
        else
            hold->held_anywhere = true;
    }
}

static void index_vmeshes(struct retain *hold, struct arena *arena)
{
    const struct resolved *resolved = hold->resolved;

    for (size_t i = 0; i < resolved->vmesh_count; i++) {
        struct resolved_virtual_mesh *vmesh = &resolved->vmeshes[i];

        map_put(hold->vmeshes, object_ref_key(vmesh->ref, arena), vmesh);
        if (vmesh->plan->held)
            add_held(hold, vmesh);
    }
    for (size_t i = 0; i < resolved->site_count; i++) {
        if (resolved->sites[i].held)
            add(hold->mesh_clusters, resolved->sites[i].cluster);
        if (resolved->sites[i].deaf)
            add(hold->deaf_clusters, resolved->sites[i].cluster);
    }
    for (size_t i = 0; i < resolved->export_count; i++)
        if (resolved->exports[i].held)
            add(hold->export_clusters, resolved->exports[i].home->cluster);
}

static void index_policies(struct retain *hold, const struct plan *plan, struct arena *arena)
{
    const struct resolved *resolved = hold->resolved;

    for (size_t i = 0; i < plan->policy_count; i++)
        if (plan->policies[i].errors.count) {
            add(hold->policies, object_ref_key(plan->policies[i].ref, arena));
            hold->policy_refused = true;
        }
    for (size_t i = 0; i < resolved->target_count; i++)
        for (size_t k = 0; k < resolved->targets[i].grant_count; k++)
            if (!resolved->targets[i].grants[k].rules) {
                map_put(hold->targets, resolved->targets[i].destination->meta.key,
                        &resolved->targets[i]);
                hold->policy_refused = true;
            }
    for (const struct refused *at = resolved->specs->refused; at; at = at->next)
        hold->policy_refused |= at->kind == KIND_DESTINATION || at->kind == KIND_MESH
                                || at->kind == KIND_KUBERNETES_CLUSTER;
}

struct retain *retain_new(const struct resolved *resolved, const struct plan *plan,
                          struct arena *arena)
{
    struct retain *hold = ARENA_NEW(arena, struct retain, 1);

    hold->resolved = resolved;
    hold->vmeshes = map_new(arena);
    hold->policies = map_new(arena);
    hold->targets = map_new(arena);
    hold->mesh_clusters = map_new(arena);
    hold->export_clusters = map_new(arena);
    hold->deaf_clusters = map_new(arena);
    hold->held_clusters = map_new(arena);
    index_vmeshes(hold, arena);
    index_policies(hold, plan, arena);
    return hold;
}

bool retain_freezes(const struct retain *hold) { return hold->resolved->frozen != NULL; }

bool retain_concerns_removed(const struct retain *hold)
{
    return hold->resolved->frozen || hold->resolved->partial || hold->held_anywhere;
}

bool retain_concerns(const struct retain *hold, const struct place_folder *folder)
{
    if (retain_concerns_removed(hold))
        return true;
    if (folder->area != AREA_POLICIES && map_find(hold->held_clusters, folder->cluster))
        return true;
    switch (folder->area) {
    case AREA_MESH:
        return map_find(hold->mesh_clusters, folder->cluster);
    case AREA_EXPORTS:
        return hold->resolved->unknown_services || map_find(hold->export_clusters, folder->cluster);
    case AREA_IMPORTS:
        return hold->resolved->unknown_services || map_find(hold->export_clusters, folder->owner)
               || map_find(hold->deaf_clusters, folder->cluster);
    case AREA_POLICIES:
        return hold->policy_refused;
    case AREA_EXTERNAL:
        return hold->resolved->unknown_services;
    }
    return false;
}

/* A federated host's Service, from "<service>.<namespace>.svc.<cluster>.<suffix>"; false: it is
 * none. */
static bool split_host(const char *host, const char *cluster, struct cluster_ref *out,
                       struct arena *arena)
{
    const char *dot = strchr(host, '.'), *next = dot ? strchr(dot + 1, '.') : NULL;

    if (!next || !text_starts(next, ".svc."))
        return false;
    next += strlen(".svc.");
    if (!text_starts(next, cluster) || next[strlen(cluster)] != '.')
        return false;
    out->name = arena_bytes(arena, host, (size_t)(dot - host));
    out->namespace = arena_bytes(arena, dot + 1, strcspn(dot + 1, "."));
    out->cluster = cluster;
    return true;
}

static const char *folder_owner(const struct place_folder *folder)
{
    return folder->area == AREA_IMPORTS ? folder->owner : folder->cluster;
}

/* The first object of a kind that a former document names as its parent; false: none. */
static bool parent_of(const struct former *former, const char *kind, struct object_ref *out)
{
    const struct node *list = former->parents ? node_find(former->parents, kind) : NULL;
    const struct node *item = list ? list->first : NULL;

    if (!item)
        return false;
    *out = (struct object_ref){ node_get(item, "name", NULL), node_get(item, "namespace", NULL) };
    return out->name && out->namespace;
}

static bool mesh_stays(const struct retain *hold, const struct resolved_virtual_mesh *vmesh,
                       const struct place_folder *folder, const struct former *former)
{
    for (size_t i = 0; i < hold->resolved->site_count; i++) {
        const struct resolved_mesh *site = &hold->resolved->sites[i];

        if (site->held && site->vmesh == vmesh && text_equal(site->cluster, folder->cluster)
            && (text_equal(site->namespace, former->namespace)
                || text_equal(site->root_namespace, former->namespace)))
            return true;
    }
    return false;
}

static bool client_lacks_dns_capture(const struct resolved_virtual_mesh *vmesh, const char *cluster)
{
    for (size_t i = 0; i < vmesh->site_count; i++)
        if (vmesh->sites[i]->deaf && text_equal(vmesh->sites[i]->cluster, cluster))
            return true;
    return false;
}

/* The Service itself is in doubt: its Destination or Mesh cannot be read. */
static bool service_in_doubt(const struct retain *hold, struct cluster_ref service)
{
    const struct specs *specs = hold->resolved->specs;
    const struct destination *destination = specs_service(specs, service);

    if (!destination)
        return hold->resolved->unknown_services;
    return destination->has_mesh && specs_is_refused(specs, KIND_MESH, destination->mesh);
}

static bool service_stays(const struct retain *hold, const struct resolved_virtual_mesh *vmesh,
                          const struct place_folder *folder, const struct former *former,
                          struct arena *arena)
{
    struct cluster_ref service;
    const struct export *export;

    if (folder->area == AREA_IMPORTS && client_lacks_dns_capture(vmesh, folder->cluster))
        return true;
    if (!split_host(former->host, folder_owner(folder), &service, arena))
        return hold->resolved->unknown_services;
    export = map_find(hold->resolved->export_by_service, cluster_ref_key(service, arena));
    if (export)
        return export->held;
    return service_in_doubt(hold, service);
}

/* A document of a VirtualMesh. */
static bool vmesh_document_stays(const struct retain *hold, const struct place_folder *folder,
                                 const struct former *former, struct arena *arena)
{
    struct object_ref parent;
    const struct resolved_virtual_mesh *vmesh;

    if (!parent_of(former, PARENT_VIRTUAL_MESH, &parent))
        return false;
    vmesh = map_find(hold->vmeshes, object_ref_key(parent, arena));
    if (!vmesh)
        return false;
    if (vmesh->plan->held)
        return true;
    switch (folder->area) {
    case AREA_MESH:
        return mesh_stays(hold, vmesh, folder, former);
    case AREA_EXPORTS:
    case AREA_IMPORTS:
        return service_stays(hold, vmesh, folder, former, arena);
    case AREA_EXTERNAL:
        return hold->resolved->unknown_services;
    case AREA_POLICIES:
        break;
    }
    return false;
}

/* A policy that fails as an object, or for this Destination, had its say in the document. */
static bool policy_fails(const struct retain *hold, const struct former *former,
                         const struct policy_target *target, struct arena *arena)
{
    const struct node *list =
        former->parents ? node_find(former->parents, PARENT_ACCESS_POLICY) : NULL;

    for (const struct node *item = list ? list->first : NULL; item; item = item->next) {
        const char *name = node_get(item, "name", NULL),
                   *namespace = node_get(item, "namespace", NULL);

        if (name && namespace
            && map_find(hold->policies,
                        object_ref_key((struct object_ref){ name, namespace }, arena)))
            return true;
    }
    for (size_t i = 0; target && i < target->grant_count; i++) {
        const struct meta *meta = &target->grants[i].policy->meta;

        if (!target->grants[i].rules
            && previous_names(former, PARENT_ACCESS_POLICY,
                              (struct object_ref){ meta->name, meta->namespace }))
            return true;
    }
    return false;
}

/* A document of a Destination. */
static bool destination_document_stays(const struct retain *hold, const struct place_folder *folder,
                                       const struct former *former, struct arena *arena)
{
    const struct specs *specs = hold->resolved->specs;
    const struct cluster_ref service = { former->name, former->namespace, folder->cluster };
    struct object_ref parent;

    if (!parent_of(former, PARENT_DESTINATION, &parent))
        return false;
    if (specs_is_refused(specs, KIND_DESTINATION, parent) || service_in_doubt(hold, service))
        return true;
    if (text_equal(former->kind, "DestinationRule"))
        return specs_is_refused(specs, KIND_KUBERNETES_CLUSTER,
                                (struct object_ref){ folder->cluster, specs->pod_namespace });
    return policy_fails(hold, former, map_find(hold->targets, object_ref_key(parent, arena)),
                        arena);
}

static bool stays(const struct retain *hold, const struct place_folder *folder,
                  const struct former *former, struct arena *arena)
{
    return hold->resolved->frozen || vmesh_document_stays(hold, folder, former, arena)
           || destination_document_stays(hold, folder, former, arena);
}

/* Where the document goes, worked out anew: the way files are cut may have changed. */
static struct document identify(const struct retain *hold, const struct place_folder *folder,
                                const struct former *former, struct arena *arena)
{
    struct document document = { .file = folder->area == AREA_MESH ? "mesh" : "services",
                                 .range = former->name,
                                 .kind = former->kind,
                                 .namespace = former->namespace,
                                 .name = former->name };
    struct cluster_ref service = { former->name, former->namespace, folder->cluster };

    if (folder->area == AREA_MESH || folder->area == AREA_EXTERNAL)
        return document;
    if (folder->area != AREA_POLICIES
        && !split_host(former->host, folder_owner(folder), &service, arena))
        return document;
    document.file = layout_service_file(hold->resolved, service.namespace, service.name, arena);
    document.range = service.name;
    return document;
}

void retain_add(struct documents *out, const struct retain *hold, const struct place_folder *folder,
                const struct formers *formers, struct arena *arena)
{
    for (size_t i = 0; i < formers->count; i++) {
        const struct former *former = &formers->items[i];
        const bool must = stays(hold, folder, former, arena);
        struct document document;

        if (!must && !hold->resolved->partial)
            continue;
        document = identify(hold, folder, former, arena);
        if (unique_taken_elsewhere(hold->resolved, folder, &document, arena))
            continue;
        documents_add_former(out, &document, former->text, former->len, must);
    }
}
