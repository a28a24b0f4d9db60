/* tests/unit/api/test_destination.c - where each field of a Service lands, and what people read
 * about mistakes in a Destination. */
#include "api/specs_index.h"
#include "tests/lib/specs_sample.h"

static void check_ports(const struct kube_service *service)
{
    assert_int_equal(service->port_count, 2);
    assert_int_equal(service->ports[0].port, 80);
    assert_string_equal(service->ports[0].name, "http");
    assert_string_equal(service->ports[0].protocol, "TCP");
    assert_string_equal(service->ports[0].app_protocol, "grpc");
    assert_string_equal(service->ports[0].target_name, "");
    assert_int_equal(service->ports[0].target_number, 8080);
    assert_int_equal(service->ports[0].node_port, 30080);
    assert_string_equal(service->ports[1].protocol, "UDP");
    assert_string_equal(service->ports[1].target_name, "dns");
    assert_string_equal(service->ports[1].app_protocol, "");
}

static void check_endpoints(const struct kube_service *service)
{
    assert_int_equal(service->subset_count, 1);
    assert_int_equal(service->subsets[0].endpoint_count, 2);
    assert_string_equal(service->subsets[0].endpoints[0].address, "10.0.0.1");
    assert_string_equal(service->subsets[0].endpoints[0].labels[0].key, "app");
    assert_string_equal(service->subsets[0].endpoints[0].zone, "eu-1a");
    assert_string_equal(service->subsets[0].endpoints[0].sub_zone, "rack");
    assert_string_equal(service->subsets[0].endpoints[1].address, "fd00::1");
    assert_string_equal(service->subsets[0].endpoints[1].zone, "");
    assert_int_equal(service->subsets[0].port_count, 1);
    assert_int_equal(service->subsets[0].ports[0].port, 8080);
    assert_string_equal(service->subsets[0].ports[0].name, "http");
}

static void test_destination(void **state)
{
    struct sample sample;
    const struct destination *destination;

    (void)state;
    sample_spec(
        &sample, KIND_DESTINATION,
        "  mesh: {name: istiod, namespace: gloo-mesh}\n"
        "  kubeService:\n"
        "    ref: {name: cart, namespace: shop, clusterName: eu}\n"
        "    workloadSelectorLabels: {app: cart}\n"
        "    labels: {tier: back}\n"
        "    ports:\n"
        "    - {port: 80, name: http, appProtocol: grpc, targetPortNumber: 8080, nodePort: 30080}\n"
        "    - {port: 53, name: dns, protocol: UDP, targetPortName: dns}\n"
        "    endpointSubsets:\n"
        "    - endpoints:\n"
        "      - {ipAddress: 10.0.0.1, labels: {app: cart}, subLocality: {zone: eu-1a, subZone: "
        "rack}}\n"
        "      - {ipAddress: 'fd00::1'}\n"
        "      ports: [{port: 8080, name: http}]\n"
        "    externalAddresses: [{dnsName: lb.example}, {}, {ip: 203.0.113.1}]\n"
        "    serviceType: LOAD_BALANCER\n"
        "    region: eu\n");
    assert_string_equal(sample.said, "");
    destination = specs_service(&sample.specs, (struct cluster_ref){ "cart", "shop", "eu" });
    assert_ptr_equal(destination, sample.specs.destinations);
    assert_true(destination->has_mesh);
    assert_string_equal(destination->mesh.name, "istiod");
    assert_null(destination->external);
    assert_string_equal(destination->service->selector[0].value, "cart");
    assert_string_equal(destination->service->labels[0].value, "back");
    check_ports(destination->service);
    check_endpoints(destination->service);
    assert_int_equal(destination->service->address_count, 3);
    assert_string_equal(destination->service->addresses[0], "lb.example");
    assert_string_equal(destination->service->addresses[1], "");
    assert_string_equal(destination->service->addresses[2], "203.0.113.1");
    assert_int_equal(destination->service->type, SERVICE_LOAD_BALANCER);
    assert_string_equal(destination->service->region, "eu");
    sample_free(&sample);
}

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
};
/* clang-format on */

static void test_diags(void **state)
{
    (void)state;
    sample_rows(KIND_DESTINATION, destination_rows, LENGTH(destination_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_destination),
        cmocka_unit_test(test_diags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
