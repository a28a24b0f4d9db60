/* translate/service_entry.c - ServiceEntries of federated Services.  Fields in the order of Istio's
 * reference.
 *
 * A remote entry depends on its client through the variant alone; imports.c shares folders on that
 * ground. Between clusters its endpoints are addresses of gateways, with each distinct set of pod
 * labels on each address: subsets select endpoints by labels, and without them a subset would be
 * empty. In a flat network the pods themselves are the endpoints. The local entry is what the
 * gateways of the exporting cluster route to. It selects pods where Istio can, because a list of
 * addresses would have to be committed again with each new pod. */
#include "translate/service_entry.h"

#include "translate/endpoint.h"
#include "translate/family.h"
#include "translate/manifest.h"
#include "translate/protocol.h"
#include "translate/virtual_ip.h"
#include <stdlib.h>

static struct node *begin(const struct resolved *resolved, const struct export *export,
                          const char *api_version, const char *namespace, struct node **spec,
                          struct arena *arena)
{
    struct node *object = manifest_begin(arena, &(struct manifest_head){
                                                    .api_version = api_version,
                                                    .kind = "ServiceEntry",
                                                    .name = export->host,
                                                    .namespace = namespace,
                                                    .owner = resolved->specs->pod_namespace,
                                                    .parents = export->home->virtual_mesh->parents,
                                                });

    *spec = node_set(object, "spec", node_map(arena));
    manifest_set_texts(arena, *spec, "hosts", &export->host, 1);
    return object;
}

/* with_target: where the pods listen, when that differs. */
static void set_ports(struct node *spec, const struct kube_service *service,
                      const struct dialect *dialect, bool with_target, struct arena *arena)
{
    struct node *ports = node_set(spec, "ports", node_list(arena));

    for (size_t i = 0; i < service->port_count; i++) {
        const struct service_port *port = &service->ports[i];
        const uint32_t target = with_target ? endpoint_target_port(service, port) : port->port;
        struct node *node;

        if (!protocol_is_tcp(port))
            continue;
        node = node_add(ports, node_map(arena));
        node_set_int(arena, node, "number", port->port);
        node_set_text(arena, node, "protocol", protocol_of_port(port, dialect));
        node_set_text(arena, node, "name", protocol_port_name(port, arena));
        if (target != port->port)
            node_set_int(arena, node, "targetPort", target);
    }
}

static struct node *add_endpoint(struct node *endpoints, const char *address, struct arena *arena)
{
    struct node *endpoint = node_add(endpoints, node_map(arena));

    node_set_text(arena, endpoint, "address", address);
    return endpoint;
}

/* Every port of the Service is behind the same port of the gateway. */
static void set_gateway_ports(struct node *endpoint, const struct kube_service *service,
                              uint32_t dial, struct arena *arena)
{
    struct node *ports = node_set(endpoint, "ports", node_map(arena));

    for (size_t i = 0; i < service->port_count; i++)
        if (protocol_is_tcp(&service->ports[i]))
            node_set_int(arena, ports, protocol_port_name(&service->ports[i], arena), dial);
}

/* Labels of the pods ride on the gateway's address so that subsets work; each pair once (Q25). */
static void add_gateways(struct node *spec, const struct resolved *resolved,
                         const struct export *export, unsigned families, bool tls,
                         struct arena *arena)
{
    const struct kube_service *service = export->destination->service;
    struct node *endpoints = node_set(spec, "endpoints", node_list(arena));
    size_t count;
    const struct labels *sets =
        endpoint_label_sets(service, resolved->templates, tls, &count, arena);

    for (size_t i = 0; i < export->home->endpoint_count; i++)
        for (size_t k = 0; k < count; k++) {
            const struct gateway_endpoint *gateway = &export->home->endpoints[i];
            struct node *endpoint;

            if (export->home->dual_stack && !(families & family_of(gateway->address)))
                continue;
            endpoint = add_endpoint(endpoints, gateway->address, arena);
            set_gateway_ports(endpoint, service, gateway->port, arena);
            manifest_set_pairs(arena, endpoint, "labels", sets[k].pairs, sets[k].count);
        }
}

static void set_pod_ports(struct node *endpoint, const struct kube_service *service,
                          const struct endpoint_subset *subset, struct arena *arena)
{
    struct node *ports = node_map(arena);

    for (size_t i = 0; i < service->port_count; i++) {
        const uint32_t number =
            protocol_is_tcp(&service->ports[i]) ? endpoint_pod_port(subset, &service->ports[i]) : 0;

        if (number)
            node_set_int(arena, ports, protocol_port_name(&service->ports[i], arena), number);
    }
    if (ports->count)
        node_set(endpoint, "ports", ports);
}

