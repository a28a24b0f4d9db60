/* translate/retain.c - what stays as it was.  Keeps exact text; makes no document.
 *
 * A mistake in the specs must not take away what is deployed: a policy that no longer decodes would
 * open its Services, an import that goes breaks its callers.  So a document of the output branch
 * stays, byte for byte, while something that it was made from is refused or cannot be read; it
 * stays in place of a new document of the same object as well.  Three rules limit this:
 * - where specs are merely incomplete, a new document of the same object wins, so that corrections
 *   arrive;
 * - a document about a host that another Service owns now goes, or callers reach the wrong one;
 * - an AuthorizationPolicy of several AccessPolicies keeps the rules of those in doubt alone, so
 *   that access which another policy withdrew does not live on.
 *
 * Which folders may be concerned is indexed first: most have nothing to keep. */
#include "translate/retain.h"
#include "api/specs_index.h"
#include "base/write_yaml.h"

#include "translate/astray.h"
#include "translate/external.h"
#include "translate/federated_host.h"
#include "translate/manifest.h"
#include "translate/policy.h"
#include "translate/reference_check.h"
#include "translate/service_policies.h"
#include "translate/unique.h"
#include <string.h>

struct retain {
    const struct resolved *resolved;
    struct map *virtual_meshes; /* key -> struct resolved_virtual_mesh */
    struct map *policies;       /* keys of AccessPolicies that are INVALID as objects */
    struct map *failing;        /* "<key of a Service> <key of an AccessPolicy>" that fails there */
    struct map *known;          /* keys of all AccessPolicies of the specs */
    struct map *mesh_clusters;  /* clusters with a retained mesh */
    struct map *export_clusters;      /* clusters with a retained export */
    struct map *unresolving_clusters; /* clusters with a mesh that gets no new imports */
    struct map *retained_clusters;    /* clusters of VirtualMeshes that are retained as objects */
    struct map *externals;  /* "<kind> <name>" of external Services that are left out (W14) */
    bool retained_anywhere; /* what stays may be in a cluster that the specs no longer name */
    bool policy_refused;    /* some AccessPolicy, Destination, Mesh or KubernetesCluster is refused,
                               INVALID or missing */
};

/* Maps used as sets. */
static void add(struct map *set, const char *key) { map_put(set, key, set); }

/* The clusters in which a retained VirtualMesh was deployed. */
static void add_retained(struct retain *retain, const struct resolved_virtual_mesh *virtual_mesh)
{
    const struct record *record = virtual_mesh->record;

    if (!record) {
        retain->retained_anywhere = true;
        return;
    }
    for (size_t i = 0; i < record->mesh_count; i++) {
        const struct resolved_mesh *mesh =
            map_find(retain->resolved->mesh_by_key, record->meshes[i]);

        if (mesh)
            add(retain->retained_clusters, mesh->cluster);
        else
            retain->retained_anywhere = true;
    }
}

static void index_virtual_meshes(struct retain *retain, struct arena *arena)
{
    const struct resolved *resolved = retain->resolved;

    for (size_t i = 0; i < resolved->virtual_mesh_count; i++) {
        struct resolved_virtual_mesh *virtual_mesh = &resolved->virtual_meshes[i];

        map_put(retain->virtual_meshes, object_ref_key(virtual_mesh->ref, arena), virtual_mesh);
        if (virtual_mesh->plan->retained)
            add_retained(retain, virtual_mesh);
    }
    for (size_t i = 0; i < resolved->mesh_count; i++) {
        if (resolved->meshes[i].retained)
            add(retain->mesh_clusters, resolved->meshes[i].cluster);
        if (resolved->meshes[i].no_dns_capture)
            add(retain->unresolving_clusters, resolved->meshes[i].cluster);
    }
    for (size_t i = 0; i < resolved->export_count; i++)
        if (resolved->exports[i].retained)
            add(retain->export_clusters, resolved->exports[i].home->cluster);
}

static bool has_mesh(const struct resolved *resolved, const char *cluster)
{
    for (size_t i = 0; i < resolved->mesh_count; i++)
        if (resolved->meshes[i].spec->istio && text_equal(resolved->meshes[i].cluster, cluster))
            return true;
    return false;
}

/* A refused Mesh may be the only one of its cluster, and its Services keep their policies also when
 * no VirtualMesh has it. */
static void index_refused(struct retain *retain)
{
    retain->policy_refused |= retain->resolved->astray_count > 0;
    for (const struct refused *at = retain->resolved->specs->refused; at; at = at->next) {
        retain->policy_refused |= at->kind == KIND_DESTINATION || at->kind == KIND_MESH
                                  || at->kind == KIND_KUBERNETES_CLUSTER;
        retain->retained_anywhere |=
            at->kind == KIND_MESH && !has_mesh(retain->resolved, at->cluster);
    }
}

