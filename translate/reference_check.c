/* translate/reference_check.c - whether what a VirtualMesh refers to exists.  Decides nothing else.
 *
 * A virtual mesh with a reference that leads nowhere is refused as a whole: half of it would
 * trust, or admit, less or more than its author wrote. Every wrong reference is reported at its
 * place, not only the first, and with the nearest name that is not listed yet. A selector that
 * matches no Service of the virtual mesh is a warning instead, since Services come and go without
 * a change of the VirtualMesh. */
#include "translate/reference_check.h"
#include "api/specs_index.h"
#include "base/suggest.h"
#include "translate/resolved_mesh.h"

#include "translate/messages.h"
#include <string.h>

/* The byte of "<name>.<namespace>." at an index; 0 behind its end. */
static int key_byte(struct object_ref ref, size_t at)
{
    const char *const parts[] = { ref.name, ref.namespace };

    for (size_t i = 0; i < LENGTH(parts); i++) {
        const size_t len = strlen(parts[i]);

        if (at <= len)
            return at < len ? (unsigned char)parts[i][at] : '.';
        at -= len + 1;
    }
    return 0;
}

/* Names may have dots themselves, so only the whole keys order them. */
int reference_compare(struct object_ref a, struct object_ref b)
{
    for (size_t i = 0;; i++) {
        const int left = key_byte(a, i), right = key_byte(b, i);

        if (left != right || !left)
            return left - right;
    }
}

const char *reference_check_refused(const struct specs *specs, enum object_kind kind,
                                    struct object_ref ref)
{
    const struct refused *refused = specs_refused(specs, kind, ref);

    return refused ? refused->error : NULL;
}

/* The meshes of a VirtualMesh by key: the first place in its list of each. */
static struct map *listed_meshes(const struct virtual_mesh *spec, struct arena *arena)
{
    struct map *listed = map_new(arena);

    for (size_t i = 0; i < spec->mesh_count; i++) {
        const char *key = object_ref_key(spec->meshes[i], arena);

        if (!map_find(listed, key))
            map_put(listed, key, UNCONST(&spec->meshes[i]));
    }
    return listed;
}

/* "did you mean ns/name? Otherwise ", of the Mesh of the same name in another namespace or of the
 * nearest name, among those that are not listed already; "": none is near. */
static const char *mesh_meant(const struct specs *specs, const struct map *listed,
                              struct object_ref ref, struct arena *arena)
{
    const char **names = ARENA_NEW(arena, const char *, specs->mesh_count);
    const char *near = NULL;
    size_t count = 0;

    for (size_t i = 0; i < specs->mesh_count; i++) {
        const struct meta *meta = &specs->meshes[i].meta;

        if (map_find(listed, meta->key))
            continue;
        names[count++] = arena_printf(arena, "%s/%s", meta->namespace, meta->name);
        if (text_equal(meta->name, ref.name))
            near = names[count - 1];
    }
    if (!near)
        near = suggest_nearest(arena_printf(arena, "%s/%s", ref.namespace, ref.name), names, count);
    return near ? arena_printf(arena, "did you mean %s? Otherwise ", near) : "";
}

static void check_mesh(const struct resolved *resolved,
                       const struct resolved_virtual_mesh *virtual_mesh, const struct map *listed,
                       size_t i, struct arena *arena)
{
    const struct virtual_mesh *spec = virtual_mesh->spec;
    const struct object_ref ref = spec->meshes[i];
    const struct mesh *mesh = specs_mesh(resolved->specs, ref);
    const char *refused = reference_check_refused(resolved->specs, KIND_MESH, ref);
    struct messages *errors = &virtual_mesh->plan->status.errors;
    const size_t before = errors->count;

    if (map_find(listed, object_ref_key(ref, arena)) != &spec->meshes[i])
        messages_add(errors, arena, E10_MESH_TWICE, i, ref.namespace, ref.name);
    else if (refused)
        messages_add(errors, arena, E15_MESH_REFUSED, i, ref.namespace, ref.name, refused);
    else if (!mesh)
        messages_add(errors, arena, E2_MESH_UNKNOWN, i, ref.namespace, ref.name,
                     mesh_meant(resolved->specs, listed, ref, arena));
    else if (!mesh->istio)
        messages_add(errors, arena, E11_MESH_NOT_ISTIO, i, ref.namespace, ref.name, mesh->type);
    if (errors->count > before && spec->mesh_places)
        messages_place(errors, spec->mesh_places[i]);
}

