/* discovery/fact_slice.c - the ready endpoints of an EndpointSlice.  Pure.
 *
 * Endpoints that are not ready are left out, and with them pods that are terminating. Slices of
 * type FQDN are skipped: no controller of Kubernetes makes them, and a name there would be
 * resolved by every other cluster. A port without a number means "all ports" in the API; nothing
 * can be routed to that, so it does not count. */
#include "discovery/fact_slice.h"

#include "api/value.h"
#include <stdlib.h>

enum { PORT_MAX = 65535 };

static int by_number(const void *a, const void *b)
{
    const struct endpoint_port *left = a, *right = b;
    int order = (left->port > right->port) - (left->port < right->port);

    return order ? order : strcmp(left->name, right->name);
}

static const struct endpoint_port *read_ports(const struct reader *reader, const struct node *list,
                                              size_t *count)
{
    const size_t room = list && list->kind == NODE_LIST ? list->count : 0;
    struct endpoint_port *ports = ARENA_NEW(reader->arena, struct endpoint_port, room);

    *count = 0;
    for (const struct node *node = room ? list->first : NULL; node; node = node->next) {
        struct endpoint_port *port = &ports[*count];

        port->port = read_number(node, "port", PORT_MAX);
        port->name = read_text(reader, node, "name");
        port->protocol = read_text(reader, node, "protocol");
        port->app_protocol = read_text(reader, node, "appProtocol");
        *count += port->port != 0;
    }
    if (*count)
        qsort(ports, *count, sizeof *ports, by_number);
    return ports;
}

/* The API counts an endpoint that does not say whether it is ready as ready. */
static bool is_ready(const struct node *endpoint)
{
    const struct node *ready = read_at(endpoint, "conditions", "ready", NULL);

    return !ready || ready->kind != NODE_BOOL || node_true(ready);
}

static const char *read_pod(const struct reader *reader, const struct node *endpoint)
{
    const struct node *target = node_find(endpoint, "targetRef");

    return text_equal(node_get(target, "kind", NULL), "Pod") ? read_text(reader, target, "name")
                                                             : "";
}

static void add_addresses(struct fact_slice *slice, const struct reader *reader,
                          const struct node *endpoint)
{
    size_t count;
    const char *const *texts = read_texts(reader, node_find(endpoint, "addresses"), &count);
    struct fact_address *addresses = UNCONST(slice->addresses);

    for (size_t i = 0; i < count; i++)
        if (value_is_ip_address(texts[i]))
            *ARENA_PUSH(reader->arena, addresses, slice->address_count) =
                (struct fact_address){ texts[i], read_text(reader, endpoint, "nodeName"),
                                       read_text(reader, endpoint, "zone"),
                                       read_pod(reader, endpoint) };
    slice->addresses = addresses;
}

struct fact_slice fact_slice_read(const struct reader *reader, const struct node *item)
{
    const struct node *metadata = node_find(item, "metadata");
    const struct node *list = node_find(item, "endpoints");
    struct fact_slice slice = { .namespace = read_text(reader, metadata, "namespace"),
                                .name = read_text(reader, metadata, "name"),
                                .service = read_text(reader, node_find(metadata, "labels"),
                                                     "kubernetes.io/service-name"),
                                .family = read_text(reader, item, "addressType") };

    slice.ports = read_ports(reader, node_find(item, "ports"), &slice.port_count);
    if (!list || list->kind != NODE_LIST || text_equal(slice.family, "FQDN"))
        return slice;
    for (const struct node *node = list->first; node; node = node->next)
        if (is_ready(node))
            add_addresses(&slice, reader, node);
    return slice;
}
