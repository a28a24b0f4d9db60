/* translate/domain.c - whether meshes have the same trust domain.  Writes no principals.
 *
 * A sidecar accepts a peer only if the trust domain of its certificate is that of the sidecar's own
 * mesh or one of trustDomainAliases, unless istiod runs with PILOT_SKIP_VALIDATE_TRUST_DOMAIN. Both
 * are settings of istiod that the specs do not show. */
#include "translate/domain.h"

#include "translate/messages.h"

#define TRUST_DOMAIN "cluster.local"

static const char *domain_of(const struct resolved_mesh *mesh)
{
    return text_empty(mesh->spec->trust_domain) ? TRUST_DOMAIN : mesh->spec->trust_domain;
}

/* The first mesh whose trust domain is not that of the first one; NULL: none. */
static const struct resolved_mesh *odd_mesh(const struct resolved_virtual_mesh *virtual_mesh)
{
    for (size_t i = 1; i < virtual_mesh->mesh_count; i++)
        if (!text_equal(domain_of(virtual_mesh->meshes[i]), domain_of(virtual_mesh->meshes[0])))
            return virtual_mesh->meshes[i];
    return NULL;
}

bool domain_differs(const struct resolved *resolved)
{
    const char *first = NULL;

    for (size_t i = 0; i < resolved->mesh_count; i++) {
        const struct mesh *mesh = resolved->meshes[i].spec;

        if (!mesh->istio)
            continue;
        first = first ? first : mesh->trust_domain;
        if (!text_equal(mesh->trust_domain, first))
            return true;
    }
    for (const struct refused *at = resolved->specs->refused; at; at = at->next)
        if (at->kind == KIND_MESH && !text_equal(at->trust_domain, first ? first : ""))
            return true;
    return resolved->incomplete;
}

void domain_warn(const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    const struct resolved_mesh *other = odd_mesh(virtual_mesh);
    const struct mesh *a, *b;

    if (!other)
        return;
    a = virtual_mesh->meshes[0]->spec;
    b = other->spec;
    messages_add(&virtual_mesh->plan->status.warnings, arena, W30_TRUST_DOMAINS_DIFFER,
                 a->meta.namespace, a->meta.name, domain_of(virtual_mesh->meshes[0]),
                 b->meta.namespace, b->meta.name, domain_of(other));
}
