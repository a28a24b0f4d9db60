/* translate/mesh_claim.c - one VirtualMesh for each Mesh.  Pure order: no place for a clock.
 *
 * Two virtual meshes must never share a mesh: its istiod has one cacerts. Who is served stays
 * served, so what is deployed in its present form precedes what is deployed in an earlier form,
 * and both precede what is new; then the older object, then the key. The last makes the order
 * total, which qsort needs to give the same result on every machine.
 *
 * A virtual mesh claims all of its meshes or none, because half a virtual mesh would share trust
 * with clusters that its author did not list. An invalid one claims nothing new and keeps the
 * meshes that its record says it serves, and it does so before any other claims: a typing error
 * must not hand a mesh to another virtual mesh. */
#include "translate/mesh_claim.h"
#include "translate/resolved_mesh.h"

#include "translate/messages.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* 0: deployed in its present form; 1: deployed in an earlier form; 2: new.  What counts is that it
 * was served, not whether one of its Destinations happened to be INVALID in the last pass: a mishap
 * must not open a mesh to a newcomer. */
static int rank(const struct resolved_virtual_mesh *virtual_mesh)
{
    const struct record *record = virtual_mesh->record;

    if (!record || text_empty(record->spec_digest))
        return 2;
    if (virtual_mesh->spec && record->state == APPROVAL_ACCEPTED
        && text_equal(record->spec_digest, virtual_mesh->spec->digest))
        return 0;
    return 1;
}

/* Not given comes last. */
static int64_t created(const struct resolved_virtual_mesh *virtual_mesh)
{
    return virtual_mesh->spec && virtual_mesh->spec->meta.created ? virtual_mesh->spec->meta.created
                                                                  : INT64_MAX;
}

bool mesh_claim_precedes(const struct resolved_virtual_mesh *virtual_mesh,
                         const struct resolved_virtual_mesh *other)
{
    if (rank(virtual_mesh) != rank(other))
        return rank(virtual_mesh) < rank(other);
    if (created(virtual_mesh) != created(other))
        return created(virtual_mesh) < created(other);
    return virtual_mesh < other; /* one array, sorted by key */
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
static void keep_served(struct resolved *resolved, struct resolved_virtual_mesh *virtual_mesh)
{
    for (size_t i = 0; virtual_mesh->record && i < virtual_mesh->record->mesh_count; i++) {
        struct resolved_mesh *mesh =
            map_find(resolved->mesh_by_key, virtual_mesh->record->meshes[i]);

        if (mesh && !mesh->virtual_mesh)
            mesh->virtual_mesh = virtual_mesh;
    }
}

static bool is_free(const struct resolved *resolved,
                    const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    bool all = true;

    for (size_t i = 0; i < virtual_mesh->spec->mesh_count; i++) {
        const struct object_ref ref = virtual_mesh->spec->meshes[i];
        const struct resolved_mesh *mesh = resolved_mesh_find(resolved, ref);

        if (mesh->virtual_mesh) {
            messages_add(&virtual_mesh->plan->status.errors, arena, E3_MESH_CLAIMED, ref.namespace,
                         ref.name, mesh->virtual_mesh->ref.namespace, mesh->virtual_mesh->ref.name);
            all = false;
        }
    }
    return all;
}

static void claim(struct resolved *resolved, struct resolved_virtual_mesh *virtual_mesh,
                  struct arena *arena)
{
    if (!is_free(resolved, virtual_mesh, arena)) {
        keep_served(resolved, virtual_mesh);
        return;
    }
    virtual_mesh->mesh_count = virtual_mesh->spec->mesh_count;
    virtual_mesh->meshes = ARENA_NEW(arena, struct resolved_mesh *, virtual_mesh->mesh_count);
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++)
        virtual_mesh->meshes[i] = resolved_mesh_find(resolved, virtual_mesh->spec->meshes[i]);
    if (virtual_mesh->mesh_count)
        qsort(virtual_mesh->meshes, virtual_mesh->mesh_count, sizeof(struct resolved_mesh *),
              compare_meshes);
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++) {
        assert(!virtual_mesh->meshes[i]->virtual_mesh); /* one istiod has one cacerts */
        virtual_mesh->meshes[i]->virtual_mesh = virtual_mesh;
        virtual_mesh->meshes[i]->member = i;
    }
}

void mesh_claim_all(struct resolved *resolved, struct arena *arena)
{
    struct resolved_virtual_mesh **order =
        ARENA_NEW(arena, struct resolved_virtual_mesh *, resolved->virtual_mesh_count);

    for (size_t i = 0; i < resolved->virtual_mesh_count; i++)
        order[i] = &resolved->virtual_meshes[i];
    if (resolved->virtual_mesh_count)
        qsort(order, resolved->virtual_mesh_count, sizeof(struct resolved_virtual_mesh *),
              compare_seniority);
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++)
        if (order[i]->plan->status.errors.count)
            keep_served(resolved, order[i]);
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++)
        if (!order[i]->plan->status.errors.count)
            claim(resolved, order[i], arena);
}
