/* discovery/admission.c - whether what was found is what the API takes.  Pure.
 * What a cluster says is input like any other, and its API server need not be honest.  Every object
 * is decoded by the rules for specs before it counts, so that nothing of one cluster can make the
 * inventory unreadable for all. */
#include "discovery/admission.h"

#include "api/discovered_encode.h"
#include "api/workload.h"

/* Decodes into memory of its own; the text of the first error, in arena, or NULL. */
static const char *first_error(const struct node *object, enum object_kind kind,
                               struct arena *scratch, struct arena *arena)
{
    struct diags diags = { .arena = scratch };
    struct decoder decoder = { &diags, scratch, intern_new(scratch) };
    struct at at = at_root(object, &decoder);

    if (kind == KIND_DESTINATION)
        (void)destination_decode(at);
    else if (kind == KIND_WORKLOAD)
        (void)workload_decode(at);
    else
        (void)mesh_decode(at);
    for (const struct diag *diag = diags.first; diag; diag = diag->next)
        if (diag->level == DIAG_ERROR)
            return arena_printf(arena, "%s: %s", diag->path, diag->text);
    return NULL;
}

bool admission_destination(const struct destination *destination, const struct scan *scan)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    const struct cluster_ref ref = destination->service->ref;
    const char *error = first_error(discovered_encode_destination(destination, scratch),
                                    KIND_DESTINATION, scratch, scan->arena);

    if (error)
        remark_add(scan->findings, REMARK_INVALID, "Service", scan_ref(ref.name, ref.namespace),
                   error);
    return !error;
}

bool admission_workload(const struct workload *workload, const struct scan *scan)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    const struct cluster_ref ref = workload->controller;
    const char *error = first_error(discovered_encode_workload(workload, scratch), KIND_WORKLOAD,
                                    scratch, scan->arena);

    if (error)
        remark_add(scan->findings, REMARK_INVALID, "Workload", scan_ref(ref.name, ref.namespace),
                   error);
    return !error;
}

/* A Mesh that is refused refuses the read, unlike a Service: without it all that belongs to it
 * would seem to be gone. */
int admission_mesh(const struct mesh *mesh, const struct scan *scan, struct err *err)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    const char *error =
        first_error(discovered_encode_mesh(mesh, scratch), KIND_MESH, scratch, scan->arena);

    return error ? err_set(err, ERR_REFUSED, 0, "the mesh of istiod in %s: %s", mesh->namespace,
                           error)
                 : 0;
}
