/* tests/unit/api/test_discovery_diags.c - what people read about mistakes in discovered objects. */
#include "tests/lib/specs_sample.h"

/* clang-format off */
static const struct sample_row mesh_rows[] = {
    { "Istio, complete",
      "  istio:\n"
      "    installation: {namespace: istio-system, cluster: a, podLabels: {istio: pilot}, version: 1.11.4, region: eu}\n"
      "    trustDomain: a.example\n"
      "    istiodServiceAccount: istiod\n"
      "    smartDnsProxyingEnabled: true\n"
      "    ingressGateways:\n"
      "    - {name: gw, namespace: edge, workloadLabels: {a: b}, externalAddress: x, externalTlsPort: 15443, tlsContainerPort: 15443}\n"
      "    - {dnsName: gw.example.com}\n"
      "  agentInfo: {agentNamespace: gloo-mesh}\n"
      "  issuedCertificateStatus: {state: FINISHED}\n",
      "" },
    { "another type of mesh is known, but not looked into",
      "  linkerd: {installation: {cluster: a}, clusterDomain: x}\n",
      "" },
    { "a mesh has a type",
      "  agentInfo: {agentNamespace: gloo-mesh}\n",
      "a.yaml:5:3: spec: needs the type of the mesh: istio, awsAppMesh, linkerd, consulConnect or osm\n" },
    { "a mesh has one type",
      "  {istio: {installation: {namespace: istio-system, cluster: a}}, osm: {}}\n",
      "a.yaml:5:3: spec: only one of istio, osm may be set; remove one\n" },
    { "an installation has a namespace and a cluster",
      "  istio: {installation: {}}\n"
      "  agentInfo: {}\n",
      "a.yaml:5:25: spec.istio.installation.cluster: is required; write the name of the KubernetesCluster it runs on\n"
      "a.yaml:5:25: spec.istio.installation.namespace: is required; write the namespace of the control plane, usually istio-system\n"
      "a.yaml:6:14: spec.agentInfo.agentNamespace: is required; write the namespace of the agent, usually gloo-mesh\n" },
    { "a cluster's name becomes a folder",
      "  istio: {installation: {namespace: istio-system, cluster: ../../etc}}\n",
      "a.yaml:5:60: spec.istio.installation.cluster: must be a DNS name: lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit, at most 253 of them (RFC 1123); got '../../etc'\n" },
    { "a trust domain becomes part of a URI",
      "  istio: {installation: {namespace: istio-system, cluster: a}, trustDomain: 'a/ns/b'}\n",
      "a.yaml:5:77: spec.istio.trustDomain: must be letters, digits, '.', '-' and '_', as it becomes the domain of SPIFFE IDs; got 'a/ns/b'\n" },
    { "a gateway has one address",
      "  istio:\n"
      "    installation: {namespace: istio-system, cluster: a}\n"
      "    ingressGateways: [{dnsName: a, ip: b, externalTlsPort: 70000}]\n",
      "a.yaml:7:23: spec.istio.ingressGateways[0]: only one of dnsName, ip may be set; remove one\n"
      "a.yaml:7:60: spec.istio.ingressGateways[0].externalTlsPort: must be between 0 and 65535, is 70000\n" },
    { "addresses of listed gateways",
      "  istio:\n"
      "    installation: {namespace: istio-system, cluster: a}\n"
      "    ingressGateways: [{dnsName: 'a:1'}, {ip: a.example}, {externalAddress: 0.0.0.0}]\n",
      "a.yaml:7:33: spec.istio.ingressGateways[0].dnsName: must be a host name or an IP address: write the host alone: its port comes from the ports of the Service; got 'a:1'\n"
      "a.yaml:7:46: spec.istio.ingressGateways[1].ip: must be an IPv4 or IPv6 address; got 'a.example'\n"
      "a.yaml:7:76: spec.istio.ingressGateways[2].externalAddress: must be an address that other hosts can connect to, and 0.0.0.0 is unspecified; write the address that they use, or remove the entry\n" },
    { "an unknown field",
      "  istio: {installation: {namespace: istio-system, cluster: a, labels: {}}, pilot: 1}\n",
      "a.yaml:5:63: spec.istio.installation.labels: unknown field; remove it\n"
      "a.yaml:5:76: spec.istio.pilot: unknown field; remove it\n" },
};
/* clang-format on */

