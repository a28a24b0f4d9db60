/* translate/external.c - Services outside of all meshes.  Sets no TLS mode: their protocol is not
 * known.
 *
 * An external Service is the same in every mesh that may call it, so there is no exporter and no
 * gateway. Istio resolves one ServiceEntry in one way: addresses, names and wildcards cannot be
 * mixed, and what mixes them is reported and not rendered, instead of rendering a part that sends
 * some requests elsewhere. The names of its documents are the same whether it is rendered or
 * retained (external_add_retained), so that no other object takes the name of one that is only
 * missing for a pass. */
#include "translate/external.h"
#include "api/object_name.h"

#include "translate/destination_rule.h"
#include "translate/entry_limit.h"
#include "translate/manifest.h"
#include "translate/messages.h"
#include "translate/name.h"
#include "translate/protocol.h"
#include "translate/unique.h"
#include "translate/unique_lost.h"
#include <string.h>

#define EXTERNAL_FILE "services"

/* An external Destination on its way to a mesh. */
struct writing {
    struct documents *out;
    const struct resolved *resolved;
    const struct resolved_mesh *mesh;
    const struct destination *destination;
};

static struct node *begin(const struct writing *writing, const struct document *document)
{
    return manifest_begin(writing->out->scratch,
                          &(struct manifest_head){
                              .api_version = writing->mesh->dialect->networking,
                              .kind = document->kind,
                              .name = document->name,
                              .namespace = document->namespace,
                              .owner = writing->resolved->specs->pod_namespace,
                              .parents = writing->mesh->virtual_mesh->parents,
                          });
}

static void set_ports(struct node *spec, const struct external_service *service,
                      struct arena *arena)
{
    struct node *ports = node_set(spec, "ports", node_list(arena));

    for (size_t i = 0; i < service->port_count; i++) {
        struct node *port = node_add(ports, node_map(arena));

        node_set_int(arena, port, "number", service->ports[i].port);
        node_set_text(arena, port, "protocol", service->ports[i].protocol);
        node_set_text(arena, port, "name", protocol_port_name(&service->ports[i], arena));
    }
}

static void set_endpoints(struct node *spec, const struct external_service *service,
                          struct arena *arena)
{
    struct node *endpoints;

    if (!service->endpoint_count)
        return;
    endpoints = node_set(spec, "endpoints", node_list(arena));
    for (size_t i = 0; i < service->endpoint_count; i++) {
        const struct external_endpoint *at = &service->endpoints[i];
        struct node *endpoint = node_add(endpoints, node_map(arena)), *ports;

        node_set_text(arena, endpoint, "address", at->address);
        if (!at->port_count)
            continue;
        ports = node_set(endpoint, "ports", node_map(arena));
        for (size_t k = 0; k < at->port_count; k++) {
            int64_t number;

            if (parse_int(at->ports[k].value, 1, 65535, &number))
                node_set_int(arena, ports, name_port(at->ports[k].key, arena), number);
        }
    }
}

/* From the endpoints; without any, from the hosts: a plain name can be looked up, a wildcard
 * cannot. */
static enum resolution resolve(const struct external_service *service, struct arena *arena)
{
    const char **addresses = ARENA_NEW(arena, const char *, service->endpoint_count);

    for (size_t i = 0; i < service->endpoint_count; i++)
        addresses[i] = service->endpoints[i].address;
    if (service->endpoint_count)
        return resolution_of(addresses, service->endpoint_count);
    for (size_t i = 0; i < service->host_count; i++)
        if (text_starts(service->hosts[i], "*"))
            return RESOLUTION_NONE;
    return RESOLUTION_DNS;
}

static bool has_network(const struct external_service *service)
{
    for (size_t i = 0; i < service->address_count; i++)
        if (strchr(service->addresses[i], '/'))
            return true;
    return false;
}

/* Why no ServiceEntry can hold it; NULL: one can. */
static const char *problem_of(const struct external_service *service, struct arena *arena)
{
    const enum resolution resolution = resolve(service, arena);

    if (!resolution_name(resolution)) {
        struct messages problems = { 0 };

        resolution_check(&problems, resolution, "its addresses", arena);
        return problems.texts[0];
    }
    if (resolution == RESOLUTION_DNS && has_network(service))
        return W14_NETWORK_WITH_DNS;
    return entry_limit_external(service, arena);
}

/* Istio takes several hosts in one entry only where each request names its host, and no more than
 * its CRD allows.  An entry for each host means the same: istiod makes a service of each. */
static bool hosts_share(const struct external_service *service)
{
    if (service->host_count > ENTRY_HOSTS_MAX)
        return false;
    for (size_t i = 0; i < service->port_count; i++)
        if (text_equal(service->ports[i].protocol, "TCP"))
            return service->host_count < 2;
    return true;
}

/* The service's own name, or one with the host behind it where each host has its document. */
static const char *host_name(const struct external_service *service, const char *host,
                             struct arena *arena)
{
    return object_name_sanitise(service->host_count == 1
                                    ? service->name
                                    : arena_printf(arena, "%s-%s", service->name, host),
                                arena);
}

