/* app/pass/remark.c - findings about virtual meshes; changes no status itself. */
#include "app/pass/remark.h"
#include <string.h>

struct finding remark_failed(struct object_ref virtual_mesh)
{
    struct finding finding = finding_of_virtual_mesh(virtual_mesh, SEVERITY_ERROR);

    finding.state = APPROVAL_FAILED;
    return finding;
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
