/* discovery/fact_service.c - what others can see and reach of a Service.  Pure.
 *
 * Ports are sorted by number, since their order in the manifest means nothing and would make a
 * diff. Of the status only what a load balancer reports is read; a port of it with an error is not
 * reached there, and counts as broken for that port alone. */
#include "discovery/fact_service.h"

#include <stdlib.h>

enum { PORT_MAX = 65535 };

static const struct {
    const char *name;
    enum service_type type;
} types[] = {
    { "ClusterIP", SERVICE_CLUSTER_IP },
    { "NodePort", SERVICE_NODE_PORT },
    { "LoadBalancer", SERVICE_LOAD_BALANCER },
    { "ExternalName", SERVICE_EXTERNAL_NAME },
};

static enum service_type read_type(const struct node *spec)
{
    for (size_t i = 0; i < LENGTH(types); i++)
        if (text_equal(node_get(spec, "type", NULL), types[i].name))
            return types[i].type;
    return SERVICE_CLUSTER_IP;
}

/* A target port is a number, or the name of a port of the container. */
static struct service_port read_port(const struct reader *reader, const struct node *node)
{
    const struct node *target = node_find(node, "targetPort");
    struct service_port port = { .port = read_number(node, "port", PORT_MAX),
                                 .name = read_text(reader, node, "name"),
                                 .protocol = read_text(reader, node, "protocol"),
                                 .app_protocol = read_text(reader, node, "appProtocol"),
                                 .target_number = read_number(node, "targetPort", PORT_MAX),
                                 .node_port = read_number(node, "nodePort", PORT_MAX) };

    if (text_empty(port.protocol))
        port.protocol = "TCP";
    if (target && target->kind == NODE_STRING && !port.target_number)
        port.target_name = read_copy(reader, node_text(target));
    return port;
}

static int by_number(const void *a, const void *b)
{
    const struct service_port *left = a, *right = b;
    int order = (left->port > right->port) - (left->port < right->port);

    return order ? order : strcmp(left->name, right->name);
}

static const struct service_port *read_ports(const struct reader *reader, const struct node *list,
                                             size_t *count)
{
    const size_t room = list && list->kind == NODE_LIST ? list->count : 0;
    struct service_port *ports = ARENA_NEW(reader->arena, struct service_port, room);

    *count = 0;
    for (const struct node *node = room ? list->first : NULL; node; node = node->next)
        if (read_number(node, "port", PORT_MAX))
            ports[(*count)++] = read_port(reader, node);
    if (*count)
        qsort(ports, *count, sizeof *ports, by_number);
    return ports;
}

static struct fact_ingress read_entry(const struct reader *reader, const struct node *node)
{
    struct fact_ingress entry = { .address = read_text(reader, node, "ip") };
    const struct node *ports = node_find(node, "ports");
    const size_t room = ports && ports->kind == NODE_LIST ? ports->count : 0;
    uint32_t *broken = ARENA_NEW(reader->arena, uint32_t, room);

    if (text_empty(entry.address))
        entry.address = read_text(reader, node, "hostname");
    for (const struct node *port = room ? ports->first : NULL; port; port = port->next)
        if (!text_empty(node_get(port, "error", NULL)))
            broken[entry.broken_count++] = read_number(port, "port", PORT_MAX);
    entry.broken = broken;
    return entry;
}

/* An entry with neither address nor name cannot be reached. */
static const struct fact_ingress *read_ingress(const struct reader *reader, const struct node *list,
                                               size_t *count)
{
    const size_t room = list && list->kind == NODE_LIST ? list->count : 0;
    struct fact_ingress *entries = ARENA_NEW(reader->arena, struct fact_ingress, room);

    *count = 0;
    for (const struct node *node = room ? list->first : NULL; node; node = node->next) {
        const struct fact_ingress entry = read_entry(reader, node);

        if (!text_empty(entry.address))
            entries[(*count)++] = entry;
    }
    return entries;
}

/* The family of the cluster IP comes first. */
static const char *read_family(const struct reader *reader, const struct node *list)
{
    const struct node *first = list && list->kind == NODE_LIST ? list->first : NULL;

    return read_copy(reader, first ? node_text(first) : NULL);
}

struct fact_service fact_service_read(const struct reader *reader, const struct node *item)
{
    const struct node *metadata = node_find(item, "metadata"), *spec = node_find(item, "spec");
    const struct node *annotations = node_find(metadata, "annotations");
    struct fact_service service = {
        .namespace = read_text(reader, metadata, "namespace"),
        .name = read_text(reader, metadata, "name"),
        .type = read_type(spec),
        .node_selector = read_text(reader, annotations, "traffic.istio.io/nodeSelector"),
        .export_to = read_text(reader, annotations, "networking.istio.io/exportTo"),
        .family = read_family(reader, node_find(spec, "ipFamilies")),
        .consent = fact_namespace_consent(item),
        .local = text_equal(node_get(spec, "externalTrafficPolicy", NULL), "Local"),
        .headless = text_equal(node_get(spec, "clusterIP", NULL), "None"),
        .deleting = node_find(metadata, "deletionTimestamp") != NULL,
    };

    service.labels = read_labels(reader, node_find(metadata, "labels"), &service.label_count);
    service.selector = read_labels(reader, node_find(spec, "selector"), &service.selector_count);
    service.ports = read_ports(reader, node_find(spec, "ports"), &service.port_count);
    service.external_ips =
        read_texts(reader, node_find(spec, "externalIPs"), &service.external_ip_count);
    service.ingress = read_ingress(reader, read_at(item, "status", "loadBalancer", "ingress", NULL),
                                   &service.ingress_count);
    return service;
}
