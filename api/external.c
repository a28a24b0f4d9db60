/* api/external.c - the fields of services outside the meshes.  VirtualMesh API
 *
 * An endpoint refers to ports of the service by name. So its ports are compared when the service
 * is whole, and the row of endpoints comes after the row of ports; a number alone could not be
 * matched to a port whose number at the endpoint differs. */
#include "api/external.h"
#include "base/intern.h"

#include "api/field.h"
#include "api/schema.h"
#include "api/value.h"
#include <string.h>

/* What Istio's Port.protocol takes for a ServiceEntry. */
static void check_protocol(const struct at *at, const char *protocol)
{
    static const char *const known[] = { "HTTP", "HTTPS", "GRPC", "HTTP2", "MONGO", "TCP", "TLS" };

    for (size_t i = 0; i < LENGTH(known); i++)
        if (text_equal(protocol, known[i]))
            return;
    at_error(at, "must be HTTP, HTTPS, GRPC, HTTP2, MONGO, TCP or TLS; got '%.80s'", protocol);
}

static const struct schema_field port_fields[] = {
    ROW_UINT32(struct service_port, "number", port, .min = 1, .max = 65535,
               .need = "write a port number between 1 and 65535", .doc = "Number of the port."),
    ROW_TEXT(struct service_port, "name", name, .check_text = value_check_port_name,
             .absent = "the protocol", .doc = "Name of the port."),
    ROW_TEXT(struct service_port, "protocol", protocol, .text = "TCP", .check_text = check_protocol,
             .doc = "`HTTP`, `HTTPS`, `GRPC`, `HTTP2`, `MONGO`, `TCP` or `TLS`."),
};
static const struct schema port_schema = { .name = "ExternalServicePort",
                                           .doc = "A port of an external service.",
                                           .size = sizeof(struct service_port),
                                           SCHEMA_FIELDS(port_fields) };

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

/* Port name to number, as text; interned, so that equal maps have equal bytes. */
static void decode_port_numbers(const struct at *at, const struct schema_field *field, void *object)
{
    struct external_endpoint *endpoint = object;
    struct pair *pairs = NULL;

    (void)field;
    if (at->node->kind != NODE_MAP) {
        at_error(at,
                 "must be a map from the names of ports to their numbers, such as {https: 443}");
        return;
    }
    for (const struct node *node = at->node->first; node; node = node->next) {
        const struct at member = at_member(at, node);
        const char *number = arena_printf(at->with->arena, "%u", field_port(&member));

        *ARENA_PUSH(at->with->arena, pairs, endpoint->port_count) = (struct pair){
            intern_text(at->with->strings, node->key, strlen(node->key)),
            intern_text(at->with->strings, number, strlen(number)),
        };
    }
    endpoint->ports = pairs;
}

static void encode_port_numbers(struct arena *arena, struct node *map,
                                const struct schema_field *field, const void *object)
{
    const struct external_endpoint *endpoint = object;
    struct node *members = node_map(arena);
    int64_t number = 0;

    for (size_t i = 0; i < endpoint->port_count; i++)
        if (parse_int(endpoint->ports[i].value, 0, 65535, &number))
            node_set_int(arena, members, endpoint->ports[i].key, number);
    if (members->count)
        node_set(map, field->key, members);
}

static void check_endpoint_address(const struct at *at, const char *address)
{
    if (text_starts(address, "*."))
        at_error(at, "must be one host, not all under %.80s: nothing can connect to those",
                 address + 2);
    else
        value_check_address(at, address);
}

static const struct schema_field endpoint_fields[] = {
    ROW_TEXT(struct external_endpoint, "address", address,
             .need = "write the DNS name or IP address of the endpoint",
             .check_text = check_endpoint_address,
             .doc = "Host name or IP address of the endpoint."),
    ROW_PAIRS(struct external_endpoint, "ports", ports, port_count, .decode = decode_port_numbers,
              .encode = encode_port_numbers, .numbers = true,
              .absent = "the numbers of the service's ports",
              .doc = "Port numbers of the endpoint, by the names of the service's ports."),
};
static const struct schema endpoint_schema = { .name = "ExternalServiceEndpoint",
                                               .doc = "An endpoint of an external service.",
                                               .size = sizeof(struct external_endpoint),
                                               SCHEMA_FIELDS(endpoint_fields) };

static void check_ports(const struct at *at, const void *object)
{
    const struct external_service *service = object;

    value_check_ports(at, service->ports, service->port_count);
}

static void check_endpoints(const struct at *at, const void *object)
{
    const struct external_service *service = object;

    for (size_t i = 0; i < service->endpoint_count; i++) {
        const struct at item = at_item(at, i);

        check_endpoint(&item, service, &service->endpoints[i]);
    }
}

/* What is left of it when all but letters and digits has become '-' is the name of an object. */
static void check_name(const struct at *at, const char *name)
{
    const size_t len = strlen(name);

    for (size_t i = 0; i < len; i++)
        if (!is_alnum(name[i]) && (i == 0 || i == len - 1 || !strchr("-._/: ", name[i]))) {
            at_error(at,
                     "must be letters, digits, '-', '.', '_', '/', ':' and blanks, beginning and "
                     "ending with a letter or digit; got '%.80s'",
                     name);
            return;
        }
}

static void check_host(const struct at *at, const char *host)
{
    if (*host)
        value_check_wildcard_host(at, host);
    else
        at_error(at, "is empty; write a value or remove it");
}

static void check_address(const struct at *at, const char *address)
{
    if (*address)
        value_check_network(at, address);
    else
        at_error(at, "is empty; write a value or remove it");
}

static void need_hosts(const struct at *at, const void *object)
{
    const struct external_service *service = object;

    if (!at_present(at) || (at->node->kind == NODE_LIST && !service->host_count))
        at_error(at, "needs at least one; write the host names by which clients ask for it");
}

static const struct schema_field service_fields[] = {
    ROW_TEXT(struct external_service, "name", name,
             .need = "write the name of the external service", .check_text = check_name,
             .doc = "Name of the service; names of objects are made of it."),
    ROW_TEXTS(struct external_service, "hosts", hosts, host_count, .check_text = check_host,
              .check = need_hosts, .required = true,
              .doc = "Host names by which clients ask for the service, such as "
                     "`api.example.com` or `*.example.com`."),
    ROW_TEXTS(struct external_service, "addresses", addresses, address_count,
              .check_text = check_address,
              .doc = "Virtual IP addresses or networks of the service."),
    ROW_LIST(struct external_service, "ports", ports, port_count, port_schema, .check = check_ports,
             .doc = "Ports of the service."),
    ROW_LIST(struct external_service, "endpoints", endpoints, endpoint_count, endpoint_schema,
             .check = check_endpoints, .absent = "the hosts themselves, by DNS",
             .doc = "Where the service is reached."),
};
const struct schema external_service_schema = { .name = "ExternalService",
                                                .doc = "A service outside the meshes.",
                                                .size = sizeof(struct external_service),
                                                SCHEMA_FIELDS(service_fields) };