/* clang-format off */
static const struct sample_row workload_rows[] = {
    { "complete",
      "  kubernetes:\n"
      "    controller: {name: cart, namespace: shop, clusterName: a}\n"
      "    podLabels: {app: cart}\n"
      "    serviceAccountName: cart\n"
      "  mesh: {name: istiod-a, namespace: gloo-mesh}\n",
      "" },
    { "what is required",
      "  kubernetes: {controller: {name: cart}}\n",
      "a.yaml:5:28: spec.kubernetes.controller.clusterName: is required; write the name of the KubernetesCluster it lives on\n"
      "a.yaml:5:28: spec.kubernetes.controller.namespace: is required; write the namespace of the object\n" },
    { "a workload without Kubernetes",
      "  mesh: {name: istiod-a, namespace: gloo-mesh}\n",
      "a.yaml:5:3: spec.kubernetes: is required; write the controller of the workload, its podLabels and its serviceAccountName\n" },
    { "an unknown field",
      "  kubernetes: {controller: {name: cart, namespace: shop, clusterName: a}, labels: {}}\n",
      "a.yaml:5:75: spec.kubernetes.labels: unknown field; remove it\n" },
};
/* clang-format on */

/* clang-format off */
static const struct sample_row destination_rows[] = {
    { "a Service, complete",
      "  mesh: {name: istiod-a, namespace: gloo-mesh}\n"
      "  kubeService:\n"
      "    ref: {name: cart, namespace: shop, clusterName: a}\n"
      "    workloadSelectorLabels: {app: cart}\n"
      "    labels: {app: cart}\n"
      "    ports:\n"
      "    - {port: 80, name: http, protocol: TCP, appProtocol: http, targetPortNumber: 8080, nodePort: 30080}\n"
      "    - {port: 53, name: dns, protocol: UDP, targetPortName: dns}\n"
      "    subsets: {version: {values: [v1]}}\n"
      "    region: eu\n"
      "    endpointSubsets:\n"
      "    - endpoints: [{ipAddress: 10.0.0.1, labels: {a: b}, subLocality: {zone: p, subZone: q}}, {ipAddress: 'fd00::1'}]\n"
      "      ports: [{port: 8080, name: http, protocol: TCP, appProtocol: http}]\n"
      "    externalAddresses: [{dnsName: lb.example.com}, {ip: 203.0.113.1}, {}]\n"
      "    serviceType: LOAD_BALANCER\n",
      "" },
    { "a Destination has a type",
      "  mesh: {name: istiod-a, namespace: gloo-mesh}\n",
      "a.yaml:5:3: spec: needs either kubeService or externalService\n" },
    { "a Destination has one type",
      "  kubeService: {ref: {name: a, namespace: b, clusterName: c}}\n"
      "  externalService: {name: x}\n",
      "a.yaml:5:3: spec: only one of kubeService, externalService may be set; remove one\n" },
    { "a Service is referred to in full",
      "  kubeService: {ref: {name: cart}}\n",
      "a.yaml:5:22: spec.kubeService.ref.clusterName: is required; write the name of the KubernetesCluster it lives on\n"
      "a.yaml:5:22: spec.kubeService.ref.namespace: is required; write the namespace of the object\n" },
    { "ports",
      "  kubeService:\n"
      "    ref: {name: cart, namespace: shop, clusterName: a}\n"
      "    ports:\n"
      "    - {name: http}\n"
      "    - {port: 0}\n"
      "    - {port: 80, protocol: HTTP, targetPortName: a, targetPortNumber: 1}\n"
      "    - {port: 81, name: b, targetPortNumber: 99999, nodePort: -1}\n"
      "    - {port: 82, name: c, targetPort: 8080}\n",
      "a.yaml:8:7: spec.kubeService.ports[0].port: is required; write a port number between 1 and 65535\n"
      "a.yaml:9:14: spec.kubeService.ports[1].port: must be between 1 and 65535, is 0\n"
      "a.yaml:10:7: spec.kubeService.ports[2]: only one of targetPortName, targetPortNumber may be set; remove one\n"
      "a.yaml:10:28: spec.kubeService.ports[2].protocol: must be TCP, UDP or SCTP; got 'HTTP'\n"
      "a.yaml:11:45: spec.kubeService.ports[3].targetPortNumber: must be between 0 and 65535, is 99999\n"
      "a.yaml:11:62: spec.kubeService.ports[3].nodePort: must be between 0 and 65535, is -1\n"
      "a.yaml:12:27: spec.kubeService.ports[4].targetPort: unknown field; remove it\n" },
    { "endpoints and addresses",
      "  kubeService:\n"
      "    ref: {name: cart, namespace: shop, clusterName: a}\n"
      "    endpointSubsets:\n"
      "    - endpoints: [{ipAddress: 10.0.0.256}, {}]\n"
      "      ports: [{port: 80, protocol: x}, {}]\n"
      "    -\n"
      "    externalAddresses: [{ip: lb.example.com}, {dnsName: a, ip: 10.0.0.1}, null]\n"
      "    serviceType: ClusterIP\n",
      "a.yaml:8:5: spec.kubeService.endpointSubsets[1]: is null; write {} for an empty entry, or remove it\n"
      "a.yaml:8:31: spec.kubeService.endpointSubsets[0].endpoints[0].ipAddress: must be an IPv4 or IPv6 address; got '10.0.0.256'\n"
      "a.yaml:8:44: spec.kubeService.endpointSubsets[0].endpoints[1].ipAddress: is required; write the IP address of the endpoint\n"
      "a.yaml:9:36: spec.kubeService.endpointSubsets[0].ports[0].protocol: must be TCP, UDP or SCTP; got 'x'\n"
      "a.yaml:9:40: spec.kubeService.endpointSubsets[0].ports[1].port: is required; write a port number between 1 and 65535\n"
      "a.yaml:11:24: spec.kubeService.externalAddresses[2]: is null; write {} for an empty entry, or remove it\n"
      "a.yaml:11:30: spec.kubeService.externalAddresses[0].ip: must be an IPv4 or IPv6 address; got 'lb.example.com'\n"
      "a.yaml:11:47: spec.kubeService.externalAddresses[1]: only one of dnsName, ip may be set; remove one\n"
      "a.yaml:12:18: spec.kubeService.serviceType: \"ClusterIP\" is not one of CLUSTER_IP, NODE_PORT, LOAD_BALANCER, EXTERNAL_NAME; did you mean CLUSTER_IP?\n" },
    { "the name of a Service is too long for a host",
      "  kubeService: {ref: {name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, namespace: a, clusterName: b}}\n",
      "a.yaml:5:29: spec.kubeService.ref.name: must be the name of a Service, at most 63 bytes; got 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'\n" },
    { "ports, labels and places as their readers want them",
      "  kubeService:\n"
      "    ref: {name: cart, namespace: shop, clusterName: a}\n"
      "    workloadSelectorLabels: {app: '*'}\n"
      "    ports:\n"
      "    - {port: 80, name: web ui}\n"
      "    - {port: 81}\n"
      "    - {port: 82}\n"
      "    - {port: 53, name: dns, protocol: UDP}\n"
      "    - {port: 53, name: dns-tcp}\n"
      "    - {port: 53, name: dns-again}\n"
      "    region: eu/west\n",
      "a.yaml:7:35: spec.kubeService.workloadSelectorLabels.app: must be at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, as the values of labels are; got '*'\n"
      "a.yaml:9:24: spec.kubeService.ports[0].name: must be a DNS label: letters, digits and '-', beginning and ending with a letter or digit, at most 63 of them (RFC 1123); got 'web ui'\n"
      "a.yaml:11:7: spec.kubeService.ports[2]: has the name of ports[1], TCP; give each port its own\n"
      "a.yaml:14:7: spec.kubeService.ports[5]: has the number of ports[4], 53; give each port its own\n"
      "a.yaml:15:13: spec.kubeService.region: must be at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, as the values of labels are; got 'eu/west'\n" },
    { "endpoints that other hosts cannot connect to",
      "  kubeService:\n"
      "    ref: {name: cart, namespace: shop, clusterName: a}\n"
      "    endpointSubsets:\n"
      "    - endpoints: [{ipAddress: 127.0.0.1, labels: {'a b': c, v: v/1}, subLocality: {zone: a/b}}, {ipAddress: '::'}]\n",
      "a.yaml:8:31: spec.kubeService.endpointSubsets[0].endpoints[0].ipAddress: must be an address that other hosts can connect to, and 127.0.0.1 is a loopback address; write the address that they use, or remove the entry\n"
      "a.yaml:8:58: spec.kubeService.endpointSubsets[0].endpoints[0].labels[\"a b\"]: is no key of a label: a name of at most 63 letters, digits, '-', '_' and '.', and before it, if anything, a DNS name and '/'\n"
      "a.yaml:8:64: spec.kubeService.endpointSubsets[0].endpoints[0].labels.v: must be at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, as the values of labels are; got 'v/1'\n"
      "a.yaml:8:90: spec.kubeService.endpointSubsets[0].endpoints[0].subLocality.zone: must be at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, as the values of labels are; got 'a/b'\n"
      "a.yaml:8:109: spec.kubeService.endpointSubsets[0].endpoints[1].ipAddress: must be an address that other hosts can connect to, and :: is unspecified; write the address that they use, or remove the entry\n" },
    { "addresses of gateways that are none",
      "  kubeService:\n"
      "    ref: {name: cart, namespace: shop, clusterName: a}\n"
      "    externalAddresses:\n"
      "    - dnsName: https://gw.example.com\n"
      "    - dnsName: gw.example.com:15443\n"
      "    - dnsName: gw_1.example.com\n"
      "    - dnsName: gw example\n"
      "    - dnsName: gw.example.com.\n"
      "    - dnsName: 10.0.0.256\n"
      "    - ip: fe80::1\n",
      "a.yaml:8:16: spec.kubeService.externalAddresses[0].dnsName: must be a host name or an IP address: write the host alone, without a scheme such as https://; got 'https://gw.example.com'\n"
      "a.yaml:9:16: spec.kubeService.externalAddresses[1].dnsName: must be a host name or an IP address: write the host alone: its port comes from the ports of the Service; got 'gw.example.com:15443'\n"
      "a.yaml:10:16: spec.kubeService.externalAddresses[2].dnsName: must be a host name or an IP address: '_' cannot be in the name of a host; got 'gw_1.example.com'\n"
      "a.yaml:11:16: spec.kubeService.externalAddresses[3].dnsName: must be a host name or an IP address: it cannot hold blanks; got 'gw example'\n"
      "a.yaml:12:16: spec.kubeService.externalAddresses[4].dnsName: must be a host name or an IP address: leave out the dot at its end; got 'gw.example.com.'\n"
      "a.yaml:13:16: spec.kubeService.externalAddresses[5].dnsName: must be a host name or an IP address: its last label must not be a number; got '10.0.0.256'\n"
      "a.yaml:14:11: spec.kubeService.externalAddresses[6].ip: must be an address that other hosts can connect to, and fe80::1 is a link-local address; write the address that they use, or remove the entry\n" },
    { "an external service",
      "  externalService:\n"
      "    name: api\n"
      "    hosts: [api.example.com]\n"
      "    addresses: [203.0.113.7]\n"
      "    ports: [{number: 443, name: https, protocol: TLS}]\n"
      "    endpoints: [{address: api.example.org, ports: {https: 8443}}]\n",
      "" },
    { "hosts and addresses of an external service that Istio would refuse",
      "  externalService:\n"
      "    name: api!\n"
      "    hosts: [www.*.com, '*', 'https://a', '*.ok.example', '']\n"
      "    addresses: [10.0.0.0/08, 10.0.0.0/33, a.example, 10.0.0.0/8, 0.0.0.0]\n",
      "a.yaml:6:11: spec.externalService.name: must be letters, digits, '-', '.', '_', '/', ':' and blanks, beginning and ending with a letter or digit; got 'api!'\n"
      "a.yaml:7:13: spec.externalService.hosts[0]: must be a host name such as www.example.com or *.example.com: '*' can only be its first label; got 'www.*.com'\n"
      "a.yaml:7:24: spec.externalService.hosts[1]: must be a host name such as www.example.com or *.example.com: '*' can only be its first label; got '*'\n"
      "a.yaml:7:29: spec.externalService.hosts[2]: must be a host name such as www.example.com or *.example.com: write the host alone, without a scheme such as https://; got 'https://a'\n"
      "a.yaml:7:58: spec.externalService.hosts[4]: is empty; write a value or remove it\n"
      "a.yaml:8:17: spec.externalService.addresses[0]: must be an IP address or a network such as 10.0.0.0/8; got '10.0.0.0/08'\n"
      "a.yaml:8:30: spec.externalService.addresses[1]: must be an IP address or a network such as 10.0.0.0/8; got '10.0.0.0/33'\n"
      "a.yaml:8:43: spec.externalService.addresses[2]: must be an IPv4 or IPv6 address; got 'a.example'\n"
      "a.yaml:8:66: spec.externalService.addresses[4]: must be an address that other hosts can connect to, and 0.0.0.0 is unspecified; write the address that they use, or remove the entry\n" },
    { "ports and endpoints of an external service that Istio would refuse",
      "  externalService:\n"
      "    name: api\n"
      "    hosts: [a.example]\n"
      "    ports: [{number: 443}, {number: 80}, {number: 443, name: h_2}]\n"
      "    endpoints: [{address: '*.a', ports: {http: 1}}, {address: 'unix:///x'}]\n",
      "a.yaml:8:28: spec.externalService.ports[1]: has the name of ports[0], TCP; give each port its own\n"
      "a.yaml:8:42: spec.externalService.ports[2]: has the number of ports[0], 443; give each port its own\n"
      "a.yaml:8:62: spec.externalService.ports[2].name: must be a DNS label: letters, digits and '-', beginning and ending with a letter or digit, at most 63 of them (RFC 1123); got 'h_2'\n"
      "a.yaml:9:27: spec.externalService.endpoints[0].address: must be one host, not all under a: nothing can connect to those\n"
      "a.yaml:9:48: spec.externalService.endpoints[0].ports.http: is the name of no port of the service; write one of the names in spec.externalService.ports\n"
      "a.yaml:9:63: spec.externalService.endpoints[1].address: must be a host name or an IP address: write the host alone, without a scheme such as https://; got 'unix:///x'\n" },
    { "an external service without a host",
      "  externalService: {name: a, hosts: []}\n",
      "a.yaml:5:37: spec.externalService.hosts: needs at least one; write the host names by which clients ask for it\n" },
    { "an external service with mistakes",
      "  externalService:\n"
      "    hosts: api.example.com\n"
      "    ports: [{port: 443, name: https}, {number: 443, protocol: UDP, name: http}]\n"
      "    endpoints: [{ports: {https: 0, http: x}}, {address: a, ports: [443]}]\n",
      "a.yaml:6:5: spec.externalService.name: is required; write the name of the external service\n"
      "a.yaml:6:12: spec.externalService.hosts: must be a list, is \"api.example.com\"\n"
      "a.yaml:7:13: spec.externalService.ports[0].number: is required; write a port number between 1 and 65535\n"
      "a.yaml:7:14: spec.externalService.ports[0].port: unknown field; remove it\n"
      "a.yaml:7:63: spec.externalService.ports[1].protocol: must be HTTP, HTTPS, GRPC, HTTP2, MONGO, TCP or TLS; got 'UDP'\n"
      "a.yaml:8:17: spec.externalService.endpoints[0].address: is required; write the DNS name or IP address of the endpoint\n"
      "a.yaml:8:33: spec.externalService.endpoints[0].ports.https: must be between 1 and 65535, is 0\n"
      "a.yaml:8:42: spec.externalService.endpoints[0].ports.http: must be a whole number, is \"x\"\n"
      "a.yaml:8:67: spec.externalService.endpoints[1].ports: must be a map from the names of ports to their numbers, such as {https: 443}\n" },
};
/* clang-format on */