static void add_name(struct external_names *names, const char *kind,
                     const struct external_service *service, const char *host, struct arena *arena)
{
    *ARENA_PUSH(arena, names->items, names->count) = (struct external_name){
        kind, host ? host_name(service, host, arena) : object_name_sanitise(service->name, arena),
        host
    };
}

/* One rule has one host, so each host gets a rule of its own. */
struct external_names external_names(const struct resolved *resolved,
                                     const struct destination *destination, bool rules,
                                     struct arena *arena)
{
    const struct external_service *service = destination->external;
    struct external_names names = { 0 };

    if (!service || problem_of(service, arena)
        || map_find(resolved->external_clashes, destination->meta.key))
        return names;
    if (hosts_share(service))
        add_name(&names, "ServiceEntry", service, NULL, arena);
    for (size_t i = 0; !hosts_share(service) && i < service->host_count; i++)
        add_name(&names, "ServiceEntry", service, service->hosts[i], arena);
    for (size_t i = 0; rules && i < service->host_count; i++)
        add_name(&names, "DestinationRule", service, service->hosts[i], arena);
    return names;
}

static void add_retained(struct map *names, const struct external_service *service,
                         struct arena *arena)
{
    struct external_names all = { 0 };

    add_name(&all, "ServiceEntry", service, NULL, arena);
    for (size_t i = 0; i < service->host_count; i++) {
        add_name(&all, "ServiceEntry", service, service->hosts[i], arena);
        add_name(&all, "DestinationRule", service, service->hosts[i], arena);
    }
    for (size_t i = 0; i < all.count; i++)
        map_put(names, arena_printf(arena, "%s %s", all.items[i].kind, all.items[i].name), names);
}

void external_add_retained(struct map *names, const struct resolved *resolved, struct arena *arena)
{
    for (size_t i = 0; i < resolved->specs->destination_count; i++) {
        const struct external_service *service = resolved->specs->destinations[i].external;

        if (service && problem_of(service, arena))
            add_retained(names, service, arena);
    }
}

const char *external_owner(const struct destination *destination, const char *host,
                           struct arena *arena)
{
    return arena_printf(arena, "Destination %s/%s%s%s", destination->meta.namespace,
                        destination->meta.name, host ? ", host " : "", host ? host : "");
}

static void add_entry(const struct writing *writing, const struct document *document,
                      const char *host)
{
    const struct external_service *service = writing->destination->external;
    struct arena *arena = writing->out->scratch;
    const char *resolution = resolution_name(resolve(service, arena));
    struct node *object = begin(writing, document), *spec;

    spec = node_set(object, "spec", node_map(arena));
    manifest_set_texts(arena, spec, "hosts", host ? &host : service->hosts,
                       host ? 1 : service->host_count);
    manifest_set_texts(arena, spec, "addresses", service->addresses, service->address_count);
    set_ports(spec, service, arena);
    node_set_text(arena, spec, "location", "MESH_EXTERNAL");
    node_set_text(arena, spec, "resolution", resolution);
    set_endpoints(spec, service, arena);
    documents_add(writing->out, document, object);
}

static void add_rule(const struct writing *writing, const struct document *document,
                     const char *host)
{
    struct arena *arena = writing->out->scratch;
    struct node *object = begin(writing, document),
                *spec = node_set(object, "spec", node_map(arena));

    node_set_text(arena, spec, "host", host);
    node_set(
        spec, "trafficPolicy",
        destination_rule_keepalive(writing->mesh->virtual_mesh->spec->federation.keepalive, arena));
    documents_add(writing->out, document, object);
}

void external_warn(const struct resolved *resolved, struct messages *warnings, struct arena *arena)
{
    for (size_t i = 0; i < resolved->specs->destination_count; i++) {
        const struct external_service *service = resolved->specs->destinations[i].external;
        const char *problem = service ? problem_of(service, arena) : NULL;

        if (problem)
            messages_add(warnings, arena, W14_EXTERNAL_ADDRESSES, service->name, problem);
    }
}

static void add_documents(const struct writing *writing)
{
    const struct resolved_mesh *mesh = writing->mesh;
    struct arena *keep = writing->out->keep;
    const struct external_names names =
        external_names(writing->resolved, writing->destination,
                       mesh->virtual_mesh->spec->federation.keepalive != NULL, keep);

    for (size_t i = 0; i < names.count; i++) {
        const struct external_name *name = &names.items[i];
        const struct document document = { .file = EXTERNAL_FILE,
                                           .range = name->name,
                                           .kind = name->kind,
                                           .namespace = mesh->namespace,
                                           .name = name->name };

        if (unique_lost(writing->resolved, mesh->cluster, &document,
                        external_owner(writing->destination, name->host, keep)))
            continue;
        if (text_equal(name->kind, "ServiceEntry"))
            add_entry(writing, &document, name->host);
        else
            add_rule(writing, &document, name->host);
    }
}

void external_documents(struct documents *out, const struct resolved *resolved,
                        const struct resolved_mesh *mesh)
{
    for (size_t i = 0; i < resolved->specs->destination_count; i++)
        add_documents(&(struct writing){ out, resolved, mesh, &resolved->specs->destinations[i] });
}
