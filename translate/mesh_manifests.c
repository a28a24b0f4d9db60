/* translate/mesh_manifests.c - what a mesh as a whole gets.  Key order as in the examples of
 * Istio's reference.
 *
 * What holds for a mesh as a whole is in its root namespace, where Istio looks for policies that
 * count everywhere. The order of the two policies matters to traffic, not to Istio: an empty
 * policy closes every workload, also the east-west gateways, so each gateway that must stay open
 * gets an ALLOW policy of its own in the same file. A gateway passes TLS through unopened and
 * cannot judge callers; the sidecar behind it does. */
#include "translate/mesh_manifests.h"

#include "translate/gateway.h"
#include "translate/manifest.h"
#include "translate/name.h"
#include "translate/unique.h"
#include "translate/unique_lost.h"

#define MESH_FILE "mesh"

static struct node *begin(const struct documents *out, const struct resolved *resolved,
                          const struct resolved_mesh *mesh, struct document *document,
                          const char *api_version)
{
    document->file = MESH_FILE;
    document->range = document->name;
    return manifest_begin(out->scratch, &(struct manifest_head){
                                            .api_version = api_version,
                                            .kind = document->kind,
                                            .name = document->name,
                                            .namespace = document->namespace,
                                            .owner = resolved->specs->pod_namespace,
                                            .parents = mesh->virtual_mesh->parents,
                                        });
}

static void add_gateway(struct documents *out, const struct resolved *resolved,
                        const struct resolved_mesh *mesh, const struct gateway *gateway)
{
    const struct destination *destination = gateway->destination;
    const struct object_ref ref = { destination->meta.name, destination->meta.namespace };
    struct document document = { .kind = "Gateway",
                                 .namespace = mesh->namespace,
                                 .name = name_gateway(ref, out->keep) };
    struct node *object = begin(out, resolved, mesh, &document, mesh->dialect->networking);
    struct node *spec = node_set(object, "spec", node_map(out->scratch)), *server, *part;
    const char *host = gateway_hosts(mesh, out->scratch);

    if (unique_lost(resolved, mesh->cluster, &document, unique_owner(destination, out->scratch)))
        return;
    manifest_set_pairs(out->scratch, spec, "selector", destination->service->selector,
                       destination->service->selector_count);
    server = node_add(node_set(spec, "servers", node_list(out->scratch)), node_map(out->scratch));
    part = node_set(server, "port", node_map(out->scratch));
    node_set_int(out->scratch, part, "number", gateway->listen_port);
    node_set_text(out->scratch, part, "protocol", "TLS");
    node_set_text(out->scratch, part, "name", "tls");
    manifest_set_texts(out->scratch, server, "hosts", &host, 1);
    node_set_text(out->scratch, node_set(server, "tls", node_map(out->scratch)), "mode",
                  "AUTO_PASSTHROUGH");
    documents_add(out, &document, object);
}

/* An empty policy matches nothing and so admits no caller, in the whole mesh when it is in the
 * root namespace. */
static void add_deny_all(struct documents *out, const struct resolved *resolved,
                         const struct resolved_mesh *mesh)
{
    struct document document = { .kind = "AuthorizationPolicy",
                                 .namespace = mesh->root_namespace,
                                 .name = DENY_ALL_NAME };
    struct node *object = begin(out, resolved, mesh, &document, mesh->dialect->security);

    node_set(object, "spec", node_map(out->scratch));
    documents_add(out, &document, object);
}

static struct document allow_gateway(const struct resolved_mesh *mesh,
                                     const struct gateway *gateway, struct arena *arena)
{
    const struct meta *meta = &gateway->destination->meta;

    return (struct document){ .kind = "AuthorizationPolicy",
                              .namespace = mesh->root_namespace,
                              .name = name_allow_gateway(
                                  (struct object_ref){ meta->name, meta->namespace }, arena) };
}

bool mesh_manifests_opens(const struct resolved *resolved, const struct resolved_mesh *mesh,
                          const struct gateway *gateway, struct arena *arena)
{
    const struct resolved_virtual_mesh *virtual_mesh = mesh->virtual_mesh;
    const struct document document = allow_gateway(mesh, gateway, arena);

    return virtual_mesh->spec->access == ACCESS_ENABLED && !virtual_mesh->flat
           && !unique_lost(resolved, mesh->cluster, &document,
                           unique_owner(gateway->destination, arena));
}

/* Requests of other clusters pass the gateway unopened, so the gateway must not judge them. */
static void add_allow_gateway(struct documents *out, const struct resolved *resolved,
                              const struct resolved_mesh *mesh, const struct gateway *gateway)
{
    const struct destination *destination = gateway->destination;
    struct document document = allow_gateway(mesh, gateway, out->keep);
    struct node *object = begin(out, resolved, mesh, &document, mesh->dialect->security);
    struct node *spec = node_set(object, "spec", node_map(out->scratch));

    manifest_set_pairs(out->scratch, node_set(spec, "selector", node_map(out->scratch)),
                       "matchLabels", destination->service->selector,
                       destination->service->selector_count);
    node_set_text(out->scratch, spec, "action", "ALLOW");
    node_add(node_set(spec, "rules", node_list(out->scratch)), node_map(out->scratch));
    documents_add(out, &document, object);
}

/* Without a selector and in the root namespace it counts for the whole mesh. */
static void add_enforcement(struct documents *out, const struct resolved *resolved,
                            const struct resolved_mesh *mesh)
{
    const enum enforcement_mode mode = mesh->virtual_mesh->spec->federation.enforcement;
    struct document document = { .kind = "PeerAuthentication",
                                 .namespace = mesh->root_namespace,
                                 .name = ENFORCEMENT_NAME };
    struct node *object = begin(out, resolved, mesh, &document, mesh->dialect->security);
    struct node *spec = node_set(object, "spec", node_map(out->scratch));

    node_set_text(out->scratch, node_set(spec, "mtls", node_map(out->scratch)), "mode",
                  enums_name(&enforcement_modes, (int)mode));
    documents_add(out, &document, object);
}

void mesh_manifests_make(struct documents *out, const struct resolved *resolved,
                         const struct resolved_mesh *mesh)
{
    const struct resolved_virtual_mesh *virtual_mesh = mesh->virtual_mesh;

    for (size_t i = 0; virtual_mesh->federates && !virtual_mesh->flat && i < mesh->gateway_count;
         i++)
        add_gateway(out, resolved, mesh, &mesh->gateways[i]);
    if (virtual_mesh->spec->access == ACCESS_ENABLED)
        add_deny_all(out, resolved, mesh);
    for (size_t i = 0; i < mesh->gateway_count; i++)
        if (mesh_manifests_opens(resolved, mesh, &mesh->gateways[i], out->scratch))
            add_allow_gateway(out, resolved, mesh, &mesh->gateways[i]);
    if (virtual_mesh->spec->federation.enforcement != ENFORCE_UNSET && !mesh->outranked)
        add_enforcement(out, resolved, mesh);
}
