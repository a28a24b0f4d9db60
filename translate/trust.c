/* translate/trust.c - what is asked of pki for a VirtualMesh.  Issues nothing.
 *
 * The reference needs an agent in each cluster (Mesh.spec.agentInfo) and ignores the field when
 * there is none (Q19).  weft delivers through Git, so an agent is neither needed nor missed. */
#include "translate/trust.h"

#include "api/vault_path.h"
#include "translate/messages.h"

#define TRUST_DOMAIN "cluster.local"
#define ISTIOD_ACCOUNT "istio-citadel"

static const char *or_default(const char *text, const char *fallback)
{
    return text_empty(text) ? fallback : text;
}

/* What of a CA in Vault weft cannot use; NULL: nothing. */
static const char *unsupported(const struct vault_ca *vault, struct arena *arena)
{
    struct vault_path path;

    if (!vault)
        return "an empty source";
    if (!vault_path_read(&path, vault->ca_path, arena))
        return arena_printf(arena, "vault.caPath %s", vault->ca_path);
    if (vault->login == VAULT_KUBERNETES_AUTH && vault->account == VAULT_ACCOUNT_REF)
        return "vault.kubernetesAuth.serviceAccountRef";
    return NULL;
}

/* Why the trust cannot be served; *retained: the mesh's other outputs stay as they were, too (2.8).
 */
static void find_problems(struct messages *errors, const struct mtls_config *mtls,
                          const char *program, bool *retained, struct arena *arena)
{
    *retained = true;
    switch (mtls->model) {
    case TRUST_ABSENT:
        return;
    case TRUST_UNSET:
        messages_add(errors, arena, M1_NO_TRUST_MODEL);
        return;
    case TRUST_LIMITED:
        messages_add(errors, arena, M2_LIMITED, program);
        return;
    case TRUST_SHARED:
        break;
    }
    if (mtls->shared.source == ROOT_UNSET) {
        messages_add(errors, arena, M3_NO_ROOT_SOURCE);
        return;
    }
    *retained = false;
    if (mtls->shared.kind == CA_INTERMEDIATE && unsupported(mtls->shared.vault, arena))
        messages_add(errors, arena, M10_VAULT, unsupported(mtls->shared.vault, arena), program);
}

static const char *revision(const struct mesh *mesh)
{
    for (size_t i = 0; i < mesh->pod_label_count; i++)
        if (text_equal(mesh->pod_labels[i].key, "istio.io/rev"))
            return mesh->pod_labels[i].value;
    return "";
}

static struct mesh_identity trust_mesh(const struct resolved_mesh *mesh, struct arena *arena)
{
    const struct mesh *spec = mesh->spec;

    return (struct mesh_identity){
        .key = spec->meta.key,
        .name = spec->meta.name,
        .cluster = mesh->cluster,
        .namespace = mesh->namespace,
        .spiffe_id = arena_printf(arena, "spiffe://%s/ns/%s/sa/%s",
                                  or_default(spec->trust_domain, TRUST_DOMAIN), mesh->namespace,
                                  or_default(spec->service_account, ISTIOD_ACCOUNT)),
        .revision = revision(spec),
    };
}

static const struct trust_request *request(const struct resolved_virtual_mesh *virtual_mesh,
                                           struct arena *arena)
{
    struct trust_request *trust = ARENA_NEW(arena, struct trust_request, 1);

    trust->virtual_mesh = virtual_mesh->spec;
    trust->name = object_ref_text(virtual_mesh->ref, arena);
    trust->shared = &virtual_mesh->spec->mtls.shared;
    trust->mesh_count = virtual_mesh->mesh_count;
    trust->meshes = ARENA_NEW(arena, struct mesh_identity, virtual_mesh->mesh_count);
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++)
        trust->meshes[i] = trust_mesh(virtual_mesh->meshes[i], arena);
    return trust;
}

void trust_ask(const struct resolved *resolved, struct resolved_virtual_mesh *virtual_mesh,
               struct arena *arena)
{
    const struct mtls_config *mtls = &virtual_mesh->spec->mtls;
    struct messages problems = { 0 };
    bool retained;

    find_problems(&problems, mtls, resolved->options->program, &retained, arena);
    if (!problems.count && mtls->model == TRUST_SHARED)
        virtual_mesh->plan->trust = request(virtual_mesh, arena);
    if (mtls->model == TRUST_SHARED && mtls->shared.vault
        && !text_empty(mtls->shared.vault->csr_path))
        messages_add(&virtual_mesh->plan->status.warnings, arena, W66_CSR_PATH);
    if (!problems.count)
        return;
    virtual_mesh->plan->trust_retained = true;
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++) {
        messages_append(&virtual_mesh->meshes[i]->status->errors, arena, &problems);
        virtual_mesh->meshes[i]->retained |= retained;
    }
}