static const char *failure_key(const char *service, struct object_ref policy, struct arena *arena)
{
    return arena_printf(arena, "%s %s", service, object_ref_key(policy, arena));
}

static void index_failures(struct retain *retain, const struct policy_target *target,
                           struct arena *arena)
{
    for (size_t i = 0; i < target->grant_count; i++) {
        const struct meta *meta = &target->grants[i].policy->meta;

        if (target->grants[i].rules)
            continue;
        add(retain->failing,
            failure_key(cluster_ref_key(target->destination->service->ref, arena),
                        (struct object_ref){ meta->name, meta->namespace }, arena));
        retain->policy_refused = true;
    }
}

static void index_policies(struct retain *retain, const struct plan *plan, struct arena *arena)
{
    const struct resolved *resolved = retain->resolved;

    for (size_t i = 0; i < plan->policy_count; i++) {
        const char *key = object_ref_key(plan->policies[i].ref, arena);

        add(retain->known, key);
        if (!plan->policies[i].errors.count)
            continue;
        add(retain->policies, key);
        retain->policy_refused = true;
    }
    for (size_t i = 0; i < resolved->target_count; i++)
        index_failures(retain, &resolved->targets[i], arena);
}

struct retain *retain_new(const struct resolved *resolved, const struct plan *plan,
                          struct arena *arena)
{
    struct retain *retain = ARENA_NEW(arena, struct retain, 1);

    retain->resolved = resolved;
    retain->virtual_meshes = map_new(arena);
    retain->policies = map_new(arena);
    retain->failing = map_new(arena);
    retain->known = map_new(arena);
    retain->mesh_clusters = map_new(arena);
    retain->export_clusters = map_new(arena);
    retain->unresolving_clusters = map_new(arena);
    retain->retained_clusters = map_new(arena);
    retain->externals = map_new(arena);
    index_virtual_meshes(retain, arena);
    index_policies(retain, plan, arena);
    index_refused(retain);
    if (resolved->options->external_services)
        external_add_retained(retain->externals, resolved, arena);
    return retain;
}

bool retain_all(const struct retain *retain)
{
    return retain->resolved->settings_unreadable != NULL;
}

/* Whether every folder is in doubt. */
static bool concerns_all(const struct retain *retain)
{
    return retain->resolved->settings_unreadable || retain->resolved->incomplete
           || retain->retained_anywhere;
}

/* Services keep their policies although their cluster has no mesh any more: a Mesh may say by
 * mistake that it is in another one (D10). */
bool retain_concerns_removed(const struct retain *retain)
{
    return concerns_all(retain) || retain->policy_refused;
}

