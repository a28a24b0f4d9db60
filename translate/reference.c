/* translate/reference.c - whether what a VirtualMesh refers to exists.  Decides nothing else. */
#include "translate/reference.h"

#include "translate/words.h"
#include <string.h>

/* The byte after the name in a key is a dot, also where the name ends first. */
int compare_refs(struct object_ref a, struct object_ref b)
{
    const size_t a_len = strlen(a.name), b_len = strlen(b.name),
                 len = a_len < b_len ? a_len : b_len;
    int order = strncmp(a.name, b.name, len);

    if (order || a_len == b_len)
        return order ? order : strcmp(a.namespace, b.namespace);
    return a_len < b_len ? '.' - b.name[len] : a.name[len] - '.';
}

const char *refused_error(const struct specs *specs, enum object_kind kind, struct object_ref ref)
{
    for (const struct refused *at = specs->refused; at; at = at->next)
        if (at->kind == kind && object_ref_equal(at->ref, ref))
            return at->error;
    return NULL;
}

static bool lists_before(const struct object_ref *refs, size_t count, struct object_ref ref)
{
    for (size_t i = 0; i < count; i++)
        if (object_ref_equal(refs[i], ref))
            return true;
    return false;
}

static void check_mesh(const struct resolved *resolved, const struct vmesh *vmesh, size_t i,
                       struct arena *arena)
{
    const struct virtual_mesh *spec = vmesh->spec;
    const struct object_ref ref = spec->meshes[i];
    const struct mesh *mesh = specs_mesh(resolved->specs, ref);
    const char *refused = refused_error(resolved->specs, KIND_MESH, ref);
    struct messages *errors = &vmesh->plan->status.errors;
    const size_t before = errors->count;

    if (lists_before(spec->meshes, i, ref))
        messages_add(errors, arena, E10_MESH_TWICE, i, ref.namespace, ref.name);
    else if (refused)
        messages_add(errors, arena, E2_MESH_REFUSED, i, ref.namespace, ref.name, refused);
    else if (!mesh)
        messages_add(errors, arena, E2_MESH_UNKNOWN, i, ref.namespace, ref.name);
    else if (!mesh->istio)
        messages_add(errors, arena, E11_MESH_NOT_ISTIO, i, ref.namespace, ref.name, mesh->type);
    if (errors->count > before && spec->mesh_places)
        messages_place(errors, spec->mesh_places[i]);
}

static void check_federation(const struct vmesh *vmesh, struct arena *arena)
{
    const struct virtual_mesh *spec = vmesh->spec;

    for (size_t i = 0; i < spec->federation.selector_count; i++) {
        const struct federation_selector *selector = &spec->federation.selectors[i];

        for (size_t k = 0; k < selector->mesh_count; k++) {
            if (lists_before(spec->meshes, spec->mesh_count, selector->meshes[k]))
                continue;
            messages_add(&vmesh->plan->status.errors, arena, E12_SELECTOR_MESH, i, k,
                         selector->meshes[k].namespace, selector->meshes[k].name);
            messages_place(&vmesh->plan->status.errors, selector->mesh_places[k]);
        }
    }
}

static void check_gateways(const struct resolved *resolved, const struct vmesh *vmesh,
                           struct arena *arena)
{
    const struct federation *federation = &vmesh->spec->federation;

    for (size_t i = 0; i < federation->gateway_count; i++)
        for (size_t k = 0; k < federation->gateways[i].destination_count; k++) {
            const struct destination_selector *selector = &federation->gateways[i].destinations[k];

            for (size_t s = 0; s < selector->service_count; s++) {
                const struct cluster_ref ref = selector->services[s];

                if (specs_service(resolved->specs, ref))
                    continue;
                messages_add(&vmesh->plan->status.errors, arena, E5_GATEWAY_UNKNOWN, i, k,
                             ref.namespace, ref.name, ref.cluster);
                messages_place(&vmesh->plan->status.errors, selector->service_places[s]);
            }
        }
}

void references_check(const struct resolved *resolved, const struct vmesh *vmesh,
                      struct arena *arena)
{
    for (size_t i = 0; i < vmesh->spec->mesh_count; i++)
        check_mesh(resolved, vmesh, i, arena);
    check_federation(vmesh, arena);
    check_gateways(resolved, vmesh, arena);
}

static bool is_member_service(const struct resolved *resolved, const struct vmesh *vmesh,
                              struct cluster_ref ref)
{
    const struct destination *destination = specs_service(resolved->specs, ref);
    const struct site *site =
        destination && destination->has_mesh ? resolved_site(resolved, destination->mesh) : NULL;

    return site && site->vmesh == vmesh;
}

void references_warn(const struct resolved *resolved, const struct vmesh *vmesh,
                     struct arena *arena)
{
    const struct federation *federation = &vmesh->spec->federation;

    for (size_t i = 0; i < federation->selector_count; i++)
        for (size_t k = 0; k < federation->selectors[i].destination_count; k++) {
            const struct destination_selector *selector = &federation->selectors[i].destinations[k];

            for (size_t s = 0; s < selector->service_count; s++) {
                const struct cluster_ref ref = selector->services[s];

                if (is_member_service(resolved, vmesh, ref))
                    continue;
                messages_add(&vmesh->plan->status.warnings, arena, W3_SELECTOR_UNMATCHED, i, k,
                             ref.namespace, ref.name, ref.cluster);
                messages_place(&vmesh->plan->status.warnings, selector->service_places[s]);
            }
        }
}
