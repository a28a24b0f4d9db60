/* translate/resolved_virtual_mesh.c - the VirtualMeshes of the specs with what earlier passes noted
 * of them. Judges none.
 *
 * Three kinds are collected, since each of them may be deployed: virtual meshes of the specs;
 * those that could not be decoded, whose names are known; and, when a part of the specs cannot be
 * read, those that only records on the branch name. The last keep their meshes in this pass but
 * get no status, because nothing shows that they still exist. Whatever has no spec has an error
 * from the start, so that every later stage retains it instead of asking for a spec. */
#include "translate/resolved_virtual_mesh.h"

#include "translate/manifest.h"
#include "translate/messages.h"
#include "translate/reference_check.h"
#include <stdlib.h>
#include <string.h>

static int compare_virtual_meshes(const void *a, const void *b)
{
    return reference_compare(((const struct resolved_virtual_mesh *)a)->ref,
                             ((const struct resolved_virtual_mesh *)b)->ref);
}

static void collect(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;

    for (size_t i = 0; i < specs->virtual_mesh_count; i++) {
        const struct virtual_mesh *spec = &specs->virtual_meshes[i];

        *ARENA_PUSH(arena, resolved->virtual_meshes, resolved->virtual_mesh_count) =
            (struct resolved_virtual_mesh){ .ref = { spec->meta.name, spec->meta.namespace },
                                            .spec = spec };
    }
    for (const struct refused *at = specs->refused; at; at = at->next)
        if (at->kind == KIND_VIRTUAL_MESH && !text_empty(at->ref.name)
            && !text_empty(at->ref.namespace))
            *ARENA_PUSH(arena, resolved->virtual_meshes, resolved->virtual_mesh_count) =
                (struct resolved_virtual_mesh){ .ref = at->ref };
}

/* The VirtualMesh of a record, from "<namespace>.<name>.json"; false: it is no such file, or the
 * object is known. */
static bool missing_ref(struct object_ref *out, const struct resolved *resolved, const char *file,
                        struct arena *arena)
{
    const char *dot = strchr(file, '.');

    if (!dot || !text_ends(dot + 1, ".json"))
        return false;
    out->namespace = arena_bytes(arena, file, (size_t)(dot - file));
    out->name = arena_bytes(arena, dot + 1, strlen(dot + 1) - strlen(".json"));
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++)
        if (object_ref_equal(resolved->virtual_meshes[i].ref, *out))
            return false;
    return true;
}

/* When part of the specs cannot be read, a VirtualMesh that is not there may only be unreadable: it
 * keeps its meshes. */
static int collect_missing(struct resolved *resolved, const struct tree_reader *before,
                           struct arena *arena, struct err *err)
{
    const char **files;
    size_t count;
    struct object_ref ref;

    if (before->list(before->context, "weft", &files, &count, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (missing_ref(&ref, resolved, files[i], arena))
            *ARENA_PUSH(arena, resolved->virtual_meshes, resolved->virtual_mesh_count) =
                (struct resolved_virtual_mesh){ .ref = ref, .missing = true };
    return 0;
}

/* What there is to say of an object that could not be decoded. */
static const struct virtual_mesh *nameless_spec(struct object_ref ref, struct arena *arena)
{
    struct virtual_mesh *spec = ARENA_NEW(arena, struct virtual_mesh, 1);

    spec->meta.name = ref.name;
    spec->meta.namespace = ref.namespace;
    spec->meta.key = object_ref_key(ref, arena);
    spec->federation.hostname_suffix = "";
    return spec;
}

static int read_record(struct resolved_virtual_mesh *virtual_mesh, const struct tree_reader *before,
                       struct arena *arena, struct err *err)
{
    const char *path = record_path(virtual_mesh->ref, arena);
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
    virtual_mesh->record = record;
    return 0;
}

static void init(const struct resolved *resolved, struct resolved_virtual_mesh *virtual_mesh,
                 struct planned_virtual_mesh *plan, struct arena *arena)
{
    const char *refused =
        reference_check_refused(resolved->specs, KIND_VIRTUAL_MESH, virtual_mesh->ref);

    virtual_mesh->plan = plan;
    virtual_mesh->parents = manifest_parents(arena, PARENT_VIRTUAL_MESH, virtual_mesh->ref);
    plan->virtual_mesh =
        virtual_mesh->spec ? virtual_mesh->spec : nameless_spec(virtual_mesh->ref, arena);
    plan->status.ref = virtual_mesh->ref;
    plan->status.observed_generation = plan->virtual_mesh->meta.generation;
    if (!virtual_mesh->spec)
        messages_add(&plan->status.errors, arena, E0_REFUSED, refused ? refused : "it is missing");
}

int resolved_virtual_mesh_make_all(struct resolved *resolved, struct plan *plan,
                                   const struct tree_reader *before, struct arena *arena,
                                   struct err *err)
{
    struct planned_virtual_mesh *missing;

    collect(resolved, arena);
    if (resolved->incomplete && collect_missing(resolved, before, arena, err) < 0)
        return -1;
    if (resolved->virtual_mesh_count)
        qsort(resolved->virtual_meshes, resolved->virtual_mesh_count,
              sizeof *resolved->virtual_meshes, compare_virtual_meshes);
    plan->virtual_meshes =
        ARENA_NEW(arena, struct planned_virtual_mesh, resolved->virtual_mesh_count);
    missing = ARENA_NEW(arena, struct planned_virtual_mesh, resolved->virtual_mesh_count);
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++) {
        struct resolved_virtual_mesh *virtual_mesh = &resolved->virtual_meshes[i];

        init(resolved, virtual_mesh,
             virtual_mesh->missing ? &missing[i]
                                   : &plan->virtual_meshes[plan->virtual_mesh_count++],
             arena);
        if (read_record(virtual_mesh, before, arena, err) < 0)
            return -1;
    }
    return 0;
}

const struct resolved_virtual_mesh *resolved_virtual_mesh_retained(const struct resolved *resolved)
{
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++)
        if (!resolved->virtual_meshes[i].spec || resolved->virtual_meshes[i].plan->retained)
            return &resolved->virtual_meshes[i];
    return NULL;
}
