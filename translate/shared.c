/* translate/shared.c - names that two objects want.  Each object of a cluster is written once:
 * whose form is written, and where a finding is reported, is decided here and not by the order of
 * documents. */
#include "translate/shared.h"
#include "api/specs_index.h"
#include "translate/resolved_mesh.h"

#include "translate/messages.h"
#include "translate/name.h"

/* A gateway passes on what its hosts match.  Were they to match names of the cluster's own
 * Services, all of those could be dialled from outside, federated or not; and the imports of one
 * cluster would collide with the Services of another. */
void shared_check_suffix(const struct resolved *resolved,
                         struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    const char *suffix = virtual_mesh->spec->federation.hostname_suffix;

    for (size_t i = 0; virtual_mesh->federates && i < virtual_mesh->mesh_count; i++) {
        const char *cluster = virtual_mesh->meshes[i]->cluster;
        const char *domain = specs_cluster_domain(resolved->specs, cluster);

        if (name_is_under(suffix, domain) || name_is_under(domain, suffix)) {
            messages_add(&virtual_mesh->plan->status.errors, arena, E13_SUFFIX, suffix, domain,
                         cluster);
            return;
        }
    }
}

static void compare_enforcement(struct resolved_mesh *mesh, const struct resolved_mesh *other,
                                struct arena *arena)
{
    const enum enforcement_mode mine = mesh->virtual_mesh->spec->federation.enforcement;
    const enum enforcement_mode theirs = other->virtual_mesh->spec->federation.enforcement;
    const struct object_ref owner = other->virtual_mesh->ref;

    if (mine >= theirs)
        return;
    if (mine == ENFORCE_UNSET) {
        messages_add(&mesh->status->warnings, arena, W52_SHARED_POLICY, "global-tls-enforcement",
                     owner.namespace, owner.name, mesh->root_namespace, mesh->cluster);
        return;
    }
    messages_add(&mesh->status->errors, arena, M13_SHARED_ENFORCEMENT,
                 enums_name(&enforcement_modes, (int)mine),
                 enums_name(&enforcement_modes, (int)theirs), owner.namespace, owner.name,
                 mesh->root_namespace, mesh->cluster);
    mesh->outranked = true;
}

static void compare_access(const struct resolved_mesh *mesh, const struct resolved_mesh *other,
                           struct arena *arena)
{
    if (mesh->virtual_mesh->spec->access != ACCESS_ENABLED
        && other->virtual_mesh->spec->access == ACCESS_ENABLED)
        messages_add(&mesh->status->warnings, arena, W52_SHARED_POLICY, "global-access-control",
                     other->virtual_mesh->ref.namespace, other->virtual_mesh->ref.name,
                     mesh->root_namespace, mesh->cluster);
}

static bool is_served(const struct resolved_mesh *mesh)
{
    return mesh->virtual_mesh && !mesh->virtual_mesh->plan->retained;
}

void shared_check_namespaces(struct resolved *resolved, struct arena *arena)
{
    struct map *first = map_new(arena);

    for (size_t i = 0; i < resolved->mesh_count; i++) {
        struct resolved_mesh *mesh = &resolved->meshes[i];
        const char *place;

        if (!is_served(mesh))
            continue;
        place = arena_printf(arena, "%s/%s", mesh->cluster, mesh->root_namespace);
        mesh->beside = map_find(first, place);
        map_put(first, place, mesh);
        for (struct resolved_mesh *other = mesh->beside; other; other = other->beside) {
            if (other->virtual_mesh == mesh->virtual_mesh)
                continue;
            compare_enforcement(mesh, other, arena);
            compare_enforcement(other, mesh, arena);
            compare_access(mesh, other, arena);
            compare_access(other, mesh, arena);
        }
    }
}

void shared_warn_services(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;

    for (size_t i = 0; i < specs->destination_count; i++) {
        const struct destination *destination = &specs->destinations[i], *used;
        const struct resolved_mesh *mesh;

        if (!destination->service || !destination->has_mesh)
            continue;
        used = specs_service(specs, destination->service->ref);
        mesh = resolved_mesh_find(resolved, destination->mesh);
        if (used == destination || !mesh || !mesh->virtual_mesh)
            continue;
        messages_add(&mesh->virtual_mesh->plan->status.warnings, arena, W53_SERVICE_TWICE,
                     destination->meta.namespace, destination->meta.name, used->meta.namespace,
                     used->meta.name, destination->service->ref.namespace,
                     destination->service->ref.name, destination->service->ref.cluster);
    }
}
