/* translate/resolved_mesh.c - the Meshes of the specs as places where things are deployed.  Claims
 * nothing.
 */
#include "translate/resolved_mesh.h"
#include "api/meta.h"
#include "base/names.h"

#include "api/annotation.h"
#include "api/specs_index.h"
#include <stdio.h>

#define ISTIO_NAMESPACE "istio-system"

static void site_init(struct resolved_mesh *site, const struct mesh *mesh)
{
    const char *root = meta_annotation(&mesh->meta, ANNOTATION_ROOT_NAMESPACE); /* Q21 */

    site->mesh = mesh;
    site->cluster = mesh->cluster;
    site->namespace = text_empty(mesh->namespace) ? ISTIO_NAMESPACE : mesh->namespace;
    site->root_namespace = root && names_is_dns_label(root) ? root : site->namespace;
    site->odd_root_namespace = root && !names_is_dns_label(root) ? root : NULL;
    site->dialect = istio_version_dialect(mesh->version);
}

struct resolved_mesh *resolved_mesh_find(const struct resolved *resolved, struct object_ref mesh)
{
    char key[3 + 2 * 253];

    if ((size_t)snprintf(key, sizeof key, "%s.%s.", mesh.name, mesh.namespace) >= sizeof key)
        return NULL;
    return map_find(resolved->site_by_key, key);
}

/* Only Services in Istio meshes: nothing is made of the others. */
static struct resolved_mesh *home_of(const struct resolved *resolved,
                                     const struct destination *destination)
{
    struct resolved_mesh *site;

    if (!destination->service || !destination->has_mesh
        || specs_service(resolved->specs, destination->service->ref) != destination)
        return NULL;
    site = resolved_mesh_find(resolved, destination->mesh);
    return site && site->mesh->istio ? site : NULL;
}

static void fill_destinations(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;

    resolved->homes = ARENA_NEW(arena, struct resolved_mesh *, specs->destination_count);
    for (size_t i = 0; i < specs->destination_count; i++) {
        resolved->homes[i] = home_of(resolved, &specs->destinations[i]);
        if (resolved->homes[i])
            resolved->homes[i]->destination_count++;
    }
    for (size_t i = 0; i < resolved->site_count; i++) {
        struct resolved_mesh *site = &resolved->sites[i];

        site->destinations = ARENA_NEW(arena, const struct destination *, site->destination_count);
        site->destination_count = 0;
    }
    for (size_t i = 0; i < specs->destination_count; i++) {
        struct resolved_mesh *site = resolved->homes[i];

        if (site)
            site->destinations[site->destination_count++] = &specs->destinations[i];
    }
}

void resolved_mesh_make_all(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;

    resolved->site_count = specs->mesh_count;
    resolved->sites = ARENA_NEW(arena, struct resolved_mesh, specs->mesh_count);
    resolved->site_by_key = map_new(arena);
    for (size_t i = 0; i < specs->mesh_count; i++) {
        site_init(&resolved->sites[i], &specs->meshes[i]);
        map_put(resolved->site_by_key, specs->meshes[i].meta.key, &resolved->sites[i]);
    }
    fill_destinations(resolved, arena);
}
