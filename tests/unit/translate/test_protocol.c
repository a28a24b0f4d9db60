/* tests/unit/translate/test_protocol.c - protocols of ports. */
#include "translate/protocol.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *says;
    struct {
        uint32_t number;
        const char *name, *protocol, *app_protocol;
    } port;
    const char *istio;
    const char *protocol;
} cases[] = {
    { "the name up to the first dash", { 8080, "http-api", "TCP", "" }, "1.22.0", "HTTP" },
    { "appProtocol before the name", { 8080, "web", "TCP", "grpc" }, "1.22.0", "GRPC" },
    { "an unknown appProtocol still wins", { 80, "http", "TCP", "foo" }, "1.22.0", "TCP" },
    { "grpc-web has a dash of its own", { 80, "grpc-web-ui", "TCP", "" }, "1.22.0", "GRPC-Web" },
    { "in any case", { 80, "GRPC-WEB", "TCP", "" }, "1.22.0", "GRPC-Web" },
    { "a port where the server speaks first", { 3306, "db", "TCP", "" }, "1.22.0", "TCP" },
    { "UDP whatever its name", { 53, "http-dns", "UDP", "" }, "1.22.0", "UDP" },
    { "UDP whatever its appProtocol", { 53, "dns", "UDP", "http" }, "1.22.0", "UDP" },
    { "no name at all", { 80, "", "TCP", "" }, "1.22.0", "TCP" },
    { "SCTP as it is", { 80, "", "SCTP", "" }, "1.22.0", "SCTP" },
    { "https is not http", { 443, "https", "TCP", "" }, "1.22.0", "HTTPS" },
    { "http2", { 80, "http2-x", "TCP", "" }, "1.22.0", "HTTP2" },
    { "http_proxy", { 80, "http_proxy", "TCP", "" }, "1.22.0", "HTTP_PROXY" },
    { "a beginning is not enough", { 80, "httpx", "TCP", "" }, "1.22.0", "TCP" },
    { "tls", { 80, "tls-in", "TCP", "" }, "1.22.0", "TLS" },
    { "mongo", { 27017, "mongo", "TCP", "" }, "1.22.0", "Mongo" },
    { "redis", { 6379, "Redis", "TCP", "" }, "1.22.0", "Redis" },
    { "mysql", { 3306, "mysql-main", "TCP", "" }, "1.22.0", "MySQL" },
    { "thrift before 1.20", { 9090, "thrift", "TCP", "" }, "1.19.9", "Thrift" },
    { "thrift since 1.20", { 9090, "thrift", "TCP", "" }, "1.20.0", "TCP" },
    { "thrift where the version is not known", { 9090, "thrift", "TCP", "" }, "latest", "TCP" },
    { "h2c of Kubernetes", { 80, "x", "TCP", "kubernetes.io/h2c" }, "1.22.0", "HTTP2" },
    { "web sockets of Kubernetes", { 80, "x", "TCP", "kubernetes.io/ws" }, "1.22.0", "HTTP" },
    { "secure web sockets of Kubernetes", { 80, "x", "TCP", "kubernetes.io/wss" }, "1.22.0", "HTTPS" },
    { "not as a name", { 80, "kubernetes.io/h2c", "TCP", "" }, "1.22.0", "TCP" },
};
/* clang-format on */

static void test_protocols(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct service_port port = {
            .port = cases[i].port.number,
            .name = cases[i].port.name,
            .protocol = cases[i].port.protocol,
            .app_protocol = cases[i].port.app_protocol,
        };
        const char *protocol = protocol_of_port(&port, istio_version_dialect(cases[i].istio));

        if (strcmp(protocol, cases[i].protocol) != 0)
            fail_msg("%s: %s", cases[i].says, protocol);
    }
}

static void test_names(void **unused)
{
    const struct service_port named = { .name = "web", .protocol = "TCP" };
    const struct service_port unnamed = { .name = "", .protocol = "TCP" };
    struct arena *arena = arena_new();

    (void)unused;
    assert_string_equal(protocol_port_name(&named, arena), "web");
    assert_string_equal(protocol_port_name(&unnamed, arena), "TCP");
    assert_true(protocol_is_tcp(&named));
    arena_free(arena);
}

static void protocol_may_be_http__by_what_is_declared(void **state)
{
    static const struct {
        const char *name, *app_protocol;
        uint32_t port;
        bool http;
    } rows[] = {
        { "http", "", 80, true },
        { "grpc-web", "", 80, true },
        { "http2-x", "", 80, true },
        { "x", "http", 80, true },
        { "x", "kubernetes.io/ws", 80, true },
        { "web", "", 80, true },
        { "", "", 80, true },
        { "tcp", "", 80, false },
        { "tls", "", 80, false },
        { "https", "", 443, false },
        { "http", "tcp", 80, false },
        { "udp-x", "", 80, false },
        { "x", "kubernetes.io/wss", 80, false },
        { "mongo", "", 80, false },
        { "x", "", 3306, false },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct service_port port = { .name = rows[i].name,
                                           .app_protocol = rows[i].app_protocol,
                                           .protocol = "TCP",
                                           .port = rows[i].port };

        if (protocol_may_be_http(&port) != rows[i].http)
            fail_msg("%s %s %u", rows[i].name, rows[i].app_protocol, rows[i].port);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_protocols),
        cmocka_unit_test(test_names),
        cmocka_unit_test(protocol_may_be_http__by_what_is_declared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
