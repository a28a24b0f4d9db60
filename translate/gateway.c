/* translate/gateway.c - which Services let other clusters into a mesh.  Reads Destinations, renders
 * nothing.
 *
 * Two ports belong to a gateway and are easily confused: the one that clients dial (of a load
 * balancer or a node) and the one that the Gateway object opens, which Istio looks up among the
 * Service's ports first.  When either cannot be derived with certainty the gateway is an error of
 * the VirtualMesh; a guess would be a listener that drops all traffic between clusters without a
 * message.  Selectors of the VirtualMesh come before the list of the Mesh, that before the mark of
 * discovery, and Istio's default gateway last: what was written on purpose wins over what was
 * found. */
#include "translate/gateway.h"
#include "api/annotation.h"
#include "api/meta.h"
#include "api/object_place.h"
#include "api/selector_match.h"

#include "translate/endpoint.h"
#include "translate/messages.h"
#include "translate/resolution.h"
#include <stdlib.h>
#include <string.h>

#define GATEWAY_LABEL "istio"
#define GATEWAY_VALUE "ingressgateway"

bool gateway_is_default(const struct kube_service *service)
{
    for (size_t i = 0; i < service->selector_count; i++)
        if (text_equal(service->selector[i].key, GATEWAY_LABEL))
            return text_equal(service->selector[i].value, GATEWAY_VALUE);
    return false;
}

static bool wants_ports(const struct resolved_mesh *mesh)
{
    return mesh->virtual_mesh->federates && !mesh->virtual_mesh->flat;
}

static const char *const *usable_addresses(const struct kube_service *service, size_t *count,
                                           struct arena *arena)
{
    const char **addresses = ARENA_NEW(arena, const char *, service->address_count);

    *count = 0;
    for (size_t i = 0; i < service->address_count; i++)
        if (!text_empty(service->addresses[i]))
            addresses[(*count)++] = service->addresses[i];
    return addresses;
}

static const struct service_port *find_port(const struct kube_service *service, const char *name)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (text_equal(service->ports[i].name, name))
            return &service->ports[i];
    return NULL;
}

/* What clients dial; 0: they cannot.  A ClusterIP Service with externalIPs is reached at its own
 * port (Q13). */
static uint32_t dial_port(const struct kube_service *service, const struct service_port *port,
                          size_t addresses)
{
    switch (service->type) {
    case SERVICE_NODE_PORT:
        return port->node_port;
    case SERVICE_LOAD_BALANCER:
        return port->port;
    case SERVICE_CLUSTER_IP:
        return addresses ? port->port : 0;
    case SERVICE_EXTERNAL_NAME:
        break;
    }
    return 0;
}

/* How a Service of this type could be reached. */
static const char *missing_part(enum service_type type)
{
    switch (type) {
    case SERVICE_NODE_PORT:
        return "a nodePort";
    case SERVICE_LOAD_BALANCER:
        return "a port number";
    case SERVICE_CLUSTER_IP:
        return "externalIPs, or another type";
    case SERVICE_EXTERNAL_NAME:
        break;
    }
    return "another type";
}

/* The container port behind a Service port; endpoints carry the Service port's name (Q11). 0: not
 * known. */
static uint32_t pod_port(const struct kube_service *service, const struct service_port *port)
{
    if (port->target_number)
        return port->target_number;
    for (size_t i = 0; i < service->subset_count; i++)
        for (size_t k = 0; k < service->subsets[i].port_count; k++)
            if (text_equal(service->subsets[i].ports[k].name, port->name))
                return service->subsets[i].ports[k].port;
    return text_empty(port->target_name) ? port->port : 0;
}

static void add_gateway(struct resolved_mesh *mesh, const struct destination *destination,
                        struct arena *arena)
{
    struct gateway *gateway = ARENA_PUSH(arena, mesh->gateways, mesh->gateway_count);

    gateway->destination = destination;
    gateway->addresses = usable_addresses(destination->service, &gateway->address_count, arena);
}

/* Where the gateway added last listens. */
static void set_listen_port(struct resolved_mesh *mesh, const struct service_port *port,
                            struct arena *arena)
{
    struct gateway *gateway = &mesh->gateways[mesh->gateway_count - 1];
    const struct kube_service *service = gateway->destination->service;

    gateway->listen_port =
        mesh->dialect->gateway_opens_pod_port ? pod_port(service, port) : port->port;
    if (!gateway->listen_port)
        messages_add(&mesh->virtual_mesh->plan->status.errors, arena, E7_GATEWAY_POD_PORT,
                     service->ref.namespace, service->ref.name, service->ref.cluster, port->name,
                     mesh->spec->version);
}

