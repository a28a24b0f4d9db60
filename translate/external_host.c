/* translate/external_host.c - hosts of external Services that are names of Services of the meshes.
 *
 * A ServiceEntry counts for all callers of a mesh.  One with the host of a Service, in whatever
 * form callers write it ("web.shop", "web.shop.svc", "web.shop.svc.cluster.local", the federated
 * host), sends their requests out of the mesh, and with them what they carry.  So do names that may
 * become those of Services: all in the domain of a cluster, and all under the hosts of a member
 * cluster. A wildcard above these is let through when it is more than a top-level domain: Istio
 * prefers the exact names, and "*.example.com" may well stand beside a suffix "mesh.example.com".
 */
#include "translate/external_host.h"
#include "api/object_place.h"
#include "api/specs_index.h"

#include "translate/messages.h"
#include "translate/name.h"
#include <string.h>

struct checking {
    const struct resolved *resolved;
    struct map *services; /* the first label of names -> struct destination */
    struct arena *arena;
};

/* A host in small letters, as names are compared (RFC 4343). */
struct external_host {
    const char *base; /* behind "*." */
    bool wildcard;
    bool top_level; /* its base is one label */
};

static struct external_host parse(const char *host, struct arena *arena)
{
    char *small = arena_bytes(arena, host, strlen(host));
    const bool wildcard = text_starts(host, "*.");
    const char *base = small + (wildcard ? strlen("*.") : 0);

    for (char *at = small; *at; at++)
        *at = to_lower(*at);
    return (struct external_host){ base, wildcard, !strchr(base, '.') };
}

static bool is_member(const struct checking *checking, const char *cluster)
{
    const struct resolved *resolved = checking->resolved;

    for (size_t i = 0; i < resolved->mesh_count; i++)
        if (resolved->meshes[i].virtual_mesh && text_equal(resolved->meshes[i].cluster, cluster))
            return true;
    return false;
}

static const char *is_service(const struct checking *checking, const struct destination *of)
{
    const struct cluster_ref ref = of->service->ref;

    return arena_printf(checking->arena, "a name of Service %s/%s of cluster %s", ref.namespace,
                        ref.name, ref.cluster);
}

/* "web", "web.shop" or "web.shop.svc" of a member cluster. */
static const char *find_service(const struct checking *checking, const char *name)
{
    const struct destination *of = map_find(checking->services, name);
    const char *dot = strchr(name, '.'), *rest = dot ? dot + 1 : "";
    const size_t len = strcspn(rest, ".");

    if (!dot)
        return of ? is_service(checking, of) : NULL;
    if (rest[len] && !text_equal(rest + len, ".svc"))
        return NULL;
    for (size_t i = 0; i < checking->resolved->mesh_count; i++) {
        const struct cluster_ref ref = {
            arena_bytes(checking->arena, name, (size_t)(dot - name)),
            arena_bytes(checking->arena, rest, len),
            checking->resolved->meshes[i].cluster,
        };

        of = checking->resolved->meshes[i].virtual_mesh
                 ? specs_service(checking->resolved->specs, ref)
                 : NULL;
        if (of)
            return is_service(checking, of);
    }
    return NULL;
}

static bool is_in_domain(struct external_host host, const char *domain)
{
    return name_is_under(host.base, domain)
           || (host.wildcard && host.top_level && name_is_under(domain, host.base));
}

/* The hosts of this cluster: "*.svc.<cluster>.<suffix>". */
static bool is_federated(const struct checking *checking, struct external_host host,
                         const struct resolved_mesh *mesh)
{
    const char *suffix = mesh->virtual_mesh->spec->federation.hostname_suffix;
    const char *end = arena_printf(checking->arena, "%s.%s", mesh->cluster, suffix);

    if (!strchr(suffix, '.')) /* a top-level domain of the meshes alone */
        return is_in_domain(host, suffix);
    if (!host.wildcard)
        return name_is_under(host.base, arena_printf(checking->arena, "svc.%s", end));
    if (host.top_level || text_equal(host.base, suffix))
        return is_in_domain(host, suffix);
    return name_is_under(host.base, end)
           || (name_is_under(end, host.base) && name_is_under(host.base, suffix));
}

/* What the host is in a mesh; NULL: nothing. */
static const char *clash_in(const struct checking *checking, struct external_host host,
                            const struct resolved_mesh *mesh)
{
    const char *domain = specs_cluster_domain(checking->resolved->specs, mesh->cluster);
    const struct resolved_virtual_mesh *virtual_mesh = mesh->virtual_mesh;

    if (is_in_domain(host, domain))
        return arena_printf(checking->arena, "among the names of Services of cluster %s (%s)",
                            mesh->cluster, domain);
    if (virtual_mesh->spec && virtual_mesh->spec->mesh_count > 1
        && is_federated(checking, host, mesh))
        return arena_printf(checking->arena, "among the federated hosts of VirtualMesh %s/%s (%s)",
                            virtual_mesh->ref.namespace, virtual_mesh->ref.name,
                            virtual_mesh->spec->federation.hostname_suffix);
    return NULL;
}

static const char *clash_of(const struct checking *checking, const char *text)
{
    const struct external_host host = parse(text, checking->arena);
    const struct export *export =
        host.wildcard ? NULL : map_find(checking->resolved->export_by_host, host.base);
    const char *clash = host.wildcard ? NULL : find_service(checking, host.base);

    if (export)
        return is_service(checking, export->destination);
    if (name_is_under(host.base, "svc"))
        clash = clash ? clash : "among the names of Services inside of each cluster (svc)";
    for (size_t i = 0; !clash && i < checking->resolved->mesh_count; i++)
        if (checking->resolved->meshes[i].virtual_mesh)
            clash = clash_in(checking, host, &checking->resolved->meshes[i]);
    return clash;
}

static void report(struct checking *checking, const struct destination *destination,
                   const char *host, const char *clash)
{
    const struct resolved *resolved = checking->resolved;

    for (size_t i = 0; i < resolved->virtual_mesh_count; i++) {
        struct planned_virtual_mesh *plan = resolved->virtual_meshes[i].plan;

        if (plan->retained)
            continue;
        messages_add(&plan->status.errors, checking->arena, E14_EXTERNAL_HOST,
                     destination->external->name, host, clash);
        messages_place(&plan->status.errors,
                       object_place_of_destination(destination, checking->arena));
    }
}

static void index_services(struct checking *checking)
{
    const struct specs *specs = checking->resolved->specs;
    const char *cluster = NULL;
    bool member = false;

    for (size_t i = 0; i < specs->destination_count; i++) {
        const struct destination *destination = &specs->destinations[i];

        if (!destination->service)
            continue;
        if (!cluster || !text_equal(cluster, destination->service->ref.cluster)) {
            cluster = destination->service->ref.cluster;
            member = is_member(checking, cluster);
        }
        if (member)
            map_put(checking->services, destination->service->ref.name, UNCONST(destination));
    }
}

void external_host_check_all(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;
    struct checking checking = { resolved, map_new(arena), arena };

    resolved->external_clashes = map_new(arena);
    index_services(&checking);
    for (size_t i = 0; i < specs->destination_count; i++) {
        const struct destination *destination = &specs->destinations[i];

        for (size_t k = 0; destination->external && k < destination->external->host_count; k++) {
            const char *clash = clash_of(&checking, destination->external->hosts[k]);

            if (!clash)
                continue;
            report(&checking, destination, destination->external->hosts[k], clash);
            map_put(resolved->external_clashes, destination->meta.key, resolved);
            break;
        }
    }
}
