/* api/destination.c - decodes discovered Destinations.  Must not decide whether they can be
 * federated. */
#include "api/destination.h"
#include "api/meta.h"
#include "base/decode_value.h"

#include "api/external.h"
#include "api/field.h"
#include "api/value.h"

static const char *const service_type_names[] = {
    [SERVICE_CLUSTER_IP] = "CLUSTER_IP",
    [SERVICE_NODE_PORT] = "NODE_PORT",
    [SERVICE_LOAD_BALANCER] = "LOAD_BALANCER",
    [SERVICE_EXTERNAL_NAME] = "EXTERNAL_NAME",
};
const struct enum_table service_types = ENUM_TABLE(service_type_names);

/* What a Kubernetes Service can carry (core/v1 ServicePort); TCP when not given. */
static const char *decode_protocol(struct at at)
{
    const char *protocol = at_text(&at, "TCP");

    if (!*protocol)
        return "TCP";
    if (!text_equal(protocol, "TCP") && !text_equal(protocol, "UDP")
        && !text_equal(protocol, "SCTP"))
        at_error(&at, "must be TCP, UDP or SCTP; got '%.80s'", protocol);
    return protocol;
}

/* Member by member into zeroed memory: settle.c compares the bytes, padding included. */
static void decode_port(struct service_port *port, struct at at)
{
    static const char *const keys[] = { "port",           "name",
                                        "protocol",       "appProtocol",
                                        "targetPortName", "targetPortNumber",
                                        "nodePort",       NULL };
    static const char *const members[] = { "targetPortName", "targetPortNumber", NULL };
    struct at number = at_key(&at, "port"), name = at_key(&at, "name");
    struct at app = at_key(&at, "appProtocol"), target_name = at_key(&at, "targetPortName");
    struct at target = at_key(&at, "targetPortNumber"), node_port = at_key(&at, "nodePort");

    if (!at_only(&at, keys))
        return;
    at_oneof(&at, members);
    port->port = field_port(&number);
    port->name = at_text(&name, "");
    value_check_port_name(&name, port->name);
    port->protocol = decode_protocol(at_key(&at, "protocol"));
    port->app_protocol = at_text(&app, "");
    port->target_name = at_text(&target_name, NULL);
    port->target_number = field_port_or_zero(&target);
    port->node_port = field_port_or_zero(&node_port);
}

static const struct service_port *decode_ports(struct at at, size_t *count)
{
    struct service_port *ports;

    *count = at_count(&at, FIELD_LIST_MAX);
    ports = ARENA_NEW(at.with->arena, struct service_port, *count);
    for (size_t i = 0; i < *count; i++)
        decode_port(&ports[i], at_item(&at, i));
    value_check_ports(&at, ports, *count);
    return ports;
}

static void decode_endpoint_port(struct endpoint_port *port, struct at at)
{
    static const char *const keys[] = { "port", "name", "protocol", "appProtocol", NULL };
    struct at number = at_key(&at, "port"), name = at_key(&at, "name");
    struct at app = at_key(&at, "appProtocol");

    if (!at_only(&at, keys))
        return;
    port->port = field_port(&number);
    port->name = at_text(&name, "");
    port->protocol = decode_protocol(at_key(&at, "protocol"));
    port->app_protocol = at_text(&app, "");
}

static struct endpoint decode_endpoint(struct at at)
{
    static const char *const keys[] = { "ipAddress", "labels", "subLocality", NULL };
    static const char *const locality_keys[] = { "zone", "subZone", NULL };
    struct at address = at_key(&at, "ipAddress"), labels = at_key(&at, "labels");
    struct at locality = at_key(&at, "subLocality");
    struct at zone = at_key(&locality, "zone"), sub_zone = at_key(&locality, "subZone");
    struct endpoint endpoint = { .address = "", .zone = "", .sub_zone = "" };

    if (!at_only(&at, keys))
        return endpoint;
    endpoint.address = field_need(&address, "write the IP address of the endpoint");
    value_check_ip(&address, endpoint.address);
    endpoint.labels = at_pairs(&labels, FIELD_LIST_MAX, &endpoint.label_count);
    value_check_labels(&labels, endpoint.labels, endpoint.label_count);
    at_only(&locality, locality_keys);
    endpoint.zone = at_text(&zone, "");
    endpoint.sub_zone = at_text(&sub_zone, "");
    value_check_label_value(&zone, endpoint.zone);
    value_check_label_value(&sub_zone, endpoint.sub_zone);
    return endpoint;
}

static struct endpoint_subset decode_subset(struct at at)
{
    static const char *const keys[] = { "endpoints", "ports", NULL };
    struct at endpoints = at_key(&at, "endpoints"), ports = at_key(&at, "ports");
    struct endpoint_subset subset = { 0 };
    struct endpoint *endpoint;
    struct endpoint_port *port;