/* Sets the ports of the gateway added last. */
static void set_ports(struct resolved_mesh *mesh, const struct service_port *port,
                      struct arena *arena)
{
    struct gateway *gateway = &mesh->gateways[mesh->gateway_count - 1];
    const struct kube_service *service = gateway->destination->service;
    struct messages *errors = &mesh->virtual_mesh->plan->status.errors;

    gateway->dial_port = dial_port(service, port, gateway->address_count);
    if (gateway->dial_port)
        set_listen_port(mesh, port, arena);
    else
        messages_add(errors, arena, E7_GATEWAY_PORT_CLOSED, service->ref.namespace,
                     service->ref.name, service->ref.cluster, port->name,
                     enums_name(&service_types, (int)service->type), missing_part(service->type));
}

/* What is said of a gateway belongs to where its port is chosen. */
static void place_errors(struct messages *errors, size_t from, struct place place)
{
    for (size_t i = from; i < errors->count && place.file; i++)
        if (errors->origins && !errors->origins[i].place.file)
            errors->origins[i].place = place;
}

/* port NULL: the Service has none of that name or number. */
static void choose_port(struct resolved_mesh *mesh, const struct destination *destination,
                        const struct service_port *port, const char *wanted, struct arena *arena)
{
    const struct kube_service *service = destination->service;
    struct messages *errors = &mesh->virtual_mesh->plan->status.errors;

    if (!service->selector_count) {
        messages_add(errors, arena, E6_GATEWAY_WITHOUT_PODS, service->ref.namespace,
                     service->ref.name, service->ref.cluster);
        return;
    }
    add_gateway(mesh, destination, arena);
    if (!wants_ports(mesh))
        return;
    if (port)
        set_ports(mesh, port, arena);
    else
        messages_add(errors, arena, E7_GATEWAY_PORT, service->ref.namespace, service->ref.name,
                     service->ref.cluster, wanted);
}

static void choose(struct resolved_mesh *mesh, const struct destination *destination,
                   const char *port_name, struct place place, struct arena *arena)
{
    struct messages *errors = &mesh->virtual_mesh->plan->status.errors;
    const size_t before = errors->count;

    choose_port(mesh, destination, find_port(destination->service, port_name), port_name, arena);
    place_errors(errors, before, place);
}

/* The port of a Service that discovery marked as an east-west gateway, "port=15443 ..."; NULL: it
 * is not marked, or the mark says no port. */
static const char *marked_port(const struct destination *destination, struct arena *arena)
{
    const char *mark = meta_annotation(&destination->meta, ANNOTATION_GATEWAY);

    if (!mark || !text_starts(mark, "port="))
        return NULL;
    mark += strlen("port=");
    return arena_bytes(arena, mark, strcspn(mark, " "));
}

/* By number: ports of gateways of the Gateway API are named after listeners. */
static bool choose_marked(struct resolved_mesh *mesh, const struct destination *destination,
                          struct arena *arena)
{
    const struct kube_service *service = destination->service;
    const char *text = marked_port(destination, arena);
    const size_t before = mesh->virtual_mesh->plan->status.errors.count;
    const struct service_port *port = NULL;
    int64_t number;

    if (!text)
        return false;
    for (size_t i = 0; parse_int(text, 1, 65535, &number) && i < service->port_count; i++)
        if (service->ports[i].port == (uint32_t)number)
            port = &service->ports[i];
    choose_port(mesh, destination, port, text, arena);
    place_errors(&mesh->virtual_mesh->plan->status.errors, before,
                 object_place_of_destination(destination, arena));
    return true;
}

/* All gateways that discovery marked: they are equal doors of the mesh. */
static bool find_marked(struct resolved_mesh *mesh, struct arena *arena)
{
    bool any = false;

    for (size_t i = 0; i < mesh->destination_count; i++)
        any |= choose_marked(mesh, mesh->destinations[i], arena);
    return any;
}

static const struct destination *default_gateway(const struct resolved_mesh *mesh)
{
    for (size_t i = 0; i < mesh->destination_count; i++)
        if (gateway_is_default(mesh->destinations[i]->service))
            return mesh->destinations[i];
    return NULL;
}

/* A selector that selects no Destinations means the default gateway, at its port (Q12). */
static bool gateway_selected(const struct ingress_gateway_selector *selector,
                             const struct resolved_mesh *mesh,
                             const struct destination *destination)
{
    if (!selector->destination_count)
        return destination == default_gateway(mesh);
    for (size_t i = 0; i < selector->destination_count; i++)
        if (selector_match_destination(&selector->destinations[i], destination->service))
            return true;
    return false;
}

