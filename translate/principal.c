/* translate/principal.c - identities as AuthorizationPolicies write them.  Pure text.
 *
 * istiod rewrites a principal of exactly five parts (domain/ns/namespace/sa/account) when its trust
 * domain is that of the enforcing mesh, one of its trustDomainAliases, or literally cluster.local,
 * which it reads as "the trust domain here": it puts the enforcing mesh's trust domain and each of
 * its aliases in its place (package security/trustdomain of Istio).  A caller in a mesh whose trust
 * domain really is cluster.local would so be refused in a mesh of another one, and an account of
 * the same name there, which was not selected, be admitted; with aliases, an account of each of
 * them. The specs show no aliases, so where there are several trust domains every such principal
 * may be rewritten, those of the enforcing mesh's own one included.
 *
 * Principals of three or four parts are left alone, and mean what they say, since Istio's SPIFFE
 * IDs always have five: "domain/ns/..." up to a star is a plain prefix.  So are those whose domain
 * is a star, a plain suffix.  Hence "domain/ns/" and the suffix of one account, both required, are
 * exactly that account: policy_rule.c writes the one as principal and the other as condition. */
#include "translate/principal.h"

#include "base/suggest.h"
#include "translate/messages.h"

static bool is_same(const struct principal *a, const struct principal *b)
{
    return text_equal(a->domain, b->domain) && text_equal(a->namespace, b->namespace)
           && text_equal(a->account, b->account);
}

static void add_once(struct principals *out, struct principal principal, struct arena *arena)
{
    for (size_t i = 0; i < out->count; i++)
        if (is_same(&out->items[i], &principal))
            return;
    *ARENA_PUSH(arena, out->items, out->count) = principal;
}

/* A principal cannot tell clusters with one trust domain apart (Q44). */
static void warn_shared(struct principals *out, const struct resolved *resolved,
                        const char *const *clusters, size_t count, const char *cluster,
                        const char *domain, struct arena *arena)
{
    for (size_t i = 0; i < resolved->mesh_count; i++) {
        const struct resolved_mesh *mesh = &resolved->meshes[i];

        if (!mesh->spec->istio || text_listed(clusters, count, mesh->cluster)
            || !text_equal(mesh->spec->trust_domain, domain))
            continue;
        messages_add_once(out->warnings, arena, W12_SHARED_TRUST_DOMAIN, cluster, mesh->cluster,
                          domain);
        return;
    }
}

/* Some mesh of the cluster has a trust domain, and others have none: theirs stay outside. */
static void warn_skipped(struct principals *out, const struct resolved *resolved,
                         const char *cluster, struct arena *arena)
{
    for (size_t i = 0; i < resolved->mesh_count; i++) {
        const struct mesh *mesh = resolved->meshes[i].spec;

        if (mesh->istio && text_equal(resolved->meshes[i].cluster, cluster)
            && text_empty(mesh->trust_domain))
            messages_add_once(out->warnings, arena, W13_TRUST_DOMAIN_SKIPPED, mesh->meta.namespace,
                              mesh->meta.name);
    }
}

struct wanted {
    const char *const *clusters;
    size_t cluster_count;
    const char *namespace, *account;
};

/* A cluster has the identities of each of its control planes, which may have trust domains of their
 * own (Q47).  False: no trust domain is known. */
static bool add_cluster(struct principals *out, const struct resolved *resolved,
                        const struct wanted *wanted, const char *cluster, struct arena *arena)
{
    bool any = false;

    for (size_t i = 0; i < resolved->mesh_count; i++) {
        const struct mesh *mesh = resolved->meshes[i].spec;

        if (!mesh->istio || !text_equal(resolved->meshes[i].cluster, cluster)
            || text_empty(mesh->trust_domain))
            continue;
        any = true;
        warn_shared(out, resolved, wanted->clusters, wanted->cluster_count, cluster,
                    mesh->trust_domain, arena);
        add_once(out, (struct principal){ mesh->trust_domain, wanted->namespace, wanted->account },
                 arena);
    }
    if (any)
        warn_skipped(out, resolved, cluster, arena);
    return any;
}

static void add_all(struct principals *out, const struct resolved *resolved, const char *namespace,
                    const char *account, struct arena *arena)
{
    const size_t before = out->count;

    for (size_t i = 0; i < resolved->mesh_count; i++) {
        const struct mesh *mesh = resolved->meshes[i].spec;

        if (!mesh->istio)
            continue;
        if (text_empty(mesh->trust_domain))
            messages_add_once(out->warnings, arena, W13_TRUST_DOMAIN_SKIPPED, mesh->meta.namespace,
                              mesh->meta.name);
        else
            add_once(out, (struct principal){ mesh->trust_domain, namespace, account }, arena);
    }
    if (out->count == before && !before)
        messages_add_once(out->errors, arena, A1_NO_TRUST_DOMAINS);
}

static bool has_mesh(const struct resolved *resolved, const char *cluster)
{
    for (size_t i = 0; i < resolved->mesh_count; i++)
        if (text_equal(resolved->meshes[i].cluster, cluster))
            return true;
    return false;
}

static const char *cluster_remedy(const struct resolved *resolved, const char *cluster,
                                  struct arena *arena)
{
    const char **names = ARENA_NEW(arena, const char *, resolved->mesh_count);
    const char *near;

    for (size_t i = 0; i < resolved->mesh_count; i++)
        names[i] = resolved->meshes[i].cluster;
    near = suggest_nearest(cluster, names, resolved->mesh_count);
    return near ? arena_printf(arena, "did you mean \"%s\"?", near)
                : "correct the name, or add the Mesh of that cluster";
}

/* A Mesh that is there but refused is the likely reason, and setting its fields is no remedy. */
static void refuse_cluster(struct principals *out, const struct resolved *resolved,
                           const char *cluster, struct arena *arena)
{
    const struct refused *mesh = resolved->specs->refused;

    while (mesh && !(mesh->kind == KIND_MESH && text_equal(mesh->cluster, cluster)))
        mesh = mesh->next;
    if (has_mesh(resolved, cluster))
        messages_add_once(out->errors, arena, A1_NO_TRUST_DOMAIN, cluster);
    else if (mesh)
        messages_add_once(out->errors, arena, A12_MESH_REFUSED, cluster, mesh->ref.namespace,
                          mesh->ref.name, mesh->error);
    else
        messages_add_once(out->errors, arena, A1_NO_MESH, cluster,
                          cluster_remedy(resolved, cluster, arena));
    messages_place(out->errors, out->place);
}

void principals_add(struct principals *out, const struct resolved *resolved,
                    const char *const *clusters, size_t cluster_count, const char *namespace,
                    const char *account, struct arena *arena)
{
    const struct wanted wanted = { clusters, cluster_count, namespace, account };

    if (cluster_count == 0 || (cluster_count == 1 && text_empty(clusters[0]))) {
        add_all(out, resolved, namespace, account, arena);
        return;
    }
    for (size_t i = 0; i < cluster_count; i++)
        if (!add_cluster(out, resolved, &wanted, clusters[i], arena))
            refuse_cluster(out, resolved, clusters[i], arena);
}

const char *principal_text(const struct principal *principal, bool literal, struct arena *arena)
{
    if (text_empty(principal->namespace))
        return arena_printf(arena, "%s/ns/*", principal->domain);
    if (!text_empty(principal->account))
        return literal ? NULL
                       : arena_printf(arena, "%s/ns/%s/sa/%s", principal->domain,
                                      principal->namespace, principal->account);
    return arena_printf(arena, literal ? "%s/ns/%s/*" : "%s/ns/%s/sa/*", principal->domain,
                        principal->namespace);
}
