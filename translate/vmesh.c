/* translate/vmesh.c - the VirtualMeshes of the specs with what earlier passes noted of them. Judges
 * none. */
#include "translate/vmesh.h"

#include "translate/manifest.h"
#include "translate/reference.h"
#include "translate/words.h"
#include <stdlib.h>

static int compare_vmeshes(const void *a, const void *b)
{
    return compare_refs(((const struct vmesh *)a)->ref, ((const struct vmesh *)b)->ref);
}

static void collect(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;

    resolved->vmeshes =
        ARENA_NEW(arena, struct vmesh, specs->virtual_mesh_count + specs->refused_count);
    for (size_t i = 0; i < specs->virtual_mesh_count; i++) {
        const struct virtual_mesh *spec = &specs->virtual_meshes[i];

        resolved->vmeshes[resolved->vmesh_count++] =
            (struct vmesh){ .ref = { spec->meta.name, spec->meta.namespace }, .spec = spec };
    }
    for (const struct refused *at = specs->refused; at; at = at->next)
        if (at->kind == KIND_VIRTUAL_MESH && !text_empty(at->ref.name)
            && !text_empty(at->ref.namespace))
            resolved->vmeshes[resolved->vmesh_count++] = (struct vmesh){ .ref = at->ref };
    if (resolved->vmesh_count)
        qsort(resolved->vmeshes, resolved->vmesh_count, sizeof *resolved->vmeshes, compare_vmeshes);
}

/* What there is to say of an object that could not be decoded. */
static const struct virtual_mesh *nameless_spec(struct object_ref ref, struct arena *arena)
{
    struct virtual_mesh *spec = ARENA_NEW(arena, struct virtual_mesh, 1);

    spec->meta.name = ref.name;
    spec->meta.namespace = ref.namespace;
    spec->meta.key = object_key(ref, arena);
    spec->federation.hostname_suffix = "";
    return spec;
}

static int read_record(struct vmesh *vmesh, const struct tree_reader *before, struct arena *arena,
                       struct err *err)
{
    const char *path = record_path(vmesh->ref, arena);
    struct record *record;
    char *bytes;
    size_t len;

    if (before->read(before->context, path, &bytes, &len, arena, err) < 0)
        return -1;
    if (!bytes)
        return 0;
    record = ARENA_NEW(arena, struct record, 1);
    if (record_read(record, bytes, len, arena, err) < 0)
        return err_wrap(err, "read %s of the output branch (restore it from its history)", path);
    vmesh->record = record;
    return 0;
}

static void init(const struct resolved *resolved, struct vmesh *vmesh, struct plan_mesh *plan,
                 struct arena *arena)
{
    vmesh->plan = plan;
    vmesh->parents = parents_text(arena, PARENT_VIRTUAL_MESH, vmesh->ref);
    plan->virtual_mesh = vmesh->spec ? vmesh->spec : nameless_spec(vmesh->ref, arena);
    plan->status.ref = vmesh->ref;
    plan->status.observed_generation = plan->virtual_mesh->meta.generation;
    if (!vmesh->spec)
        messages_add(&plan->status.errors, arena, E0_REFUSED,
                     refused_error(resolved->specs, KIND_VIRTUAL_MESH, vmesh->ref));
}

int vmeshes_make(struct resolved *resolved, struct plan *plan, const struct tree_reader *before,
                 struct arena *arena, struct err *err)
{
    collect(resolved, arena);
    plan->mesh_count = resolved->vmesh_count;
    plan->meshes = ARENA_NEW(arena, struct plan_mesh, plan->mesh_count);
    for (size_t i = 0; i < resolved->vmesh_count; i++) {
        init(resolved, &resolved->vmeshes[i], &plan->meshes[i], arena);
        if (read_record(&resolved->vmeshes[i], before, arena, err) < 0)
            return -1;
    }
    return 0;
}
