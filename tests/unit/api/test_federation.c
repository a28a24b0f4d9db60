/* tests/unit/api/test_federation.c - what people read about mistakes in spec.federation. */
#include "tests/lib/specs_sample.h"

/* clang-format off */
static const struct sample_row federation_rows[] = {
    { "the older name of the gateway selectors is fine",
      "  federation:\n"
      "    eastWestIngressGatewaySelectors: [{portName: tls}]\n",
      "" },
    { "both names of the gateway selectors are not",
      "  federation:\n"
      "    ingressGatewaySelectors: [{portName: tls}]\n"
      "    eastWestIngressGatewaySelectors: [{portName: tls}]\n",
      "a.yaml:7:38: spec.federation.eastWestIngressGatewaySelectors: is the older name of ingressGatewaySelectors, which is given, too; move its entries there\n" },
    { "an empty entry of a list of selectors is not everything",
      "  federation:\n"
      "    selectors:\n"
      "    -\n"
      "    ingressGatewaySelectors: [null]\n",
      "a.yaml:7:5: spec.federation.selectors[0]: is null; write {} for an empty entry, or remove it\n"
      "a.yaml:8:30: spec.federation.ingressGatewaySelectors[0]: is null; write {} for an empty entry, or remove it\n" },
    { "permissive has no members",
      "  federation: {permissive: {all: true}}\n",
      "a.yaml:5:29: spec.federation.permissive.all: unknown field; remove it\n" },
    { "permissive is ignored beside selectors",
      "  federation: {permissive: {}, selectors: [{}]}\n",
      "a.yaml:5:28: spec.federation.permissive: warning: is ignored because selectors are given; remove it\n" },
    { "permissive alone is fine",
      "  federation: {permissive: {}, selectors: []}\n",
      "" },
    { "a suffix without dots at its ends",
      "  federation: {hostnameSuffix: .mesh}\n",
      "a.yaml:5:32: spec.federation.hostnameSuffix: must not begin or end with a dot; got '.mesh'\n" },
    { "a suffix that would make addresses of hosts",
      "  federation: {hostnameSuffix: \"10.0.0.1\"}\n",
      "a.yaml:5:32: spec.federation.hostnameSuffix: must be a host name such as gateway.example.com: its last label must not be a number; got '10.0.0.1'\n" },
    { "a suffix that is no DNS name",
      "  federation: {hostnameSuffix: Mesh_1}\n",
      "a.yaml:5:32: spec.federation.hostnameSuffix: must be a DNS name such as global or mesh.example.com: labels of lower-case letters, digits and '-', joined by dots (RFC 1123); got 'Mesh_1'\n" },
    { "keepalive counts whole seconds from one on",
      "  federation: {tcpKeepalive: {time: 1500ms, interval: 500ms}}\n",
      "a.yaml:5:37: spec.federation.tcpKeepalive.time: must be whole seconds, as the socket option behind it is\n"
      "a.yaml:5:55: spec.federation.tcpKeepalive.interval: must be at least 1s, is 500ms\n" },
    { "keepalive at the end of what Linux takes",
      "  federation: {tcpKeepalive: {probes: 127, time: 32767s, interval: 1s}}\n",
      "" },
    { "keepalive beyond what Linux takes",
      "  federation: {tcpKeepalive: {probes: 128, time: 9h30m, interval: 32767s}}\n",
      "a.yaml:5:39: spec.federation.tcpKeepalive.probes: warning: is more than 127, the most that Linux takes: proxies could not set it\n"
      "a.yaml:5:50: spec.federation.tcpKeepalive.time: warning: is more than 32767 s, the most that Linux takes: proxies could not set it\n" },
    { "keepalive needs a unit and a uint32",
      "  federation: {tcpKeepalive: {probes: 4294967296, time: 60}}\n",
      "a.yaml:5:39: spec.federation.tcpKeepalive.probes: must be between 0 and 4294967295, is 4294967296\n"
      "a.yaml:5:57: spec.federation.tcpKeepalive.time: must be a duration such as \"30s\" or \"1h30m\", is the number 60\n" },
    { "enforcement by an unknown number",
      "  federation: {tlsEnforcementSettings: {enforcementMode: 4, mode: STRICT}}\n",
      "a.yaml:5:58: spec.federation.tlsEnforcementSettings.enforcementMode: the number 4 is not one of UNSET, DISABLE, PERMISSIVE, STRICT\n"
      "a.yaml:5:61: spec.federation.tlsEnforcementSettings.mode: unknown field; remove it\n" },
};
/* clang-format on */

static void test_diags(void **state)
{
    (void)state;
    sample_rows(KIND_VIRTUAL_MESH, federation_rows, LENGTH(federation_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
