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

static void mesh_init(struct resolved_mesh *mesh, const struct mesh *spec)
{
    const char *root = meta_annotation(&spec->meta, ANNOTATION_ROOT_NAMESPACE); /* Q21 */

    mesh->spec = spec;
    mesh->cluster = spec->cluster;
    mesh->namespace = text_empty(spec->namespace) ? ISTIO_NAMESPACE : spec->namespace;
    mesh->root_namespace = root && names_is_dns_label(root) ? root : mesh->namespace;
    mesh->odd_root_namespace = root && !names_is_dns_label(root) ? root : NULL;
    mesh->dialect = istio_version_dialect(spec->version);
}

struct resolved_mesh *resolved_mesh_find(const struct resolved *resolved, struct object_ref mesh)
{
    char key[3 + 2 * 253];

    if ((size_t)snprintf(key, sizeof key, "%s.%s.", mesh.name, mesh.namespace) >= sizeof key)
        return NULL;
    return map_find(resolved->mesh_by_key, key);
}

/* Only Services in Istio meshes: nothing is made of the others. */
static struct resolved_mesh *home_of(const struct resolved *resolved,
                                     const struct destination *destination)
{
    struct resolved_mesh *mesh;

    if (!destination->service || !destination->has_mesh
        || specs_service(resolved->specs, destination->service->ref) != destination)
        return NULL;
    mesh = resolved_mesh_find(resolved, destination->mesh);
    return mesh && mesh->spec->istio ? mesh : NULL;
}

static void fill_destinations(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;

    resolved->destination_meshes =
        ARENA_NEW(arena, struct resolved_mesh *, specs->destination_count);
    for (size_t i = 0; i < specs->destination_count; i++) {
        resolved->destination_meshes[i] = home_of(resolved, &specs->destinations[i]);
        if (resolved->destination_meshes[i])
            resolved->destination_meshes[i]->destination_count++;
    }
    for (size_t i = 0; i < resolved->mesh_count; i++) {
        struct resolved_mesh *mesh = &resolved->meshes[i];

        mesh->destinations = ARENA_NEW(arena, const struct destination *, mesh->destination_count);
        mesh->destination_count = 0;
    }
    for (size_t i = 0; i < specs->destination_count; i++) {
        struct resolved_mesh *mesh = resolved->destination_meshes[i];

        if (mesh)
            mesh->destinations[mesh->destination_count++] = &specs->destinations[i];
    }
}

void resolved_mesh_make_all(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;

    resolved->mesh_count = specs->mesh_count;
    resolved->meshes = ARENA_NEW(arena, struct resolved_mesh, specs->mesh_count);
    resolved->mesh_by_key = map_new(arena);
    for (size_t i = 0; i < specs->mesh_count; i++) {
        mesh_init(&resolved->meshes[i], &specs->meshes[i]);
        map_put(resolved->mesh_by_key, specs->meshes[i].meta.key, &resolved->meshes[i]);
    }
    fill_destinations(resolved, arena);
}

struct resolved_mesh *resolved_mesh_of(const struct resolved *resolved,
                                       const struct destination *destination)
{
    return resolved->destination_meshes[destination - resolved->specs->destinations];
}

bool resolved_mesh_is_written(const struct resolved_mesh *mesh)
{
    return mesh->virtual_mesh && !mesh->virtual_mesh->plan->retained
           && (!mesh->retained || mesh->lacks_gateway);
}
