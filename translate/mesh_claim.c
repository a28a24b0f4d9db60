/* translate/mesh_claim.c - one VirtualMesh for each Mesh.  Pure order: no place for a clock. */
#include "translate/mesh_claim.h"
#include "translate/resolved_mesh.h"

#include "translate/messages.h"
#include <stdlib.h>
#include <string.h>

/* 0: deployed in its present form; 1: deployed in an earlier form; 2: new.  What counts is that it
 * was served, not whether one of its Destinations happened to be INVALID in the last pass: a mishap
 * must not open a mesh to a newcomer. */
static int rank(const struct resolved_virtual_mesh *vmesh)
{
    const struct record *record = vmesh->record;

    if (!record || text_empty(record->spec_digest))
        return 2;
    if (vmesh->spec && record->state == APPROVAL_ACCEPTED
        && text_equal(record->spec_digest, vmesh->spec->digest))
        return 0;
    return 1;
}

/* Not given comes last. */
static int64_t created(const struct resolved_virtual_mesh *vmesh)
{
    return vmesh->spec && vmesh->spec->meta.created ? vmesh->spec->meta.created : INT64_MAX;
}

bool mesh_claim_precedes(const struct resolved_virtual_mesh *vmesh,
                         const struct resolved_virtual_mesh *other)
{
    if (rank(vmesh) != rank(other))
        return rank(vmesh) < rank(other);
    if (created(vmesh) != created(other))
        return created(vmesh) < created(other);
    return vmesh < other; /* one array, sorted by key */
}

static int compare_seniority(const void *a, const void *b)
{
    const struct resolved_virtual_mesh *left = *(struct resolved_virtual_mesh *const *)a,
                                       *right = *(struct resolved_virtual_mesh *const *)b;

    return mesh_claim_precedes(left, right) ? -1 : mesh_claim_precedes(right, left);
}

static int compare_meshes(const void *a, const void *b)
{
    const struct resolved_mesh *left = *(struct resolved_mesh *const *)a,
                               *right = *(struct resolved_mesh *const *)b;

    return left < right ? -1 : left > right;
}

/* The meshes that an INVALID VirtualMesh was serving stay its own. */
static void keep_served(struct resolved *resolved, struct resolved_virtual_mesh *vmesh)
{
    for (size_t i = 0; vmesh->record && i < vmesh->record->mesh_count; i++) {
        struct resolved_mesh *mesh = map_find(resolved->mesh_by_key, vmesh->record->meshes[i]);

        if (mesh && !mesh->vmesh)
            mesh->vmesh = vmesh;
    }
}

static bool is_free(const struct resolved *resolved, const struct resolved_virtual_mesh *vmesh,
                    struct arena *arena)
{
    bool all = true;

    for (size_t i = 0; i < vmesh->spec->mesh_count; i++) {
        const struct object_ref ref = vmesh->spec->meshes[i];
        const struct resolved_mesh *mesh = resolved_mesh_find(resolved, ref);

        if (mesh->vmesh) {
            messages_add(&vmesh->plan->status.errors, arena, E3_MESH_CLAIMED, ref.namespace,
                         ref.name, mesh->vmesh->ref.namespace, mesh->vmesh->ref.name);
            all = false;
        }
    }
    return all;
}

static void claim(struct resolved *resolved, struct resolved_virtual_mesh *vmesh,
                  struct arena *arena)
{
    if (!is_free(resolved, vmesh, arena)) {
        keep_served(resolved, vmesh);
        return;
    }
    vmesh->mesh_count = vmesh->spec->mesh_count;
    vmesh->meshes = ARENA_NEW(arena, struct resolved_mesh *, vmesh->mesh_count);
    for (size_t i = 0; i < vmesh->mesh_count; i++)
        vmesh->meshes[i] = resolved_mesh_find(resolved, vmesh->spec->meshes[i]);
    if (vmesh->mesh_count)
        qsort(vmesh->meshes, vmesh->mesh_count, sizeof(struct resolved_mesh *), compare_meshes);
    for (size_t i = 0; i < vmesh->mesh_count; i++) {
        vmesh->meshes[i]->vmesh = vmesh;
        vmesh->meshes[i]->member = i;
    }
}

void mesh_claim_all(struct resolved *resolved, struct arena *arena)
{
    struct resolved_virtual_mesh **order =
        ARENA_NEW(arena, struct resolved_virtual_mesh *, resolved->vmesh_count);

    for (size_t i = 0; i < resolved->vmesh_count; i++)
        order[i] = &resolved->vmeshes[i];
    if (resolved->vmesh_count)
        qsort(order, resolved->vmesh_count, sizeof(struct resolved_virtual_mesh *),
              compare_seniority);
    for (size_t i = 0; i < resolved->vmesh_count; i++)
        if (order[i]->plan->status.errors.count)
            keep_served(resolved, order[i]);
    for (size_t i = 0; i < resolved->vmesh_count; i++)
        if (!order[i]->plan->status.errors.count)
            claim(resolved, order[i], arena);
}
