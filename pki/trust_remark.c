/* pki/trust_remark.c - findings about trust.  Pure: changes no status. */
#include "pki/trust_remark.h"

struct finding trust_remark_on(const struct trust_request *request, enum severity severity)
{
    const struct meta *meta = &request->virtual_mesh->meta;
    struct finding finding =
        finding_of_virtual_mesh((struct object_ref){ meta->name, meta->namespace }, severity);

    if (severity == SEVERITY_ERROR)
        finding.state = APPROVAL_FAILED;
    return finding;
}

struct finding trust_remark_on_mesh(const struct trust_request *request, const char *mesh,
                                    enum approval_state state, struct arena *arena)
{
    struct finding finding = trust_remark_on(request, SEVERITY_ERROR);

    finding.target_kind = "Mesh";
    finding.target = object_ref_of_key(mesh, arena);
    finding.state = state;
    return finding;
}
