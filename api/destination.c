/* api/destination.c - the fields of discovered Destinations.  Must not decide whether they can be
 * federated.
 *
 * weft's own discovery writes these objects, and Gloo Mesh's does; fields that only the latter
 * fills are rows of any type, so that its objects pass without warnings. Labels, regions and
 * addresses are checked here although they come from an API server: they end up in manifests, an
 * object may have been edited by hand, and one value that Istio's webhook refuses would stop the
 * sync of a whole cluster. */
#include "api/destination.h"
#include "api/meta.h"

#include "api/encode.h"
#include "api/external.h"
#include "api/field.h"
#include "api/schema_decode.h"
#include "api/value.h"
#include <assert.h>

static const char *const service_type_names[] = {
    [SERVICE_CLUSTER_IP] = "CLUSTER_IP",
    [SERVICE_NODE_PORT] = "NODE_PORT",
    [SERVICE_LOAD_BALANCER] = "LOAD_BALANCER",
    [SERVICE_EXTERNAL_NAME] = "EXTERNAL_NAME",
};
const struct enum_table service_types = ENUM_TABLE(service_type_names);

/* What a Kubernetes Service can carry (core/v1 ServicePort). */
static void check_protocol(const struct at *at, const char *protocol)
{
    if (!text_equal(protocol, "TCP") && !text_equal(protocol, "UDP")
        && !text_equal(protocol, "SCTP"))
        at_error(at, "must be TCP, UDP or SCTP; got '%.80s'", protocol);
}

#define PORT_HINT "write a port number between 1 and 65535"

static const struct schema_field port_fields[] = {
    ROW_UINT32(struct service_port, "port", port, .min = 1, .max = 65535, .need = PORT_HINT,
               .doc = "Port of the Service."),
    ROW_TEXT(struct service_port, "name", name, .check_text = value_check_port_name,
             .absent = "the protocol", .doc = "Name of the port."),
    ROW_TEXT(struct service_port, "protocol", protocol, .text = "TCP", .check_text = check_protocol,
             .doc = "`TCP`, `UDP` or `SCTP`."),
    ROW_TEXT(struct service_port, "appProtocol", app_protocol, .example = "http",
             .doc = "Application protocol, as in core/v1."),
    ROW_TEXT(struct service_port, "targetPortName", target_name, .member = true,
             .doc = "Port of the pods, by name."),
    ROW_UINT32(struct service_port, "targetPortNumber", target_number, .max = 65535, .member = true,
               .absent = "`port`", .doc = "Port of the pods, by number."),
    ROW_UINT32(struct service_port, "nodePort", node_port, .max = 65535, .absent = "none",
               .doc = "Port of the nodes."),
};
static const struct schema port_schema = { .name = "KubeServicePort",
                                           .doc = "A port of a Service.",
                                           .size = sizeof(struct service_port),
                                           SCHEMA_FIELDS(port_fields) };

static const struct schema_field endpoint_port_fields[] = {
    ROW_UINT32(struct endpoint_port, "port", port, .min = 1, .max = 65535, .need = PORT_HINT,
               .doc = "Port of the endpoints."),
    ROW_TEXT(struct endpoint_port, "name", name, .doc = "Name of the Service's port."),
    ROW_TEXT(struct endpoint_port, "protocol", protocol, .text = "TCP",
             .check_text = check_protocol, .doc = "`TCP`, `UDP` or `SCTP`."),
    ROW_TEXT(struct endpoint_port, "appProtocol", app_protocol,
             .doc = "Application protocol, as in core/v1."),
};
static const struct schema endpoint_port_schema = { .name = "EndpointPort",
                                                    .doc = "A port of endpoints.",
                                                    .size = sizeof(struct endpoint_port),
                                                    SCHEMA_FIELDS(endpoint_port_fields) };

static const struct schema_field locality_fields[] = {
    ROW_TEXT(struct endpoint, "zone", zone, .check_text = value_check_label_value,
             .absent = "not known", .doc = "Zone of the node."),
    ROW_TEXT(struct endpoint, "subZone", sub_zone, .check_text = value_check_label_value,
             .absent = "not known", .doc = "Subzone of the node."),
};
static const struct schema locality_schema = { .name = "SubLocality",
                                               .doc = "Where an endpoint runs in its region.",
                                               .size = sizeof(struct endpoint),
                                               SCHEMA_FIELDS(locality_fields) };

static void check_endpoint_labels(const struct at *at, const void *object)
{
    const struct endpoint *endpoint = object;

    value_check_labels(at, endpoint->labels, endpoint->label_count);
}

static const struct schema_field endpoint_fields[] = {
    ROW_TEXT(struct endpoint, "ipAddress", address, .need = "write the IP address of the endpoint",
             .check_text = value_check_ip, .doc = "IP address of the pod."),
    ROW_PAIRS(struct endpoint, "labels", labels, label_count, .check = check_endpoint_labels,
              .doc = "Labels of the pod."),
    ROW_FLAT("subLocality", locality_schema, .doc = "Where the pod runs in its region."),
};
static const struct schema endpoint_schema = { .name = "Endpoint",
                                               .doc = "A pod behind a Service.",
                                               .size = sizeof(struct endpoint),
                                               SCHEMA_FIELDS(endpoint_fields) };

