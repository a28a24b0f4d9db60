/* app/pass/remark.c - findings about virtual meshes; changes no status itself. */
#include "app/pass/remark.h"
#include <string.h>

struct finding remark_about(struct object_ref virtual_mesh, enum severity severity)
{
    return (struct finding){ .severity = severity,
                             .id = "",
                             .kind = "VirtualMesh",
                             .ref = virtual_mesh,
                             .target_kind = "",
                             .field = "",
                             .remedy = "",
                             .state = APPROVAL_PENDING };
}

struct finding remark_failed(struct object_ref virtual_mesh)
{
    struct finding finding = remark_about(virtual_mesh, SEVERITY_ERROR);

    finding.state = APPROVAL_FAILED;
    return finding;
}

/* messages_format takes the id from the source and splits the remedy off, as it does for the other
 * catalogues. */
void remark_format(struct findings *remarks, struct finding about, const char *source,
                   const char *fmt, ...)
{
    struct messages message = { .count = 0 };
    struct origin origin;
    const char *text;
    va_list args;

    va_start(args, fmt);
    text = arena_vprintf(remarks->arena, fmt, args);
    va_end(args);
    messages_format(&message, false, remarks->arena, source, "%s", text);
    origin = messages_origin(&message, 0);
    about.id = origin.id;
    about.text = message.texts[0];
    about.remedy = origin.remedy;
    findings_add(remarks, about);
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
