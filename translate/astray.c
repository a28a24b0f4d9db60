/* translate/astray.c - Destinations that name a Mesh that the specs do not have.  Decides nothing.
 *
 * The Mesh was deleted before them, or one of the two names is wrong.  Such a Service gets no new
 * policy, and without the one that it had it would be open to every caller, so retain.c keeps it.
 * They belong to no VirtualMesh, so each of them reports them, and where there is none, each
 * AccessPolicy. */
#include "translate/astray.h"
#include "api/specs_index.h"

#include "translate/messages.h"

bool astray_is(const struct specs *specs, const struct destination *destination)
{
    return destination && destination->has_mesh && !specs_mesh(specs, destination->mesh)
           && !specs_is_refused(specs, KIND_MESH, destination->mesh);
}

void astray_find(struct resolved *resolved)
{
    const struct specs *specs = resolved->specs;

    for (size_t i = 0; i < specs->destination_count; i++) {
        const struct destination *destination = &specs->destinations[i];

        if (resolved->destination_meshes[i] || !astray_is(specs, destination))
            continue;
        resolved->astray = resolved->astray ? resolved->astray : destination;
        resolved->astray_count++;
    }
}

void astray_warn(struct messages *warnings, const struct resolved *resolved, struct arena *arena)
{
    const struct destination *first = resolved->astray;

    if (first)
        messages_add(warnings, arena, W16_DESTINATIONS_ASTRAY, resolved->astray_count,
                     first->meta.namespace, first->meta.name);
}