static const struct schema_field subset_fields[] = {
    ROW_LIST(struct endpoint_subset, "endpoints", endpoints, endpoint_count, endpoint_schema,
             .doc = "The pods."),
    ROW_LIST(struct endpoint_subset, "ports", ports, port_count, endpoint_port_schema,
             .doc = "The ports on which each of them listens."),
};
static const struct schema subset_schema = {
    .name = "EndpointSubset",
    .doc = "Endpoints that all listen on the same ports, as in core/v1 Endpoints.",
    .size = sizeof(struct endpoint_subset),
    SCHEMA_FIELDS(subset_fields)
};

/* An item of struct kube_service.addresses. */
struct external_address {
    const char *text;
};
static_assert(sizeof(struct external_address) == sizeof(const char *), "a list of texts");

/* An external address is one text; its form tells which of the two fields it is. */
static void encode_dns_name(struct arena *arena, struct node *map, const struct schema_field *field,
                            const void *object)
{
    const char *address = ((const struct external_address *)object)->text;

    if (!value_is_ip_address(address))
        encode_text(arena, map, field->key, address);
}

static void encode_ip(struct arena *arena, struct node *map, const struct schema_field *field,
                      const void *object)
{
    const char *address = ((const struct external_address *)object)->text;

    if (value_is_ip_address(address))
        encode_text(arena, map, field->key, address);
}

static const struct schema_field address_fields[] = {
    ROW_TEXT(struct external_address, "dnsName", text, .member = true,
             .check_text = value_check_address, .encode = encode_dns_name, .doc = "A host name."),
    ROW_TEXT(struct external_address, "ip", text, .member = true, .check_text = value_check_ip,
             .encode = encode_ip, .doc = "An IP address."),
};
static const struct schema address_schema = {
    .name = "ExternalAddress",
    .doc = "A host name or an IP address by which other clusters reach the Service.",
    .size = sizeof(struct external_address),
    SCHEMA_FIELDS(address_fields)
};

/* The name is a part of host names, so none of its labels may be too long. */
static void check_service_name(const struct at *at, const void *object)
{
    const struct kube_service *service = object;
    const struct at name = at_key(at, "name");

    if (*service->ref.name
        && !value_is_host_name(arena_printf(at->with->arena, "%s.svc", service->ref.name)))
        at_error(&name, "must be the name of a Service, at most 63 bytes; got '%.80s'",
                 service->ref.name);
}

static void check_selector(const struct at *at, const void *object)
{
    const struct kube_service *service = object;

    value_check_labels(at, service->selector, service->selector_count);
}

static void check_ports(const struct at *at, const void *object)
{
    const struct kube_service *service = object;

    value_check_ports(at, service->ports, service->port_count);
}

static const struct schema_field service_fields[] = {
    ROW_MAP(struct kube_service, "ref", ref, cluster_ref_schema, .inside = true,
            .check = check_service_name, .doc = "The Service."),
    ROW_PAIRS(struct kube_service, "workloadSelectorLabels", selector, selector_count,
              .check = check_selector, .doc = "Pod selector of the Service."),
    ROW_PAIRS(struct kube_service, "labels", labels, label_count,
              .doc = "Labels of the Service itself, which selectors compare."),
    ROW_LIST(struct kube_service, "ports", ports, port_count, port_schema, .check = check_ports,
             .doc = "Ports of the Service."),
    ROW_ANY("subsets", .doc = "Written by Gloo Mesh; not read by weft."),
    ROW_LIST(struct kube_service, "endpointSubsets", subsets, subset_count, subset_schema,
             .doc = "Pods behind the Service; needed for a flat network and for subsets by "
                    "label."),
    ROW_LIST(struct kube_service, "externalAddresses", addresses, address_count, address_schema,
             .doc = "Addresses by which other clusters reach the Service, of a gateway."),
    ROW_ENUM(struct kube_service, "serviceType", type, service_types,
             .doc = "Type of the Service."),
    ROW_TEXT(struct kube_service, "region", region, .check_text = value_check_label_value,
             .absent = "not known", .doc = "Region that the Service runs in."),
};
static const struct schema service_schema = { .name = "KubeService",
                                              .doc = "A Service of Kubernetes.",
                                              .size = sizeof(struct kube_service),
                                              SCHEMA_FIELDS(service_fields) };

static const struct schema_field destination_fields[] = {
    ROW_REF(struct destination, "mesh", mesh, "Mesh",
            .given = SCHEMA_OPTIONAL(struct destination, has_mesh),
            .doc = "The Mesh that it belongs to."),
    ROW_POINTER(struct destination, "kubeService", service, service_schema, .member = true,
                .doc = "A Service of Kubernetes."),
    ROW_POINTER(struct destination, "externalService", external, external_service_schema,
                .member = true,
                .doc = "A service outside the meshes; federated with `output.externalServices`."),
};
const struct schema destination_schema = {
    .name = "DestinationSpec",
    .doc = "A service that can be called.",
    .size = sizeof(struct destination),
    SCHEMA_FIELDS(destination_fields),
    .need_one = "needs either kubeService or externalService",
};

struct destination destination_decode(struct at at)
{
    const struct at spec = at_key(&at, "spec");
    struct destination destination = { .meta = meta_decode(at) };

    field_need_spec(&spec);
    schema_decode(&destination, &destination_schema, &spec, "spec");
    return destination;
}