/* The first selector that matches a Service decides its port. */
static void find_selected(struct resolved_mesh *mesh, const struct federation *federation,
                          struct arena *arena)
{
    for (size_t i = 0; i < mesh->destination_count; i++)
        for (size_t k = 0; k < federation->gateway_count; k++)
            if (gateway_selected(&federation->gateways[k], mesh, mesh->destinations[i])) {
                choose(mesh, mesh->destinations[i], federation->gateways[k].port_name,
                       federation->gateways[k].port_place, arena);
                break;
            }
}

/* The port that the Mesh gives for its gateway, as Service port or node port. */
static const struct service_port *find_number(const struct kube_service *service, uint32_t number)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (number && (service->ports[i].port == number || service->ports[i].node_port == number))
            return &service->ports[i];
    return NULL;
}

/* The Service port that leads to a port of the container; NULL: none is known to. */
static const struct service_port *find_container(const struct kube_service *service,
                                                 uint32_t container)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (pod_port(service, &service->ports[i]) == container)
            return &service->ports[i];
    return NULL;
}

static bool has_number(const struct kube_service *service, uint32_t number)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (service->ports[i].port == number)
            return true;
    return false;
}

/* What the Gateway object says so that the container's port is opened.  Since 1.11 Istio looks the
 * number up among the Service's ports and takes it for the container's only when it is none of
 * them. 0: it cannot be said. */
static uint32_t listen_on_container(const struct resolved_mesh *mesh,
                                    const struct kube_service *service,
                                    const struct mesh_gateway *listed)
{
    const uint32_t container = listed->tls_container_port;
    const struct service_port *given = find_number(service, listed->external_tls_port);
    const struct service_port *port;

    if (mesh->dialect->gateway_opens_pod_port)
        return container;
    port =
        given && pod_port(service, given) == container ? given : find_container(service, container);
    if (port)
        return port->port;
    return has_number(service, container) ? 0 : container;
}

/* With a port of the container the list says all; what it gives is dialled whatever the Service
 * has: a load balancer of its own may be in front of it. */
static void set_listed_container(struct resolved_mesh *mesh, const struct mesh_gateway *listed,
                                 struct arena *arena)
{
    struct gateway *gateway = &mesh->gateways[mesh->gateway_count - 1];
    const struct kube_service *service = gateway->destination->service;
    const struct meta *meta = &mesh->spec->meta;

    gateway->dial_port = listed->external_tls_port;
    gateway->listen_port = listen_on_container(mesh, service, listed);
    if (!gateway->listen_port)
        messages_add(&mesh->virtual_mesh->plan->status.errors, arena, E7_GATEWAY_CONTAINER,
                     service->ref.namespace, service->ref.name, service->ref.cluster,
                     meta->namespace, meta->name, listed->tls_container_port, mesh->spec->version,
                     listed->tls_container_port);
}

static void set_listed_ports(struct resolved_mesh *mesh, const struct mesh_gateway *listed,
                             struct arena *arena)
{
    struct gateway *gateway = &mesh->gateways[mesh->gateway_count - 1];
    const struct kube_service *service = gateway->destination->service;
    const struct service_port *port = find_number(service, listed->external_tls_port);

    if (listed->tls_container_port && listed->external_tls_port) {
        set_listed_container(mesh, listed, arena);
        return;
    }
    if (!port) {
        messages_add(&mesh->virtual_mesh->plan->status.errors, arena, E7_GATEWAY_LISTED,
                     service->ref.namespace, service->ref.name, service->ref.cluster,
                     listed->external_tls_port, mesh->spec->meta.namespace, mesh->spec->meta.name);
        return;
    }
    set_listen_port(mesh, port, arena);
    gateway->dial_port = listed->external_tls_port;
}

static void choose_listed(struct resolved_mesh *mesh, const struct destination *destination,
                          const struct mesh_gateway *listed, struct arena *arena)
{
    const struct kube_service *service = destination->service;
    struct gateway *gateway;

    if (!service->selector_count) {
        messages_add(&mesh->virtual_mesh->plan->status.errors, arena, E6_GATEWAY_WITHOUT_PODS,
                     service->ref.namespace, service->ref.name, service->ref.cluster);
        return;
    }
    add_gateway(mesh, destination, arena);
    gateway = &mesh->gateways[mesh->gateway_count - 1];
    if (!gateway->address_count && !text_empty(listed->address)) {
        gateway->addresses = &listed->address;
        gateway->address_count = 1;
    }
    if (wants_ports(mesh))
        set_listed_ports(mesh, listed, arena);
}

static bool is_chosen(const struct resolved_mesh *mesh, const struct destination *destination)
{
    for (size_t i = 0; i < mesh->gateway_count; i++)
        if (mesh->gateways[i].destination == destination)
            return true;
    return false;
}