static void check_federation(const struct resolved_virtual_mesh *virtual_mesh,
                             const struct map *listed, struct arena *arena)
{
    const struct virtual_mesh *spec = virtual_mesh->spec;

    for (size_t i = 0; i < spec->federation.selector_count; i++) {
        const struct federation_selector *selector = &spec->federation.selectors[i];

        for (size_t k = 0; k < selector->mesh_count; k++) {
            if (map_find(listed, object_ref_key(selector->meshes[k], arena)))
                continue;
            messages_add(&virtual_mesh->plan->status.errors, arena, E12_SELECTOR_MESH, i, k,
                         selector->meshes[k].namespace, selector->meshes[k].name);
            messages_place(&virtual_mesh->plan->status.errors, selector->mesh_places[k]);
        }
    }
}

static void check_gateways(const struct resolved *resolved,
                           const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    const struct federation *federation = &virtual_mesh->spec->federation;

    for (size_t i = 0; i < federation->gateway_count; i++)
        for (size_t k = 0; k < federation->gateways[i].destination_count; k++) {
            const struct destination_selector *selector = &federation->gateways[i].destinations[k];

            for (size_t s = 0; s < selector->service_count; s++) {
                const struct cluster_ref ref = selector->services[s];

                if (specs_service(resolved->specs, ref))
                    continue;
                messages_add(&virtual_mesh->plan->status.errors, arena, E5_GATEWAY_UNKNOWN, i, k,
                             ref.namespace, ref.name, ref.cluster);
                messages_place(&virtual_mesh->plan->status.errors, selector->service_places[s]);
            }
        }
}

void reference_check_all(const struct resolved *resolved,
                         const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    const struct map *listed = listed_meshes(virtual_mesh->spec, arena);

    for (size_t i = 0; i < virtual_mesh->spec->mesh_count; i++)
        check_mesh(resolved, virtual_mesh, listed, i, arena);
    check_federation(virtual_mesh, listed, arena);
    check_gateways(resolved, virtual_mesh, arena);
}

static bool is_member_service(const struct resolved *resolved,
                              const struct resolved_virtual_mesh *virtual_mesh,
                              struct cluster_ref ref)
{
    const struct destination *destination = specs_service(resolved->specs, ref);
    const struct resolved_mesh *mesh = destination && destination->has_mesh
                                           ? resolved_mesh_find(resolved, destination->mesh)
                                           : NULL;

    return mesh && mesh->virtual_mesh == virtual_mesh;
}

void reference_check_warn(const struct resolved *resolved,
                          const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    const struct federation *federation = &virtual_mesh->spec->federation;

    for (size_t i = 0; i < federation->selector_count; i++)
        for (size_t k = 0; k < federation->selectors[i].destination_count; k++) {
            const struct destination_selector *selector = &federation->selectors[i].destinations[k];

            for (size_t s = 0; s < selector->service_count; s++) {
                const struct cluster_ref ref = selector->services[s];

                if (is_member_service(resolved, virtual_mesh, ref))
                    continue;
                messages_add(&virtual_mesh->plan->status.warnings, arena, W3_SELECTOR_UNMATCHED, i,
                             k, ref.namespace, ref.name, ref.cluster);
                messages_place(&virtual_mesh->plan->status.warnings, selector->service_places[s]);
            }
        }
}
