/* app/pass/trust_domain.c - the trust domains of the specs beside those of the clusters.
 *
 * Everything that weft writes is built on spec.istio.trustDomain of a Mesh: the URI of its
 * intermediate, principals of AccessPolicies, subjectAltNames.  A cluster that runs with another
 * one refuses every call, and no manifest shows why. */
#include "app/pass/trust_domain.h"
#include "app/pass/remark.h"
#include "base/map.h"
#include "k8s-job/messages.h"
#include "pki/identity.h"
#include <string.h>

/* A virtual mesh: its trust domains, each once, and the one of each of its meshes. */
struct domains {
    const struct planned_virtual_mesh *planned;
    const char **all;
    size_t count;
    struct map *by_mesh; /* of key: const struct mesh_domain */
};

struct mesh_domain {
    const char *name; /* of the Mesh object */
    const char *domain;
};

static struct domains *domains_of(const struct planned_virtual_mesh *planned, struct arena *arena)
{
    const struct trust_request *trust = planned->trust;
    struct domains *out = ARENA_NEW(arena, struct domains, 1);
    struct mesh_domain *meshes = ARENA_NEW(arena, struct mesh_domain, trust->mesh_count);
    struct map *seen = map_new(arena);

    *out = (struct domains){ .planned = planned, .by_mesh = map_new(arena) };
    for (size_t i = 0; i < trust->mesh_count; i++) {
        const struct mesh_identity *mesh = &trust->meshes[i];

        meshes[i] =
            (struct mesh_domain){ mesh->name, identity_trust_domain(mesh->spiffe_id, arena) };
        map_put(out->by_mesh, mesh->key, &meshes[i]);
        if (!map_put(seen, meshes[i].domain, &meshes[i]))
            *ARENA_PUSH(arena, out->all, out->count) = meshes[i].domain;
    }
    return out;
}

/* The trust domains of the virtual mesh that this istiod's sidecars refuse: "a, b"; "": none. */
static const char *refused(const struct istiod_facts *istiod, const struct domains *domains,
                           struct arena *arena)
{
    struct map *accepted = map_new(arena);
    const char *out = "";

    if (istiod->any_trust_domain)
        return out;
    map_put(accepted, istiod->trust_domain, accepted);
    for (size_t i = 0; i < istiod->alias_count; i++)
        map_put(accepted, istiod->aliases[i], accepted);
    for (size_t i = 0; i < domains->count; i++)
        if (!map_find(accepted, domains->all[i]))
            out = arena_printf(arena, "%s%s%s", out, *out ? ", " : "", domains->all[i]);
    return out;
}

static void remark_mesh(struct findings *remarks, const struct domains *domains,
                        const struct observation *observation)
{
    const struct istiod_facts *istiod = &observation->istiod;
    const struct mesh_domain *mesh = map_find(domains->by_mesh, observation->mesh);
    const struct object_ref about = domains->planned->status.ref;
    const char *others;

    if (!mesh || !istiod->found || !istiod->trust_domain)
        return;
    if (strcmp(istiod->trust_domain, mesh->domain) != 0) {
        remark_warning(remarks, about, K18_OTHER_TRUST_DOMAIN, observation->cluster,
                       istiod->trust_domain, mesh->name, mesh->domain);
        return;
    }
    others = refused(istiod, domains, remarks->arena);
    if (*others)
        remark_warning(remarks, about, K19_REFUSED_TRUST_DOMAINS, observation->cluster, others);
}

void trust_domain_remark(struct findings *remarks, const struct plan *plan,
                         const struct observed *observed)
{
    struct map *by_name = map_new(remarks->arena);

    for (size_t i = 0; i < plan->mesh_count && observed->count; i++)
        if (plan->meshes[i].trust)
            map_put(by_name, plan->meshes[i].trust->name,
                    domains_of(&plan->meshes[i], remarks->arena));
    for (size_t i = 0; i < observed->count; i++) {
        const struct observation *observation = &observed->observations[i];
        const struct domains *domains = map_find(by_name, observation->virtual_mesh);

        if (domains)
            remark_mesh(remarks, domains, observation);
    }
}
