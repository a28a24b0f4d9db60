/* translate/trust.c - what is asked of pki for a VirtualMesh.  Issues nothing.
 *
 * The reference needs an agent in each cluster (Mesh.spec.agentInfo) and is silent when there is
 * none (Q19).  weft delivers through Git, so an agent is neither needed nor missed. */
#include "translate/trust.h"

#include "translate/messages.h"

#define TRUST_DOMAIN "cluster.local"
#define ISTIOD_ACCOUNT "istio-citadel"

static const char *or_default(const char *text, const char *fallback)
{
    return text_empty(text) ? fallback : text;
}

/* Why the trust cannot be served; *held: the mesh's other outputs stay as they were, too (2.8). */
static const char *trust_problem(const struct mtls_config *mtls, const char *program, bool *held,
                                 struct arena *arena)
{
    *held = true;
    switch (mtls->model) {
    case TRUST_ABSENT:
        return NULL;
    case TRUST_UNSET:
        return M1_NO_TRUST_MODEL;
    case TRUST_LIMITED:
        return arena_printf(arena, M2_LIMITED, program);
    case TRUST_SHARED:
        break;
    }
    if (mtls->shared.source == ROOT_UNSET)
        return M3_NO_ROOT_SOURCE;
    *held = false;
    return mtls->shared.kind == CA_INTERMEDIATE ? arena_printf(arena, M10_VAULT, program) : NULL;
}

static const char *revision(const struct mesh *mesh)
{
    for (size_t i = 0; i < mesh->pod_label_count; i++)
        if (text_equal(mesh->pod_labels[i].key, "istio.io/rev"))
            return mesh->pod_labels[i].value;
    return "";
}

static struct mesh_identity trust_mesh(const struct resolved_mesh *site, struct arena *arena)
{
    const struct mesh *mesh = site->mesh;

    return (struct mesh_identity){
        .key = mesh->meta.key,
        .name = mesh->meta.name,
        .cluster = site->cluster,
        .namespace = site->namespace,
        .spiffe_id = arena_printf(arena, "spiffe://%s/ns/%s/sa/%s",
                                  or_default(mesh->trust_domain, TRUST_DOMAIN), site->namespace,
                                  or_default(mesh->service_account, ISTIOD_ACCOUNT)),
        .revision = revision(mesh),
    };
}

static const struct trust_request *request(const struct resolved_virtual_mesh *vmesh,
                                           struct arena *arena)
{
    struct trust_request *trust = ARENA_NEW(arena, struct trust_request, 1);

    trust->virtual_mesh = vmesh->spec;
    trust->name = object_ref_text(vmesh->ref, arena);
    trust->shared = &vmesh->spec->mtls.shared;
    trust->mesh_count = vmesh->site_count;
    trust->meshes = ARENA_NEW(arena, struct mesh_identity, vmesh->site_count);
    for (size_t i = 0; i < vmesh->site_count; i++)
        trust->meshes[i] = trust_mesh(vmesh->sites[i], arena);
    return trust;
}

void trust_ask(const struct resolved *resolved, struct resolved_virtual_mesh *vmesh,
               struct arena *arena)
{
    const struct mtls_config *mtls = &vmesh->spec->mtls;
    bool held;
    const char *problem = trust_problem(mtls, resolved->options->program, &held, arena);

    if (!problem && mtls->model == TRUST_SHARED)
        vmesh->plan->trust = request(vmesh, arena);
    if (!problem)
        return;
    vmesh->plan->trust_held = true;
    for (size_t i = 0; i < vmesh->site_count; i++) {
        messages_add(&vmesh->sites[i]->status->errors, arena, "%s", problem);
        vmesh->sites[i]->held |= held;
    }
}
