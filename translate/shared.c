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
 * cluster would stand in the way of the Services of another. */
void shared_check_suffix(const struct resolved *resolved, struct resolved_virtual_mesh *vmesh,
                         struct arena *arena)
{
    const char *suffix = vmesh->spec->federation.hostname_suffix;

    for (size_t i = 0; vmesh->federates && i < vmesh->site_count; i++) {
        const char *cluster = vmesh->sites[i]->cluster;
        const char *domain = specs_cluster_domain(resolved->specs, cluster);

        if (name_is_under(suffix, domain) || name_is_under(domain, suffix)) {
            messages_add(&vmesh->plan->status.errors, arena, E13_SUFFIX, suffix, domain, cluster);
            return;
        }
    }
}

static void compare_enforcement(struct resolved_mesh *site, const struct resolved_mesh *other,
                                struct arena *arena)
{
    const enum enforcement_mode mine = site->vmesh->spec->federation.enforcement;
    const enum enforcement_mode theirs = other->vmesh->spec->federation.enforcement;
    const struct object_ref owner = other->vmesh->ref;

    if (mine >= theirs)
        return;
    if (mine == ENFORCE_UNSET) {
        messages_add(&site->status->warnings, arena, W52_SHARED_POLICY, "global-tls-enforcement",
                     owner.namespace, owner.name, site->root_namespace, site->cluster);
        return;
    }
    messages_add(&site->status->errors, arena, M13_SHARED_ENFORCEMENT,
                 enums_name(&enforcement_modes, (int)mine),
                 enums_name(&enforcement_modes, (int)theirs), owner.namespace, owner.name,
                 site->root_namespace, site->cluster);
    site->outranked = true;
}

static void compare_access(const struct resolved_mesh *site, const struct resolved_mesh *other,
                           struct arena *arena)
{
    if (site->vmesh->spec->access != ACCESS_ENABLED && other->vmesh->spec->access == ACCESS_ENABLED)
        messages_add(&site->status->warnings, arena, W52_SHARED_POLICY, "global-access-control",
                     other->vmesh->ref.namespace, other->vmesh->ref.name, site->root_namespace,
                     site->cluster);
}

static bool is_served(const struct resolved_mesh *site)
{
    return site->vmesh && !site->vmesh->plan->held;
}

void shared_check_namespaces(struct resolved *resolved, struct arena *arena)
{
    struct map *first = map_new(arena);

    for (size_t i = 0; i < resolved->site_count; i++) {
        struct resolved_mesh *site = &resolved->sites[i];
        const char *place;

        if (!is_served(site))
            continue;
        place = arena_printf(arena, "%s/%s", site->cluster, site->root_namespace);
        site->beside = map_find(first, place);
        map_put(first, place, site);
        for (struct resolved_mesh *other = site->beside; other; other = other->beside) {
            if (other->vmesh == site->vmesh)
                continue;
            compare_enforcement(site, other, arena);
            compare_enforcement(other, site, arena);
            compare_access(site, other, arena);
            compare_access(other, site, arena);
        }
    }
}

void shared_warn_services(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;

    for (size_t i = 0; i < specs->destination_count; i++) {
        const struct destination *destination = &specs->destinations[i], *used;
        const struct resolved_mesh *site;

        if (!destination->service || !destination->has_mesh)
            continue;
        used = specs_service(specs, destination->service->ref);
        site = resolved_mesh_find(resolved, destination->mesh);
        if (used == destination || !site || !site->vmesh)
            continue;
        messages_add(&site->vmesh->plan->status.warnings, arena, W53_SERVICE_TWICE,
                     destination->meta.namespace, destination->meta.name, used->meta.namespace,
                     used->meta.name, destination->service->ref.namespace,
                     destination->service->ref.name, destination->service->ref.cluster);
    }
}
