/* pki/trust_remark.c - findings about trust.  Pure: changes no status. */
#include "pki/trust_remark.h"

struct finding trust_remark_on_ref(struct object_ref virtual_mesh, enum severity severity)
{
    return (struct finding){ .severity = severity,
                             .kind = "VirtualMesh",
                             .ref = virtual_mesh,
                             .target_kind = "",
                             .field = "",
                             .state = APPROVAL_PENDING };
}

struct finding trust_remark_on(const struct trust_request *request, enum severity severity)
{
    const struct meta *meta = &request->virtual_mesh->meta;
    struct finding finding =
        trust_remark_on_ref((struct object_ref){ meta->name, meta->namespace }, severity);

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

void trust_remark_add(struct findings *findings, struct finding about,
                      const struct messages *message)
{
    const struct origin origin = messages_origin(message, 0);

    about.id = origin.id;
    about.text = message->texts[0];
    about.remedy = origin.remedy;
    findings_add(findings, about);
}

void trust_remark_format(struct findings *findings, struct finding about, const char *source,
                         const char *fmt, ...)
{
    struct messages message = { .count = 0 };
    va_list args;
    const char *text;

    va_start(args, fmt);
    text = arena_vprintf(findings->arena, fmt, args);
    va_end(args);
    messages_format(&message, false, findings->arena, source, "%s", text);
    trust_remark_add(findings, about, &message);
}
