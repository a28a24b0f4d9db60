/* tests/unit/api/test_external.c - where each field of an external service lands, and what people
 * read about mistakes in one. */
#include "tests/lib/specs_sample.h"

static void test_external_service(void **state)
{
    struct sample sample;
    const struct external_service *service;

    (void)state;
    sample_spec(&sample, KIND_DESTINATION,
                "  externalService:\n"
                "    name: api\n"
                "    hosts: [api.example, api2.example]\n"
                "    addresses: [203.0.113.7]\n"
                "    ports: [{number: 443, name: https, protocol: TLS}, {number: 80}]\n"
                "    endpoints: [{address: api.example.org, ports: {https: 8443}}, {address: "
                "203.0.113.8}]\n");
    assert_string_equal(sample.said, "");
    service = sample.specs.destinations[0].external;
    assert_null(sample.specs.destinations[0].service);
    assert_false(sample.specs.destinations[0].has_mesh);
    assert_string_equal(service->name, "api");
    assert_int_equal(service->host_count, 2);
    assert_string_equal(service->hosts[1], "api2.example");
    assert_string_equal(service->addresses[0], "203.0.113.7");
    assert_int_equal(service->ports[0].port, 443);
    assert_string_equal(service->ports[0].protocol, "TLS");
    assert_string_equal(service->ports[1].protocol, "TCP");
    assert_int_equal(service->endpoint_count, 2);
    assert_string_equal(service->endpoints[0].ports[0].key, "https");
    assert_string_equal(service->endpoints[0].ports[0].value, "8443");
    assert_int_equal(service->endpoints[1].port_count, 0);
    sample_free(&sample);
}

/* clang-format off */
static const struct sample_row external_rows[] = {
    { "a Destination has a type",
      "  mesh: {name: istiod-a, namespace: gloo-mesh}\n",
      "a.yaml:5:3: spec: needs either kubeService or externalService\n" },
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

static void test_diags(void **state)
{
    (void)state;
    sample_rows(KIND_DESTINATION, external_rows, LENGTH(external_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_external_service),
        cmocka_unit_test(test_diags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
