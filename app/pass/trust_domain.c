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
    const char *key; /* of the Mesh object */
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
            (struct mesh_domain){ mesh->key, identity_trust_domain(mesh->spiffe_id, arena) };
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
    struct finding about = finding_of_virtual_mesh(domains->planned->status.ref, SEVERITY_WARNING);
    const char *others;

    if (!mesh || !istiod->found || !istiod->trust_domain)
        return;
    about.target_kind = "Mesh";
    about.target = object_ref_of_key(mesh->key, remarks->arena);
    if (strcmp(istiod->trust_domain, mesh->domain) != 0) {
        findings_add_as(remarks, about, K18_OTHER_TRUST_DOMAIN, observation->cluster,
                        istiod->trust_domain, mesh->domain);
        return;
    }
    others = refused(istiod, domains, remarks->arena);
    if (*others)
        findings_add_as(remarks, about, K19_REFUSED_TRUST_DOMAINS, observation->cluster,
                        strchr(others, ',') ? "trust domains" : "trust domain", others,
                        strchr(others, ',') ? "them" : "it");
}

/* Every istiod of the virtual mesh has shown which trust domains it accepts. */
static bool all_observed(const struct trust_request *trust, const struct observed *observed)
{
    size_t count = 0;

    for (size_t i = 0; i < observed->count; i++) {
        const struct observation *one = &observed->observations[i];

        if (!text_equal(one->virtual_mesh, trust->name))
            continue;
        if (!one->istiod.found || !one->istiod.trust_domain)
            return false;
        count++;
    }
    return count > 0;
}

struct plan trust_domain_settle(const struct plan *plan, const struct observed *observed,
                                struct arena *arena)
{
    struct plan out = *plan;

    out.virtual_meshes = ARENA_NEW(arena, struct planned_virtual_mesh, plan->virtual_mesh_count);
    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        out.virtual_meshes[i] = plan->virtual_meshes[i];
        if (plan->virtual_meshes[i].trust && all_observed(plan->virtual_meshes[i].trust, observed))
            out.virtual_meshes[i].status.warnings =
                messages_without(&plan->virtual_meshes[i].status.warnings, "W30", arena);
    }
    return out;
}

void trust_domain_remark(struct findings *remarks, const struct plan *plan,
                         const struct observed *observed)
{
    struct map *by_name = map_new(remarks->arena);

    for (size_t i = 0; i < plan->virtual_mesh_count && observed->count; i++)
        if (plan->virtual_meshes[i].trust)
            map_put(by_name, plan->virtual_meshes[i].trust->name,
                    domains_of(&plan->virtual_meshes[i], remarks->arena));
    for (size_t i = 0; i < observed->count; i++) {
        const struct observation *observation = &observed->observations[i];
        const struct domains *domains = map_find(by_name, observation->virtual_mesh);

        if (domains)
            remark_mesh(remarks, domains, observation);
    }
}