/* The Service of a listed gateway; NULL: it is not known. */
static const struct destination *find_service(const struct resolved_mesh *mesh,
                                              const struct mesh_gateway *listed)
{
    for (size_t i = 0; i < mesh->destination_count; i++) {
        const struct cluster_ref ref = mesh->destinations[i]->service->ref;

        if (text_equal(ref.name, listed->name) && text_equal(ref.namespace, listed->namespace))
            return mesh->destinations[i];
    }
    return NULL;
}

static bool find_listed(struct resolved_mesh *mesh, struct arena *arena)
{
    const struct mesh *spec = mesh->spec;
    struct messages *errors = &mesh->virtual_mesh->plan->status.errors;
    const size_t before = errors->count;

    for (size_t i = 0; i < spec->gateway_count; i++) {
        const struct mesh_gateway *listed = &spec->gateways[i];
        const struct destination *destination = find_service(mesh, listed);

        if (!destination)
            continue;
        if (is_chosen(mesh, destination))
            messages_add(&mesh->virtual_mesh->plan->status.warnings, arena, W20_GATEWAY_TWICE,
                         spec->meta.namespace, spec->meta.name, listed->namespace, listed->name);
        else
            choose_listed(mesh, destination, listed, arena);
        place_errors(errors, before, spec->meta.place);
    }
    return mesh->gateway_count > 0;
}

const char *gateway_hosts(const struct resolved_mesh *mesh, struct arena *arena)
{
    return arena_printf(arena, "*.svc.%s.%s", mesh->cluster,
                        mesh->virtual_mesh->spec->federation.hostname_suffix);
}

void gateway_find_all(struct resolved_mesh *mesh, struct arena *arena)
{
    const struct federation *federation = &mesh->virtual_mesh->spec->federation;
    const struct destination *destination;

    if (federation->gateway_count) {
        find_selected(mesh, federation, arena);
        return;
    }
    if (find_listed(mesh, arena) || find_marked(mesh, arena))
        return;
    destination = default_gateway(mesh);
    if (destination)
        choose(mesh, destination, "tls", object_place_of_destination(destination, arena), arena);
}

/* What the Gateway object says, read as istiod of that version reads it. */
uint32_t gateway_passthrough_port(const struct resolved_mesh *mesh, const struct gateway *gateway)
{
    const struct kube_service *service = gateway->destination->service;

    for (size_t i = 0; !mesh->dialect->gateway_opens_pod_port && i < service->port_count; i++)
        if (service->ports[i].port == gateway->listen_port)
            return endpoint_target_port(service, &service->ports[i]);
    return gateway->listen_port;
}

static int compare_endpoints(const void *a, const void *b)
{
    const struct gateway_endpoint *left = a, *right = b;
    int order = strcmp(left->address, right->address);

    return order ? order : (left->port > right->port) - (left->port < right->port);
}

/* Each gateway is dialled at its own port (Q26); two that share a node and a port are one endpoint
 * (Q25). */
static void collect_endpoints(struct resolved_mesh *mesh, struct arena *arena)
{
    size_t all = 0;

    for (size_t i = 0; i < mesh->gateway_count; i++)
        for (size_t k = 0; k < mesh->gateways[i].address_count; k++)
            *ARENA_PUSH(arena, mesh->endpoints, all) =
                (struct gateway_endpoint){ mesh->gateways[i].addresses[k],
                                           mesh->gateways[i].dial_port };
    if (all)
        qsort(mesh->endpoints, all, sizeof *mesh->endpoints, compare_endpoints);
    for (size_t i = 0; i < all; i++)
        if (!mesh->endpoint_count
            || compare_endpoints(&mesh->endpoints[mesh->endpoint_count - 1], &mesh->endpoints[i]))
            mesh->endpoints[mesh->endpoint_count++] = mesh->endpoints[i];
}

void gateway_check_all(struct resolved_mesh *mesh, struct arena *arena)
{
    const struct mesh *spec = mesh->spec;
    const char **addresses;

    collect_endpoints(mesh, arena);
    addresses = ARENA_NEW(arena, const char *, mesh->endpoint_count);
    for (size_t i = 0; i < mesh->endpoint_count; i++)
        addresses[i] = mesh->endpoints[i].address;
    mesh->resolution = resolution_of(addresses, mesh->endpoint_count);
    if (!mesh->gateway_count)
        messages_add(&mesh->unreachable, arena, D6_NO_GATEWAY, spec->meta.namespace,
                     spec->meta.name);
    else if (!mesh->endpoint_count)
        messages_add(&mesh->unreachable, arena, D5_NO_ADDRESS, spec->meta.namespace,
                     spec->meta.name);
    else
        resolution_check(&mesh->unreachable, mesh->resolution,
                         "the addresses of the ingress gateways", arena);
}