static void set_locality(struct node *endpoint, const char *region, const struct endpoint *pod,
                         struct arena *arena)
{
    if (text_empty(region))
        return;
    if (text_empty(pod->zone))
        node_set_text(arena, endpoint, "locality", region);
    else
        node_set_text(arena, endpoint, "locality",
                      arena_printf(arena, "%s/%s%s%s", region, pod->zone,
                                   text_empty(pod->sub_zone) ? "" : "/",
                                   text_empty(pod->sub_zone) ? "" : pod->sub_zone));
}

static void add_pods(struct node *spec, const struct kube_service *service, bool locality, bool tls,
                     struct arena *arena)
{
    struct node *endpoints = node_list(arena);
    size_t count;
    const struct pod *pods = endpoint_pods(service, tls, &count, arena);

    for (size_t i = 0; i < count; i++) {
        struct node *endpoint = add_endpoint(endpoints, pods[i].endpoint->address, arena);

        set_pod_ports(endpoint, service, pods[i].subset, arena);
        manifest_set_pairs(arena, endpoint, "labels", pods[i].labels.pairs, pods[i].labels.count);
        if (locality)
            set_locality(endpoint, service->region, pods[i].endpoint, arena);
    }
    if (count)
        node_set(spec, "endpoints", endpoints);
}

struct node *service_entry_remote(const struct resolved *resolved, const struct export *export,
                                  struct variant variant, struct arena *arena)
{
    const struct kube_service *service = export->destination->service;
    const bool flat = export->home->virtual_mesh->flat;
    const bool automatic = resolved->specs->settings.tls_mode == TLS_UNSET;
    const char *address = variant.ipv6 ? virtual_ip_ipv6(export->address, arena) : export->address;
    struct node *spec;
    struct node *object =
        begin(resolved, export, variant.dialect->networking, variant.namespace, &spec, arena);

    manifest_set_texts(arena, spec, "addresses", &address, 1);
    set_ports(spec, service, variant.dialect, false, arena);
    node_set_text(arena, spec, "location", "MESH_INTERNAL");
    node_set_text(arena, spec, "resolution",
                  resolution_name(flat ? RESOLUTION_STATIC : export->home->resolution));
    if (flat)
        add_pods(spec, service, true, automatic, arena);
    else
        add_gateways(spec, resolved, export, variant.families, automatic, arena);
    if (variant.dialect->entry_selects_pods)
        manifest_set_texts(arena, spec, "exportTo", export->scope, export->scope_count);
    return object;
}

/* Beside the Service, where its pods can be selected (Q36); old versions of Istio list them in
 * istiod's namespace. */
const char *service_entry_export_namespace(const struct export *export)
{
    return export->home->dialect->entry_selects_pods ? export->destination->service->ref.namespace
                                                     : export->home->namespace;
}

/* Only the gateways need it (Q29). */
static void set_export_to(struct node *spec, const struct export *export, struct arena *arena)
{
    const struct resolved_mesh *home = export->home;
    const char *own = service_entry_export_namespace(export),
               **namespaces = ARENA_NEW(arena, const char *, home->gateway_count);
    size_t count = 0;

    for (size_t i = 0; i < home->gateway_count; i++) {
        const char *namespace = home->gateways[i].destination->service->ref.namespace;

        if (text_equal(namespace, own))
        namespace = ".";
        else if (!home->dialect->entry_selects_pods) namespace =
            "*"; /* Istio before 1.8 takes no names here */
        namespaces[count++] = namespace;
    }
    if (count)
        qsort(namespaces, count, sizeof *namespaces, text_compare);
    for (size_t i = home->gateway_count, kept = count = 0; kept < i; kept++)
        if (!count || !text_equal(namespaces[count - 1], namespaces[kept]))
            namespaces[count++] = namespaces[kept];
    manifest_set_texts(arena, spec, "exportTo", namespaces, count);
}

struct node *service_entry_local(const struct resolved *resolved, const struct export *export,
                                 struct arena *arena)
{
    const struct kube_service *service = export->destination->service;
    const struct dialect *dialect = export->home->dialect;
    const bool selects = endpoint_selects_pods(service, dialect);
    const enum tls_mode mode = resolved->specs->settings.tls_mode;
    struct node *spec;
    struct node *object = begin(resolved, export, dialect->networking,
                                service_entry_export_namespace(export), &spec, arena);

    set_ports(spec, service, dialect, selects, arena);
    node_set_text(arena, spec, "location", "MESH_INTERNAL");
    node_set_text(arena, spec, "resolution", resolution_name(RESOLUTION_STATIC));
    if (selects)
        manifest_set_pairs(arena, node_set(spec, "workloadSelector", node_map(arena)), "labels",
                           service->selector, service->selector_count);
    else
        add_pods(spec, service, false, mode == TLS_UNSET || mode == TLS_ISTIO_MUTUAL, arena);
    set_export_to(spec, export, arena);
    return object;
}