    if (!at_only(&at, keys))
        return subset;
    subset.endpoint_count = at_count(&endpoints, FIELD_LIST_MAX);
    subset.endpoints = endpoint = ARENA_NEW(at.with->arena, struct endpoint, subset.endpoint_count);
    for (size_t i = 0; i < subset.endpoint_count; i++)
        endpoint[i] = decode_endpoint(at_item(&endpoints, i));
    subset.port_count = at_count(&ports, FIELD_LIST_MAX);
    subset.ports = port = ARENA_NEW(at.with->arena, struct endpoint_port, subset.port_count);
    for (size_t i = 0; i < subset.port_count; i++)
        decode_endpoint_port(&port[i], at_item(&ports, i));
    return subset;
}

static const struct endpoint_subset *decode_subsets(struct at at, size_t *count)
{
    struct endpoint_subset *subsets;

    *count = at_count(&at, FIELD_LIST_MAX);
    subsets = ARENA_NEW(at.with->arena, struct endpoint_subset, *count);
    for (size_t i = 0; i < *count; i++)
        subsets[i] = decode_subset(field_item(&at, i));
    return subsets;
}

static const char *decode_address(struct at at)
{
    static const char *const keys[] = { "dnsName", "ip", NULL };
    struct at dns_name = at_key(&at, "dnsName"), ip = at_key(&at, "ip");
    const char *text;

    if (!at_only(&at, keys))
        return "";
    at_oneof(&at, keys);
    if (at_present(&dns_name)) {
        text = at_text(&dns_name, "");
        value_check_address(&dns_name, text);
        return text;
    }
    text = at_text(&ip, "");
    value_check_ip(&ip, text);
    return text;
}

static const char *const *decode_addresses(struct at at, size_t *count)
{
    const char **addresses;

    *count = at_count(&at, FIELD_LIST_MAX);
    addresses = ARENA_NEW(at.with->arena, const char *, *count);
    for (size_t i = 0; i < *count; i++)
        addresses[i] = decode_address(field_item(&at, i));
    return addresses;
}

/* The name is a part of host names, so none of its labels may be too long. */
static void check_host(const struct at *ref, const char *service)
{
    struct at name = at_key(ref, "name");

    if (*service && !value_is_host_name(arena_printf(ref->with->arena, "%s.svc", service)))
        at_error(&name, "must be the name of a Service, at most 63 bytes; got '%.80s'", service);
}

static const struct kube_service *decode_service(struct at at)
{
    static const char *const keys[] = { "ref",
                                        "workloadSelectorLabels",
                                        "labels",
                                        "ports",
                                        "subsets",
                                        "region",
                                        "endpointSubsets",
                                        "externalAddresses",
                                        "serviceType",
                                        NULL };
    struct at selector = at_key(&at, "workloadSelectorLabels"), labels = at_key(&at, "labels");
    struct at type = at_key(&at, "serviceType"), region = at_key(&at, "region");
    struct at ref = at_key(&at, "ref");
    struct kube_service *service = ARENA_NEW(at.with->arena, struct kube_service, 1);

    service->ref = (struct cluster_ref){ "", "", "" };
    service->region = "";
    if (!at_only(&at, keys))
        return service;
    service->ref = cluster_ref_decode(ref, true);
    check_host(&ref, service->ref.name);
    service->selector = at_pairs(&selector, FIELD_LIST_MAX, &service->selector_count);
    value_check_labels(&selector, service->selector, service->selector_count);
    service->labels = at_pairs(&labels, FIELD_LIST_MAX, &service->label_count);
    service->ports = decode_ports(at_key(&at, "ports"), &service->port_count);
    service->subsets = decode_subsets(at_key(&at, "endpointSubsets"), &service->subset_count);
    service->addresses =
        decode_addresses(at_key(&at, "externalAddresses"), &service->address_count);
    service->type = (enum service_type)at_enum(&type, &service_types, SERVICE_CLUSTER_IP);
    service->region = at_text(&region, "");
    value_check_label_value(&region, service->region);
    return service;
}

struct destination destination_decode(struct at at)
{
    static const char *const keys[] = { "mesh", "kubeService", "externalService", NULL };
    static const char *const members[] = { "kubeService", "externalService", NULL };
    struct at spec = at_key(&at, "spec"), mesh = at_key(&spec, "mesh");
    struct destination destination = { .meta = meta_decode(at), .mesh = { "", "" } };
    int which;

    field_need_spec(&spec);
    if (!at_present(&spec) || !at_only(&spec, keys))
        return destination;
    destination.has_mesh = at_present(&mesh);
    if (destination.has_mesh)
        destination.mesh = field_ref(mesh, "Mesh");
    which = at_oneof(&spec, members);
    if (which < 0)
        at_error(&spec, "needs either kubeService or externalService");
    else if (which == 0)
        destination.service = decode_service(at_key(&spec, "kubeService"));
    else
        destination.external = external_service_decode(at_key(&spec, "externalService"));
    return destination;
}
