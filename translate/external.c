/* translate/external.c - Services outside of all meshes.  Sets no TLS mode: what they speak is not
 * known. */
#include "translate/external.h"

#include "translate/destination_rule.h"
#include "translate/manifest.h"
#include "translate/messages.h"
#include "translate/name.h"
#include "translate/protocol.h"
#include <string.h>

#define EXTERNAL_FILE "services"

static struct node *begin(const struct documents *out, const struct resolved *resolved,
                          const struct resolved_virtual_mesh *vmesh, struct variant variant,
                          struct document *document)
{
    document->file = EXTERNAL_FILE;
    document->range = document->name;
    document->namespace = variant.namespace;
    return manifest_begin(out->scratch, &(struct manifest_head){
                                            .api_version = variant.dialect->networking,
                                            .kind = document->kind,
                                            .name = document->name,
                                            .namespace = document->namespace,
                                            .owner = resolved->specs->pod_namespace,
                                            .parents = vmesh->parents,
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
        node_set_text(arena, port, "name", protocol_port_name(&service->ports[i]));
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
                node_set_int(arena, ports, at->ports[k].key, number);
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

    if (!resolution_name(resolution))
        return resolution_problem(resolution, "its addresses", arena);
    if (resolution == RESOLUTION_DNS && has_network(service))
        return W14_NETWORK_WITH_DNS;
    return NULL;
}

/* Istio takes several hosts in one entry only where each request names its host. */
static bool hosts_share(const struct external_service *service)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (text_equal(service->ports[i].protocol, "TCP"))
            return service->host_count < 2;
    return true;
}

/* The service's own name, or one with the host behind it where each host has its document. */
static const char *host_name(const struct external_service *service, const char *host,
                             struct arena *arena)
{
    return name_sanitise(service->host_count == 1
                             ? service->name
                             : arena_printf(arena, "%s-%s", service->name, host),
                         arena);
}

static void add_entry(struct documents *out, const struct resolved *resolved,
                      const struct resolved_virtual_mesh *vmesh, struct variant variant,
                      const struct external_service *service, const char *host)
{
    struct document document = { .kind = "ServiceEntry",
                                 .name = host ? host_name(service, host, out->keep)
                                              : name_sanitise(service->name, out->keep) };
    const char *resolution = resolution_name(resolve(service, out->scratch));
    struct node *object = begin(out, resolved, vmesh, variant, &document), *spec;

    spec = node_set(object, "spec", node_map(out->scratch));
    manifest_set_texts(out->scratch, spec, "hosts", host ? &host : service->hosts,
                       host ? 1 : service->host_count);
    manifest_set_texts(out->scratch, spec, "addresses", service->addresses, service->address_count);
    set_ports(spec, service, out->scratch);
    node_set_text(out->scratch, spec, "location", "MESH_EXTERNAL");
    node_set_text(out->scratch, spec, "resolution", resolution);
    set_endpoints(spec, service, out->scratch);
    documents_add(out, &document, object);
}

static void add_entries(struct documents *out, const struct resolved *resolved,
                        const struct resolved_virtual_mesh *vmesh, struct variant variant,
                        const struct external_service *service)
{
    if (hosts_share(service)) {
        add_entry(out, resolved, vmesh, variant, service, NULL);
        return;
    }
    for (size_t i = 0; i < service->host_count; i++)
        add_entry(out, resolved, vmesh, variant, service, service->hosts[i]);
}

/* One rule has one host, so each host gets a rule of its own. */
static void add_rules(struct documents *out, const struct resolved *resolved,
                      const struct resolved_virtual_mesh *vmesh, struct variant variant,
                      const struct external_service *service)
{
    for (size_t i = 0; i < service->host_count; i++) {
        struct node *policy =
                        destination_rule_keepalive(vmesh->spec->federation.keepalive, out->scratch),
                    *object, *spec;
        struct document document = { .kind = "DestinationRule",
                                     .name = host_name(service, service->hosts[i], out->keep) };

        if (!policy)
            return;
        object = begin(out, resolved, vmesh, variant, &document);
        spec = node_set(object, "spec", node_map(out->scratch));
        node_set_text(out->scratch, spec, "host", service->hosts[i]);
        node_set(spec, "trafficPolicy", policy);
        documents_add(out, &document, object);
    }
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

void external_documents(struct documents *out, const struct resolved *resolved,
                        const struct resolved_virtual_mesh *vmesh, struct variant variant)
{
    for (size_t i = 0; i < resolved->specs->destination_count; i++) {
        const struct external_service *service = resolved->specs->destinations[i].external;

        if (!service || problem_of(service, out->scratch))
            continue;
        add_entries(out, resolved, vmesh, variant, service);
        add_rules(out, resolved, vmesh, variant, service);
    }
}
