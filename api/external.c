/* api/external.c - decodes services outside the meshes.  VirtualMesh API */
#include "api/external.h"

#include "api/field.h"
#include <string.h>

/* What Istio's Port.protocol takes for a ServiceEntry; TCP when not given. */
static const char *decode_protocol(struct at at)
{
    static const char *const known[] = { "HTTP", "HTTPS", "GRPC", "HTTP2", "MONGO", "TCP", "TLS" };
    const char *protocol = at_text(&at, "TCP");

    if (!*protocol)
        return "TCP";
    for (size_t i = 0; i < LENGTH(known); i++)
        if (text_equal(protocol, known[i]))
            return protocol;
    at_error(&at, "must be HTTP, HTTPS, GRPC, HTTP2, MONGO, TCP or TLS; got '%.80s'", protocol);
    return protocol;
}

static struct service_port decode_port(struct at at)
{
    static const char *const keys[] = { "number", "name", "protocol", NULL };
    struct at number = at_key(&at, "number"), name = at_key(&at, "name");

    if (!at_only(&at, keys))
        return (struct service_port){ .name = "", .protocol = "TCP", .app_protocol = "" };
    return (struct service_port){
        .port = field_port(&number),
        .name = at_text(&name, ""),
        .protocol = decode_protocol(at_key(&at, "protocol")),
        .app_protocol = "",
    };
}

/* Port name to number. */
static const struct pair *decode_port_numbers(struct at at, size_t *count)
{
    struct pair *pairs = NULL;

    *count = 0;
    if (!at_present(&at))
        return NULL;
    if (at.node->kind != NODE_MAP) {
        at_error(&at,
                 "must be a map from the names of ports to their numbers, such as {https: 443}");
        return NULL;
    }
    for (const struct node *node = at.node->first; node; node = node->next) {
        struct at member = at_member(&at, node);

        *ARENA_PUSH(at.with->arena, pairs, *count) = (struct pair){
            intern_text(at.with->strings, node->key, strlen(node->key)),
            arena_printf(at.with->arena, "%u", field_port(&member)),
        };
    }
    return pairs;
}

static struct external_endpoint decode_endpoint(struct at at)
{
    static const char *const keys[] = { "address", "ports", NULL };
    struct at address = at_key(&at, "address");
    struct external_endpoint endpoint = { .address = "" };

    if (!at_only(&at, keys))
        return endpoint;
    endpoint.address = field_need(&address, "write the DNS name or IP address of the endpoint");
    endpoint.ports = decode_port_numbers(at_key(&at, "ports"), &endpoint.port_count);
    return endpoint;
}

static void decode_lists(struct external_service *service, const struct at *at)
{
    struct at ports = at_key(at, "ports"), endpoints = at_key(at, "endpoints");
    struct service_port *port;
    struct external_endpoint *endpoint;

    service->port_count = at_count(&ports, FIELD_LIST_MAX);
    service->ports = port = ARENA_NEW(at->with->arena, struct service_port, service->port_count);
    for (size_t i = 0; i < service->port_count; i++)
        port[i] = decode_port(at_item(&ports, i));
    service->endpoint_count = at_count(&endpoints, FIELD_LIST_MAX);
    service->endpoints = endpoint =
        ARENA_NEW(at->with->arena, struct external_endpoint, service->endpoint_count);
    for (size_t i = 0; i < service->endpoint_count; i++)
        endpoint[i] = decode_endpoint(at_item(&endpoints, i));
}

const struct external_service *decode_external_service(struct at at)
{
    static const char *const keys[] = { "name", "hosts", "addresses", "ports", "endpoints", NULL };
    struct at name = at_key(&at, "name"), hosts = at_key(&at, "hosts");
    struct at addresses = at_key(&at, "addresses");
    struct external_service *service = ARENA_NEW(at.with->arena, struct external_service, 1);

    service->name = "";
    if (!at_only(&at, keys))
        return service;
    service->name = field_need(&name, "write the name of the external service");
    service->hosts = at_texts(&hosts, FIELD_LIST_MAX, &service->host_count);
    service->addresses = at_texts(&addresses, FIELD_LIST_MAX, &service->address_count);
    decode_lists(service, &at);
    return service;
}
