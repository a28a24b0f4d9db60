/* discovery/fact_gateway.c - whether a Gateway passes TLS on by SNI.  Pure.
 * A listener does when it is TLS and has Istio's option auto-passthrough, or when the Gateway has
 * the network label and the listener's port is 15443, which is Istio's own rule. */
#include "discovery/fact_gateway.h"

enum { PORT_MAX = 65535 };

static bool passes_by_option(const struct node *listener)
{
    return text_equal(
        node_get(listener, "tls", "options", "gateway.istio.io/listener-protocol", NULL),
        "auto-passthrough");
}

/* 15443 wins, then the lowest number, so the order of the listeners decides nothing. */
static uint32_t find_port(const struct node *listeners, bool network)
{
    uint32_t best = 0;

    if (!listeners || listeners->kind != NODE_LIST)
        return 0;
    for (const struct node *node = listeners->first; node; node = node->next) {
        const uint32_t port = read_number(node, "port", PORT_MAX);

        if (!text_equal(node_get(node, "protocol", NULL), "TLS"))
            continue;
        if (!passes_by_option(node) && !(network && port == GATEWAY_PORT_DEFAULT))
            continue;
        if (!best || port == GATEWAY_PORT_DEFAULT || (best != GATEWAY_PORT_DEFAULT && port < best))
            best = port;
    }
    return best;
}

struct fact_gateway fact_gateway_read(const struct reader *reader, const struct node *item)
{
    const struct node *metadata = node_find(item, "metadata"), *spec = node_find(item, "spec");
    struct fact_gateway gateway = {
        .namespace = read_text(reader, metadata, "namespace"),
        .name = read_text(reader, metadata, "name"),
        .class = read_text(reader, spec, "gatewayClassName"),
        .network = read_text(reader, node_find(metadata, "labels"), NETWORK_LABEL),
    };

    gateway.port = find_port(node_find(spec, "listeners"), *gateway.network != '\0');
    return gateway;
}
