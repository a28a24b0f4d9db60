/* translate/federated_host.c - hosts by which other clusters call a Service.  Renders nothing.
 *
 * A host is "<service>.<namespace>.svc.<cluster>.<suffix>", and names of clusters and suffixes have
 * dots.  So two Services can have one host: cluster "a.b" with suffix "c", and cluster "a" with
 * suffix "b.c".  The host belongs to the one whose VirtualMesh comes first, in the order in which
 * meshes are claimed, so that a newcomer takes nothing over.
 *
 * A gateway passes on the hosts of its cluster, "*.svc.<cluster>.<suffix>", as far as the cluster
 * knows them.  It would do so as well with an imported host that ends like that: one of a cluster
 * "x.svc.<cluster>".  Each ".svc." in a host is looked up among these ends, so that the work is
 * that of the labels of all hosts. */
#include "translate/federated_host.h"
#include "base/names.h"

#include "translate/gateway.h"
#include "translate/mesh_claim.h"
#include "translate/messages.h"
#include <string.h>

static bool has_long_label(const char *host)
{
    for (const char *label = host; label;
         label = strchr(label, '.') ? strchr(label, '.') + 1 : NULL)
        if (strcspn(label, ".") > 63)
            return true;
    return false;
}

/* A host name whose first two labels are Service and namespace (Q46). */
void federated_host_check(struct cluster_ref service, const char *host, struct messages *errors,
                          struct arena *arena)
{
    if (!names_is_dns_label(service.name))
        messages_add(errors, arena, D7_HOST, host, "the name of a Service must be a DNS label");
    else if (strlen(host) > 253)
        messages_add(errors, arena, D7_HOST, host, "it has more than 253 bytes");
    else if (has_long_label(host))
        messages_add(errors, arena, D7_HOST, host, "one of its labels has more than 63 bytes");
}

/* A mesh of the cluster gets it, or is to get it. */
static bool is_imported(const struct export *export, const char *cluster)
{
    const struct resolved_virtual_mesh *virtual_mesh = export->home->virtual_mesh;

    for (size_t i = 0; i < virtual_mesh->mesh_count; i++)
        if (text_equal(virtual_mesh->meshes[i]->cluster, cluster)
            && importers_have(export->selected, virtual_mesh->meshes[i]))
            return true;
    return false;
}

static void refuse_twin(struct export *export, const struct export *owner, struct arena *arena)
{
    const struct meta *meta = &owner->destination->meta;
    const struct object_ref virtual_mesh = owner->home->virtual_mesh->ref;

    messages_add(&export->status->errors, arena, D12_HOST_TAKEN, export->host, meta->namespace,
                 meta->name, virtual_mesh.namespace, virtual_mesh.name);
    export->retained = true;
}

static void give_hosts(struct resolved *resolved, struct arena *arena)
{
    resolved->export_by_host = map_new(arena);
    for (size_t i = 0; i < resolved->export_count; i++) {
        struct export *export = &resolved->exports[i];
        struct export *other = map_find(resolved->export_by_host, export->host);
        const bool first =
            !other || mesh_claim_precedes(export->home->virtual_mesh, other->home->virtual_mesh);

        if (first)
            map_put(resolved->export_by_host, export->host, export);
        if (other)
            refuse_twin(first ? other : export, first ? export : other, arena);
    }
}

/* Meshes whose gateways pass on hosts with the same end. */
struct passing {
    const struct resolved_mesh *mesh;
    struct passing *next;
};

static struct map *passing_by_end(const struct resolved *resolved, struct arena *arena)
{
    struct map *ends = map_new(arena);

    for (size_t i = 0; i < resolved->mesh_count; i++) {
        const struct resolved_mesh *mesh = &resolved->meshes[i];
        struct passing *added;
        const char *end;

        if (!mesh->virtual_mesh || !mesh->virtual_mesh->spec
            || mesh->virtual_mesh->spec->federation.flat_network)
            continue;
        end = gateway_hosts(mesh, arena) + strlen("*");
        added = ARENA_NEW(arena, struct passing, 1);
        *added = (struct passing){ mesh, map_find(ends, end) };
        map_put(ends, end, added);
    }
    return ends;
}

static const struct resolved_mesh *find_relay(const struct export *export, const struct map *ends)
{
    for (const char *end = strstr(export->host, ".svc."); end; end = strstr(end + 1, ".svc."))
        for (const struct passing *at = map_find(ends, end); at; at = at->next)
            if (!text_equal(at->mesh->cluster, export->home->cluster)
                && is_imported(export, at->mesh->cluster))
                return at->mesh;
    return NULL;
}

static void check_relays(struct resolved *resolved, struct arena *arena)
{
    const struct map *ends = passing_by_end(resolved, arena);

    for (size_t i = 0; i < resolved->export_count; i++) {
        struct export *export = &resolved->exports[i];
        const struct resolved_mesh *relay = find_relay(export, ends);

        if (!relay)
            continue;
        messages_add(&export->status->errors, arena, D13_RELAYED, export->host, relay->cluster,
                     gateway_hosts(relay, arena), export->home->cluster);
        export->retained = true;
    }
}

void federated_host_check_all(struct resolved *resolved, struct arena *arena)
{
    give_hosts(resolved, arena);
    check_relays(resolved, arena);
}

const struct export *federated_host_owner(const struct resolved *resolved, const char *host,
                                          const char *cluster)
{
    const struct export *export = map_find(resolved->export_by_host, host);

    return export && !export->retained
                   && (text_equal(export->home->cluster, cluster) || is_imported(export, cluster))
               ? export
               : NULL;
}
