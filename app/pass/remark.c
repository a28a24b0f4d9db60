/* app/pass/remark.c - findings about virtual meshes; changes no status itself. */
#include "app/pass/remark.h"
#include <string.h>

static void add(struct findings *remarks, struct finding finding)
{
    finding.id = finding.field = finding.remedy = "";
    finding.kind = "VirtualMesh";
    findings_add(remarks, finding);
}

void remark_warning(struct findings *remarks, struct object_ref virtual_mesh, const char *fmt, ...)
{
    va_list args;
    const char *text;

    va_start(args, fmt);
    text = arena_vprintf(remarks->arena, fmt, args);
    va_end(args);
    add(remarks,
        (struct finding){
            .severity = SEVERITY_WARNING, .ref = virtual_mesh, .target_kind = "", .text = text });
}

void remark_error(struct findings *remarks, struct object_ref virtual_mesh, const char *fmt, ...)
{
    va_list args;
    const char *text;

    va_start(args, fmt);
    text = arena_vprintf(remarks->arena, fmt, args);
    va_end(args);
    add(remarks,
        (struct finding){
            .severity = SEVERITY_ERROR, .ref = virtual_mesh, .target_kind = "", .text = text });
}

void remark_failure(struct findings *remarks, struct object_ref virtual_mesh, const char *text)
{
    add(remarks, (struct finding){ .severity = SEVERITY_ERROR,
                                   .ref = virtual_mesh,
                                   .target_kind = "",
                                   .text = text,
                                   .state = APPROVAL_FAILED });
}

void remark_mesh_failure(struct findings *remarks, struct object_ref virtual_mesh, const char *mesh,
                         enum approval_state state, const char *text)
{
    add(remarks, (struct finding){ .severity = SEVERITY_ERROR,
                                   .ref = virtual_mesh,
                                   .target_kind = "Mesh",
                                   .target = object_ref_of_key(mesh, remarks->arena),
                                   .text = text,
                                   .state = state });
}

bool remark_has_mesh_failure(const struct findings *remarks, struct object_ref virtual_mesh)
{
    for (size_t i = 0; i < remarks->count; i++) {
        const struct finding *remark = &remarks->items[i];

        if (remark->state != APPROVAL_PENDING && *remark->target_kind
            && object_ref_equal(remark->ref, virtual_mesh))
            return true;
    }
    return false;
}