bool retain_concerns(const struct retain *retain, const struct place_folder *folder)
{
    if (concerns_all(retain))
        return true;
    if (folder->area != AREA_POLICIES && map_find(retain->retained_clusters, folder->cluster))
        return true;
    switch (folder->area) {
    case AREA_MESH:
        return map_find(retain->mesh_clusters, folder->cluster);
    case AREA_EXPORTS:
        return retain->resolved->unknown_services
               || map_find(retain->export_clusters, folder->cluster);
    case AREA_IMPORTS:
        return retain->resolved->unknown_services
               || map_find(retain->export_clusters, folder->owner)
               || map_find(retain->unresolving_clusters, folder->cluster);
    case AREA_POLICIES:
        return retain->policy_refused;
    case AREA_EXTERNAL:
        return retain->resolved->unknown_services || map_count(retain->externals);
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

/* The first object of a kind that a previous document names as its parent; false: none. */
static bool parent_of(const struct previous_document *previous, const char *kind,
                      struct object_ref *out)
{
    const struct node *list = previous->parents ? node_find(previous->parents, kind) : NULL;
    const struct node *item = list ? list->first : NULL;

    if (!item)
        return false;
    *out = (struct object_ref){ node_get(item, "name", NULL), node_get(item, "namespace", NULL) };
    return out->name && out->namespace;
}

static bool is_namespace_of(const struct resolved_mesh *mesh, const char *namespace)
{
    return text_equal(mesh->namespace, namespace) || text_equal(mesh->root_namespace, namespace);
}

/* A document of a retained mesh.  Of several meshes of the VirtualMesh in one cluster it is the one
 * in whose namespaces the document is; a namespace of none of them may be one that a mesh had
 * before, and then the document stays, too: it may be the denial for all callers. */
static bool mesh_stays(const struct retain *retain,
                       const struct resolved_virtual_mesh *virtual_mesh,
                       const struct place_folder *folder, const struct previous_document *previous)
{
    bool retained = false, others = false;

    for (size_t i = 0; i < retain->resolved->mesh_count; i++) {
        const struct resolved_mesh *mesh = &retain->resolved->meshes[i];
        const bool own = is_namespace_of(mesh, previous->namespace);

        if (mesh->virtual_mesh != virtual_mesh || !text_equal(mesh->cluster, folder->cluster))
            continue;
        if (mesh->retained && own)
            return true;
        retained |= mesh->retained;
        others |= own;
    }
    return retained && !others;
}

/* A mesh of the client cluster is still to import it. */
static bool is_selected(const struct export *export, const char *client)
{
    const struct resolved_virtual_mesh *virtual_mesh = export->home->virtual_mesh;

    for (size_t i = 0; i < virtual_mesh->mesh_count; i++)
        if (text_equal(virtual_mesh->meshes[i]->cluster, client)
            && importers_have(export->selected, virtual_mesh->meshes[i]))
            return true;
    return false;
}

static bool client_lacks_dns_capture(const struct resolved_virtual_mesh *virtual_mesh,
                                     const char *cluster)
{
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++)
        if (virtual_mesh->meshes[i]->no_dns_capture
            && text_equal(virtual_mesh->meshes[i]->cluster, cluster))
            return true;
    return false;
}

/* The Service itself is in doubt: its Destination or Mesh cannot be read. */
static bool service_in_doubt(const struct retain *retain, struct cluster_ref service)
{
    const struct specs *specs = retain->resolved->specs;
    const struct destination *destination = specs_service(specs, service);

    if (!destination)
        return retain->resolved->unknown_services;
    return destination->has_mesh && specs_is_refused(specs, KIND_MESH, destination->mesh);
}

static bool service_stays(const struct retain *retain,
                          const struct resolved_virtual_mesh *virtual_mesh,
                          const struct place_folder *folder,
                          const struct previous_document *previous, struct arena *arena)
{
    const bool imports = folder->area == AREA_IMPORTS;
    const bool unresolved = imports && client_lacks_dns_capture(virtual_mesh, folder->cluster);
    struct cluster_ref service;
    const struct export *export;

    if (!split_host(previous->host, folder_owner(folder), &service, arena))
        return unresolved || retain->resolved->unknown_services;
    export = map_find(retain->resolved->export_by_service, cluster_ref_key(service, arena));
    if (!export)
        return service_in_doubt(retain, service);
    return (unresolved || export->retained) && (!imports || is_selected(export, folder->cluster));
}

/* A document of a VirtualMesh. */
static bool virtual_mesh_document_stays(const struct retain *retain,
                                        const struct place_folder *folder,
                                        const struct previous_document *previous,
                                        struct arena *arena)
{
    struct object_ref parent;
    const struct resolved_virtual_mesh *virtual_mesh;

    if (!parent_of(previous, PARENT_VIRTUAL_MESH, &parent))
        return false;
    virtual_mesh = map_find(retain->virtual_meshes, object_ref_key(parent, arena));
    if (!virtual_mesh)
        return false;
    if (virtual_mesh->plan->retained)
        return true;
    switch (folder->area) {
    case AREA_MESH:
        return mesh_stays(retain, virtual_mesh, folder, previous);
    case AREA_EXPORTS:
    case AREA_IMPORTS:
        return service_stays(retain, virtual_mesh, folder, previous, arena);
    case AREA_EXTERNAL:
        return retain->resolved->unknown_services
               || map_find(retain->externals,
                           arena_printf(arena, "%s %s", previous->kind, previous->name));
    case AREA_POLICIES:
        break;
    }
    return false;
}

/* What the AccessPolicy allowed before stays: it fails as an object or for this Destination, or may
 * be among what cannot be read. */
static bool policy_in_doubt(const struct retain *retain, const char *service,
                            const struct node *policy, struct arena *arena)
{
    const struct object_ref ref = { node_get(policy, "name", NULL),
                                    node_get(policy, "namespace", NULL) };
    const char *key;

    if (!ref.name || !ref.namespace)
        return false;
    key = object_ref_key(ref, arena);
    return map_find(retain->policies, key)
           || map_find(retain->failing, failure_key(service, ref, arena))
           || (retain->resolved->incomplete && !map_find(retain->known, key));
}

/* For each AccessPolicy of a previous document, whether it is in doubt; *any: one of them is. */
static const bool *policies_in_doubt(bool *any, const struct retain *retain,
                                     const struct previous_document *previous, const char *service,
                                     struct arena *arena)
{
    const struct node *list = previous_parents(previous, PARENT_ACCESS_POLICY);
    bool *in_doubt = ARENA_NEW(arena, bool, list ? list->count : 0), *at = in_doubt;

    *any = false;
    for (const struct node *policy = list ? list->first : NULL; policy; policy = policy->next) {
        *at = policy_in_doubt(retain, service, policy, arena);
        *any |= *at++;
    }
    return in_doubt;
}

/* The Destination of a previous document, or what its rule depends on, cannot be read. */
static bool destination_in_doubt(const struct retain *retain, const struct place_folder *folder,
                                 const struct previous_document *previous, struct object_ref parent)
{
    const struct specs *specs = retain->resolved->specs;
    const struct cluster_ref service = { previous->name, previous->namespace, folder->cluster };

    if (specs_is_refused(specs, KIND_DESTINATION, parent) || service_in_doubt(retain, service)
        || astray_is(specs, specs_service(specs, service)))
        return true;
    return text_equal(previous->kind, "DestinationRule")
           && specs_is_refused(specs, KIND_KUBERNETES_CLUSTER,
                               (struct object_ref){ folder->cluster, specs->pod_namespace });
}

/* A document of a Destination.  merged: its new text, when it does not stay byte for byte. */
static bool destination_document_stays(const struct retain *retain,
                                       const struct place_folder *folder,
                                       const struct previous_document *previous,
                                       struct text *merged, struct arena *arena)
{
    struct object_ref parent;
    const struct cluster_ref service = { previous->name, previous->namespace, folder->cluster };
    const struct destination *destination;
    const struct policy_target *target;
    const struct node *object = NULL;
    const bool *in_doubt;
    bool any;

    if (!parent_of(previous, PARENT_DESTINATION, &parent))
        return false;
    if (destination_in_doubt(retain, folder, previous, parent))
        return true;
    in_doubt = policies_in_doubt(&any, retain, previous, cluster_ref_key(service, arena), arena);
    destination = any ? specs_service(retain->resolved->specs, service) : NULL;
    target = destination ? policy_target_of(retain->resolved, destination) : NULL;
    if (target)
        object = service_policies_merge(retain->resolved, target, previous, in_doubt, arena);
    if (object)
        write_yaml(merged, object);
    return any;
}

/* The document is about a federated host that belongs to a Service of another cluster now. */
static bool host_moved(const struct retain *retain, const struct place_folder *folder,
                       const struct previous_document *previous)
{
    const struct export *owner;

    if (folder->area != AREA_IMPORTS && folder->area != AREA_EXPORTS)
        return false;
    owner = federated_host_owner(retain->resolved, previous->host, folder->cluster);
    return owner && !text_equal(owner->home->cluster, folder_owner(folder));
}

static bool stays(const struct retain *retain, const struct place_folder *folder,
                  const struct previous_document *previous, struct text *merged,
                  struct arena *arena)
{
    return retain->resolved->settings_unreadable
           || virtual_mesh_document_stays(retain, folder, previous, arena)
           || destination_document_stays(retain, folder, previous, merged, arena);
}

/* Where the document goes now: the way files are split may have changed. */
static struct document identify(const struct retain *retain, const struct place_folder *folder,
                                const struct previous_document *previous, struct arena *arena)
{
    struct document document = { .file = folder->area == AREA_MESH ? "mesh" : "services",
                                 .range = previous->name,
                                 .kind = previous->kind,
                                 .namespace = previous->namespace,
                                 .name = previous->name };
    struct cluster_ref service = { previous->name, previous->namespace, folder->cluster };

    if (folder->area == AREA_MESH || folder->area == AREA_EXTERNAL)
        return document;
    if (folder->area != AREA_POLICIES
        && !split_host(previous->host, folder_owner(folder), &service, arena))
        return document;
    document.file = layout_service_file(retain->resolved, service.namespace, service.name, arena);
    document.range = service.name;
    return document;
}

void retain_add(struct documents *out, const struct retain *retain,
                const struct place_folder *folder, const struct previous_documents *documents,
                struct arena *arena)
{
    for (size_t i = 0; i < documents->count; i++) {
        const struct previous_document *previous = &documents->items[i];
        AUTO_TEXT merged = { 0 };
        const bool must = stays(retain, folder, previous, &merged, arena);
        struct document document;

        if ((!must && !retain->resolved->incomplete) || host_moved(retain, folder, previous))
            continue;
        document = identify(retain, folder, previous, arena);
        if (unique_taken_elsewhere(retain->resolved, folder, &document, arena))
            continue;
        documents_add_previous(out, &document, merged.len ? merged.bytes : previous->text,
                               merged.len ? merged.len : previous->len, must);
    }
}
