/* tests/unit/api/test_virtual_mesh_diags.c - what people read about mistakes in a VirtualMesh, but
 * for mtlsConfig. */
#include "tests/lib/specs_sample.h"

/* clang-format off */
static const struct sample_row virtual_mesh_rows[] = {
    { "an empty spec is fine, it does nothing",
      "  {}\n",
      "" },
    { "everything that the API knows is fine",
      "  meshes:\n"
      "  - {name: istiod-a, namespace: gloo-mesh}\n"
      "  - {name: istiod-b, namespace: gloo-mesh}\n"
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority:\n"
      "        generated: {ttlDays: 730, rsaKeySizeBytes: 2048, orgName: books, secretRotationGracePeriodRatio: 0.2}\n"
      "      intermediateCertOptions: {ttlDays: 30}\n"
      "    autoRestartPods: true\n"
      "    rotationVerificationMethod: {none: {}}\n"
      "    rotationStrategy: NONE\n"
      "  federation:\n"
      "    ingressGatewaySelectors:\n"
      "    - destinationSelectors:\n"
      "      - kubeServiceMatcher: {labels: {role: east-west}, namespaces: [edge], clusters: [a, b]}\n"
      "      - kubeServiceRefs: {services: [{name: gw, namespace: edge, clusterName: a}]}\n"
      "      portName: tls-cross\n"
      "    selectors:\n"
      "    - destinationSelectors: [{kubeServiceMatcher: {}}]\n"
      "      meshes: [{name: istiod-a, namespace: gloo-mesh}]\n"
      "    - {}\n"
      "    flatNetwork: false\n"
      "    hostnameSuffix: mesh.example.com\n"
      "    tcpKeepalive: {probes: 3, time: 1m, interval: 20s}\n"
      "    tlsEnforcementSettings: {enforcementMode: STRICT}\n"
      "  globalAccessPolicy: ENABLED\n",
      "" },
    { "the older name of the gateway selectors is fine",
      "  federation:\n"
      "    eastWestIngressGatewaySelectors: [{portName: tls}]\n",
      "" },
    { "both names of the gateway selectors are not",
      "  federation:\n"
      "    ingressGatewaySelectors: [{portName: tls}]\n"
      "    eastWestIngressGatewaySelectors: [{portName: tls}]\n",
      "a.yaml:7:38: spec.federation.eastWestIngressGatewaySelectors: is the older name of ingressGatewaySelectors, which is given, too; move its entries there\n" },
    { "an unknown field names the nearest one",
      "  meshs: []\n"
      "  federation: {hostNameSuffix: mesh}\n",
      "a.yaml:5:3: spec.meshs: unknown field; did you mean meshes?\n"
      "a.yaml:6:16: spec.federation.hostNameSuffix: unknown field; did you mean hostnameSuffix?\n" },
    { "a proto name names its camelCase",
      "  mtls_config: {}\n"
      "  federation: {ingress_gateway_selectors: []}\n",
      "a.yaml:5:3: spec.mtls_config: unknown field; did you mean mtlsConfig?\n"
      "a.yaml:6:16: spec.federation.ingress_gateway_selectors: unknown field; did you mean ingressGatewaySelectors?\n" },
    { "an unknown field that is near to nothing is to be removed",
      "  replicas: 3\n",
      "a.yaml:5:3: spec.replicas: unknown field; remove it\n" },
    { "a spec that is a list",
      "  - meshes\n",
      "a.yaml:5:3: spec: must be a map (key: value)\n" },
    { "references need both parts, DNS names each",
      "  meshes:\n"
      "  - name: istiod-a\n"
      "  - {namespace: gloo-mesh}\n"
      "  - {name: Istiod_A, namespace: gloo.mesh}\n"
      "  - {name: '', namespace: gloo-mesh}\n"
      "  - istiod-a\n"
      "  - {name: istiod-a, namespace: gloo-mesh, clusterName: a}\n"
      "  -\n",
      "a.yaml:6:3: spec.meshes[6].name: is required; write the name of the Mesh object\n"
      "a.yaml:6:3: spec.meshes[6].namespace: is required; write the namespace of the Mesh object\n"
      "a.yaml:6:5: spec.meshes[0].namespace: is required; write the namespace of the Mesh object\n"
      "a.yaml:7:5: spec.meshes[1].name: is required; write the name of the Mesh object\n"
      "a.yaml:8:12: spec.meshes[2].name: must be a DNS name: lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit, at most 253 of them (RFC 1123); got 'Istiod_A'\n"
      "a.yaml:8:33: spec.meshes[2].namespace: must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 of them (RFC 1123); got 'gloo.mesh'\n"
      "a.yaml:9:12: spec.meshes[3].name: is required, but is empty; write the name of the Mesh object\n"
      "a.yaml:10:5: spec.meshes[4]: must be a map (key: value)\n"
      "a.yaml:11:44: spec.meshes[5].clusterName: unknown field; remove it\n" },
    { "meshes that are no list",
      "  meshes: {name: istiod-a, namespace: gloo-mesh}\n",
      "a.yaml:5:11: spec.meshes: must be a list, is a map\n" },
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
    { "references of a selector need all three parts",
      "  federation:\n"
      "    selectors:\n"
      "    - destinationSelectors:\n"
      "      - kubeServiceRefs: {services: [{name: cart, namespace: shop}]}\n"
      "      meshes: [{name: istiod-a}]\n",
      "a.yaml:8:38: spec.federation.selectors[0].destinationSelectors[0].kubeServiceRefs.services[0].clusterName: is required; write the name of the KubernetesCluster it lives on\n"
      "a.yaml:9:16: spec.federation.selectors[0].meshes[0].namespace: is required; write the namespace of the Mesh object\n" },
    { "labels are strings",
      "  federation:\n"
      "    selectors:\n"
      "    - destinationSelectors:\n"
      "      - kubeServiceMatcher: {labels: {version: 2}, namespaces: shop, clusters: [1]}\n",
      "a.yaml:8:48: spec.federation.selectors[0].destinationSelectors[0].kubeServiceMatcher.labels.version: must be a string, is the number 2; write it in quotes\n"
      "a.yaml:8:64: spec.federation.selectors[0].destinationSelectors[0].kubeServiceMatcher.namespaces: must be a list, is \"shop\"\n"
      "a.yaml:8:81: spec.federation.selectors[0].destinationSelectors[0].kubeServiceMatcher.clusters[0]: must be a string, is the number 1; write it in quotes\n" },
    { "a suffix without dots at its ends",
      "  federation: {hostnameSuffix: .mesh}\n",
      "a.yaml:5:32: spec.federation.hostnameSuffix: must not begin or end with a dot; got '.mesh'\n" },
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
    { "enforcement by number and by a wrong name",
      "  federation:\n"
      "    tlsEnforcementSettings: {enforcementMode: 2}\n"
      "  globalAccessPolicy: enabled\n",
      "a.yaml:6:47: spec.federation.tlsEnforcementSettings.enforcementMode: warning: is the number 2; write the name PERMISSIVE\n"
      "a.yaml:7:23: spec.globalAccessPolicy: \"enabled\" is not one of MESH_DEFAULT, ENABLED, DISABLED; did you mean ENABLED?\n" },
    { "enforcement by an unknown number",
      "  federation: {tlsEnforcementSettings: {enforcementMode: 4, mode: STRICT}}\n",
      "a.yaml:5:58: spec.federation.tlsEnforcementSettings.enforcementMode: the number 4 is not one of UNSET, DISABLE, PERMISSIVE, STRICT\n"
      "a.yaml:5:61: spec.federation.tlsEnforcementSettings.mode: unknown field; remove it\n" },
};
/* clang-format on */

static void test_virtual_mesh(void **state)
{
    (void)state;
    sample_rows(KIND_VIRTUAL_MESH, virtual_mesh_rows, LENGTH(virtual_mesh_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_virtual_mesh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
