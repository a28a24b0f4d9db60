/* translate/protocol.c - the table of port protocols.  Pure text. */
#include "translate/protocol.h"

#include "api/value.h"
#include "translate/name.h"
#include <string.h>

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

/* The first len bytes of text are word, in any case (word is in lower case). */
static bool is_word(const char *text, size_t len, const char *word)
{
    size_t at = 0;

    while (at < len && word[at] && to_lower(text[at]) == word[at])
        at++;
    return at == len && !word[at];
}

static const char *protocol_by_text(const char *text)
{
    const size_t len = strcspn(text, "-"), all = strlen(text), web = strlen("grpc-web");

    if (is_word(text, all < web ? all : web, "grpc-web"))
        return "GRPC-Web";
    for (size_t i = 0; i < LENGTH(by_prefix); i++)
        if (is_word(text, len, by_prefix[i].prefix))
            return by_prefix[i].protocol;
    return NULL;
}

/* NULL: nothing is declared, so that Istio looks at what is sent. */
static const char *declared(const struct service_port *port)
{
    const char *found;

    for (size_t i = 0; i < LENGTH(by_app_protocol); i++)
        if (text_equal(port->app_protocol, by_app_protocol[i].app_protocol))
            return by_app_protocol[i].protocol;
    found = protocol_by_text(text_empty(port->app_protocol) ? port->name : port->app_protocol);
    if (found) /* it is TCP, whatever it is called */
        return text_equal(found, "UDP") ? "TCP" : found;
    /* Ports where the server speaks first: protocol detection would never end. */
    if (port->port == 25 || port->port == 53 || port->port == 3306 || port->port == 27017)
        return "TCP";
    return NULL;
}

const char *protocol_of_port(const struct service_port *port, const struct dialect *dialect)
{
    const char *found;

    if (text_equal(port->protocol, "UDP"))
        return "UDP";
    found = declared(port);
    if (found && text_equal(found, "Thrift") && !dialect->thrift)
        return "TCP";
    return found ? found : port->protocol;
}

bool protocol_may_be_http(const struct service_port *port)
{
    static const char *const http[] = { "HTTP", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-Web" };
    const char *found = declared(port);

    for (size_t i = 0; found && i < LENGTH(http); i++)
        if (text_equal(found, http[i]))
            return true;
    return !found;
}

const char *protocol_port_name(const struct service_port *port, struct arena *arena)
{
    return name_port(value_port_name(port), arena);
}

bool protocol_is_tcp(const struct service_port *port) { return text_equal(port->protocol, "TCP"); }
