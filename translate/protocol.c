/* translate/protocol.c - the table of port protocols.  Pure text. */
#include "translate/protocol.h"

#include <string.h>
#include <strings.h>

static const struct {
    const char *prefix, *protocol;
} by_prefix[] = {
    { "tcp", "TCP" },
    { "udp", "UDP" },
    { "grpc", "GRPC" },
    { "http", "HTTP" },
    { "http_proxy", "HTTP_PROXY" },
    { "http2", "HTTP2" },
    { "https", "HTTPS" },
    { "thrift", "Thrift" },
    { "tls", "TLS" },
    { "mongo", "Mongo" },
    { "redis", "Redis" },
    { "mysql", "MySQL" },
};
/* The standard values of appProtocol (Kubernetes KEP-3726), known to Istio by whole text. */
static const struct {
    const char *app_protocol, *protocol;
} by_app_protocol[] = {
    { "kubernetes.io/h2c", "HTTP2" },
    { "kubernetes.io/ws", "HTTP" },
    { "kubernetes.io/wss", "HTTPS" },
};

static const char *protocol_by_text(const char *text)
{
    const size_t len = strcspn(text, "-");

    if (!strncasecmp(text, "grpc-web", 8))
        return "GRPC-Web";
    for (size_t i = 0; i < LENGTH(by_prefix); i++)
        if (strlen(by_prefix[i].prefix) == len && !strncasecmp(text, by_prefix[i].prefix, len))
            return by_prefix[i].protocol;
    return NULL;
}

const char *port_protocol(const struct service_port *port, const struct dialect *dialect)
{
    const char *found;

    if (text_equal(port->protocol, "UDP"))
        return "UDP";
    for (size_t i = 0; i < LENGTH(by_app_protocol); i++)
        if (text_equal(port->app_protocol, by_app_protocol[i].app_protocol))
            return by_app_protocol[i].protocol;
    found = protocol_by_text(text_empty(port->app_protocol) ? port->name : port->app_protocol);
    if (found && text_equal(found, "Thrift") && !dialect->thrift)
        return "TCP";
    if (found)
        return found;
    /* Ports where the server speaks first: sniffing would wait for ever. */
    if (port->port == 25 || port->port == 53 || port->port == 3306 || port->port == 27017)
        return "TCP";
    return port->protocol;
}

const char *port_name(const struct service_port *port)
{
    return text_empty(port->name) ? port->protocol : port->name;
}

bool port_is_tcp(const struct service_port *port) { return text_equal(port->protocol, "TCP"); }
