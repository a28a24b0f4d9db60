/* app/pass/trust_domain.c - the trust domains of the specs beside those of the clusters.
 *
 * Everything that weft writes is built on spec.istio.trustDomain of a Mesh: the URI of its
 * intermediate, principals of AccessPolicies, subjectAltNames.  A cluster that runs with another
 * one refuses every call, and no manifest shows why. */
#include "app/pass/trust_domain.h"
#include "app/pass/remark.h"
#include "base/text.h"
#include "k8s-job/messages.h"
#include <string.h>

/* "spiffe://cluster.local/ns/..." -> "cluster.local" */
static const char *domain_of(const struct mesh_identity *mesh, struct arena *arena)
{
    static const char scheme[] = "spiffe://";
    const char *domain = mesh->spiffe_id;

    if (text_starts(domain, scheme))
        domain += strlen(scheme);
    return arena_bytes(arena, domain, strcspn(domain, "/"));
}

static const struct mesh_identity *find_mesh(const struct trust_request *trust, const char *key)
{
    for (size_t i = 0; i < trust->mesh_count; i++)
        if (strcmp(trust->meshes[i].key, key) == 0)
            return &trust->meshes[i];
    return NULL;
}

static bool accepts(const struct istiod_facts *istiod, const char *domain)
{
    if (istiod->any_trust_domain || strcmp(istiod->trust_domain, domain) == 0)
        return true;
    for (size_t i = 0; i < istiod->alias_count; i++)
        if (strcmp(istiod->aliases[i], domain) == 0)
            return true;
    return false;
}

/* No mesh before it has the same trust domain. */
static bool is_first(const struct trust_request *trust, size_t index, struct arena *arena)
{
    const char *domain = domain_of(&trust->meshes[index], arena);

    for (size_t i = 0; i < index; i++)
        if (strcmp(domain_of(&trust->meshes[i], arena), domain) == 0)
            return false;
    return true;
}

/* The trust domains of other meshes that this istiod's sidecars refuse: "a, b"; "": none. */
static const char *refused(const struct istiod_facts *istiod, const struct trust_request *trust,
                           struct arena *arena)
{
    const char *out = "";

    for (size_t i = 0; i < trust->mesh_count; i++) {
        const char *domain = domain_of(&trust->meshes[i], arena);

        if (!accepts(istiod, domain) && is_first(trust, i, arena))
            out = arena_printf(arena, "%s%s%s", out, *out ? ", " : "", domain);
    }
    return out;
}

static void remark_mesh(struct findings *remarks, const struct planned_virtual_mesh *planned,
                        const struct observation *observation)
{
    const struct istiod_facts *istiod = &observation->istiod;
    const struct mesh_identity *mesh = find_mesh(planned->trust, observation->mesh);
    const char *domain, *others;

    if (!mesh || !istiod->found || !istiod->trust_domain)
        return;
    domain = domain_of(mesh, remarks->arena);
    if (strcmp(istiod->trust_domain, domain) != 0) {
        remark_warning(remarks, planned->status.ref, K18_OTHER_TRUST_DOMAIN, observation->cluster,
                       istiod->trust_domain, mesh->name, domain);
        return;
    }
    others = refused(istiod, planned->trust, remarks->arena);
    if (*others)
        remark_warning(remarks, planned->status.ref, K19_REFUSED_TRUST_DOMAINS,
                       observation->cluster, others);
}

void trust_domain_remark(struct findings *remarks, const struct plan *plan,
                         const struct observed *observed)
{
    for (size_t i = 0; i < observed->count; i++)
        for (size_t k = 0; k < plan->mesh_count; k++)
            if (plan->meshes[k].trust
                && strcmp(plan->meshes[k].trust->name, observed->observations[i].virtual_mesh) == 0)
                remark_mesh(remarks, &plan->meshes[k], &observed->observations[i]);
}