/* clang-format off */
static const struct sample_row kubernetes_cluster_rows[] = {
    { "complete",
      "  {secretName: a, clusterDomain: cluster.local, providerInfo: {eks: {arn: x}}}\n",
      "" },
    { "nothing set",
      "  {}\n",
      "" },
    { "a domain is a DNS name",
      "  {clusterDomain: Cluster.Local, secret: a}\n",
      "a.yaml:5:19: spec.clusterDomain: must be a DNS name: lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit, at most 253 of them (RFC 1123); got 'Cluster.Local'\n"
      "a.yaml:5:34: spec.secret: unknown field; remove it\n" },
};
/* clang-format on */

static void test_mesh(void **state)
{
    (void)state;
    sample_rows(KIND_MESH, mesh_rows, LENGTH(mesh_rows));
}

static void test_workload(void **state)
{
    (void)state;
    sample_rows(KIND_WORKLOAD, workload_rows, LENGTH(workload_rows));
}

static void test_destination(void **state)
{
    (void)state;
    sample_rows(KIND_DESTINATION, destination_rows, LENGTH(destination_rows));
}

static void test_kubernetes_cluster(void **state)
{
    (void)state;
    sample_rows(KIND_KUBERNETES_CLUSTER, kubernetes_cluster_rows, LENGTH(kubernetes_cluster_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mesh),
        cmocka_unit_test(test_workload),
        cmocka_unit_test(test_destination),
        cmocka_unit_test(test_kubernetes_cluster),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
