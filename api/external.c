/* api/external.c - decodes services outside the meshes.  VirtualMesh API */
#include "api/external.h"
#include "base/decode_value.h"
#include "base/intern.h"

#include "api/field.h"
#include "api/value.h"
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
    struct service_port port = { .name = "", .protocol = "TCP", .app_protocol = "" };

    if (!at_only(&at, keys))
        return port;
    port.port = field_port(&number);
    port.name = at_text(&name, "");
    value_check_port_name(&name, port.name);
    port.protocol = decode_protocol(at_key(&at, "protocol"));
    return port;
}

static bool has_port(const struct external_service *service, const char *name)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (text_equal(value_port_name(&service->ports[i]), name))
            return true;
    return false;
}

/* An endpoint gives numbers to ports of the service, by their names. */
static void check_endpoint(const struct at *at, const struct external_service *service,
                           const struct external_endpoint *endpoint)
{
    struct at ports = at_key(at, "ports");

    for (size_t i = 0; i < endpoint->port_count; i++) {
        struct at port = at_key(&ports, endpoint->ports[i].key);

        if (!has_port(service, endpoint->ports[i].key))
            at_error(&port, "is the name of no port of the service; write one of the names in "
                            "spec.externalService.ports");
    }
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
    if (text_starts(endpoint.address, "*."))
        at_error(&address, "must be one host, not all under %.80s: nothing can connect to those",
                 endpoint.address + 2);
    else
        value_check_address(&address, endpoint.address);
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
    value_check_ports(&ports, service->ports, service->port_count);
    service->endpoint_count = at_count(&endpoints, FIELD_LIST_MAX);
    service->endpoints = endpoint =
        ARENA_NEW(at->with->arena, struct external_endpoint, service->endpoint_count);
    for (size_t i = 0; i < service->endpoint_count; i++) {
        struct at item = at_item(&endpoints, i);

        endpoint[i] = decode_endpoint(item);
        check_endpoint(&item, service, &endpoint[i]);
    }
}

/* What is left of it when all but letters and digits has become '-' is the name of an object. */
static const char *decode_name(struct at at)
{
    const char *name = field_need(&at, "write the name of the external service");
    const size_t len = strlen(name);

    for (size_t i = 0; i < len; i++)
        if (!is_alnum(name[i]) && (i == 0 || i == len - 1 || !strchr("-._/: ", name[i]))) {
            at_error(&at,
                     "must be letters, digits, '-', '.', '_', '/', ':' and blanks, beginning and "
                     "ending with a letter or digit; got '%.80s'",
                     name);
            break;
        }
    return name;
}

static void check_texts(const struct at *list, const char *const *texts, size_t count,
                        void (*check)(const struct at *at, const char *text))
{
    for (size_t i = 0; i < count; i++) {
        struct at item = at_item(list, i);

        if (*texts[i])
            check(&item, texts[i]);
        else
            at_error(&item, "is empty; write a value or remove it");
    }
}

const struct external_service *external_service_decode(struct at at)
{
    static const char *const keys[] = { "name", "hosts", "addresses", "ports", "endpoints", NULL };
    struct at name = at_key(&at, "name"), hosts = at_key(&at, "hosts");
    struct at addresses = at_key(&at, "addresses");
    struct external_service *service = ARENA_NEW(at.with->arena, struct external_service, 1);

    service->name = "";
    if (!at_only(&at, keys))
        return service;
    service->name = decode_name(name);
    service->hosts = at_texts(&hosts, FIELD_LIST_MAX, &service->host_count);
    check_texts(&hosts, service->hosts, service->host_count, value_check_wildcard_host);
    if (!at_present(&hosts) || (hosts.node->kind == NODE_LIST && !service->host_count))
        at_error(&hosts, "needs at least one; write the host names by which clients ask for it");
    service->addresses = at_texts(&addresses, FIELD_LIST_MAX, &service->address_count);
    check_texts(&addresses, service->addresses, service->address_count, value_check_network);
    decode_lists(service, &at);
    return service;
}
