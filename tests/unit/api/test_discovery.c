/* tests/unit/api/test_discovery.c - where each field of the discovered objects, policies and
 * settings lands. */
#include "api/specs_index.h"
#include "tests/lib/specs_sample.h"

static void test_mesh(void **state)
{
    struct sample sample;
    const struct mesh *mesh;

    (void)state;
    sample_spec(&sample, KIND_MESH,
                "  istio:\n"
                "    installation: {namespace: istio-system, cluster: eu, podLabels: {istio: "
                "pilot, app: istiod},\n"
                "      version: 1.11.4, region: eu-central}\n"
                "    trustDomain: eu.example\n"
                "    istiodServiceAccount: istiod-account\n"
                "    smartDnsProxyingEnabled: true\n"
                "    ingressGateways:\n"
                "    - {name: gw, namespace: edge, workloadLabels: {a: b}, externalAddress: old, "
                "dnsName: gw.example,\n"
                "       externalTlsPort: 443, tlsContainerPort: 8443}\n"
                "    - {ip: 203.0.113.1}\n"
                "    - {externalAddress: old}\n"
                "  agentInfo: {agentNamespace: agents}\n");
    assert_string_equal(sample.said, "");
    mesh = specs_mesh(&sample.specs, (struct object_ref){ "thing", "gloo-mesh" });
    assert_true(mesh->istio);
    assert_string_equal(mesh->type, "istio");
    assert_string_equal(mesh->namespace, "istio-system");
    assert_string_equal(mesh->cluster, "eu");
    assert_string_equal(mesh->version, "1.11.4");
    assert_string_equal(mesh->region, "eu-central");
    assert_int_equal(mesh->pod_label_count, 2);
    assert_string_equal(mesh->pod_labels[0].key, "app");
    assert_string_equal(mesh->pod_labels[1].value, "pilot");
    assert_string_equal(mesh->trust_domain, "eu.example");
    assert_string_equal(mesh->service_account, "istiod-account");
    assert_true(mesh->smart_dns);
    assert_int_equal(mesh->gateway_count, 3);
    assert_string_equal(mesh->gateways[0].name, "gw");
    assert_string_equal(mesh->gateways[0].namespace, "edge");
    assert_string_equal(mesh->gateways[0].address, "gw.example");
    assert_int_equal(mesh->gateways[0].external_tls_port, 443);
    assert_int_equal(mesh->gateways[0].tls_container_port, 8443);
    assert_string_equal(mesh->gateways[1].address, "203.0.113.1");
    assert_int_equal(mesh->gateways[1].tls_container_port, 0); /* not given */
    assert_string_equal(mesh->gateways[2].address, "old");
    assert_true(mesh->has_agent);
    assert_string_equal(mesh->agent_namespace, "agents");
    sample_free(&sample);
}

static void test_bare_meshes(void **state)
{
    struct sample sample;

    (void)state;
    sample_spec(&sample, KIND_MESH,
                "  istio: {installation: {namespace: istio-system, cluster: a}}\n");
    assert_string_equal(sample.specs.meshes[0].trust_domain, "");
    assert_string_equal(sample.specs.meshes[0].service_account, "");
    assert_string_equal(sample.specs.meshes[0].version, "");
    assert_false(sample.specs.meshes[0].has_agent);
    assert_false(sample.specs.meshes[0].smart_dns);
    sample_free(&sample);
    sample_spec(&sample, KIND_MESH, "  awsAppMesh: {awsName: x, region: y}\n");
    assert_false(sample.specs.meshes[0].istio);
    assert_string_equal(sample.specs.meshes[0].type, "awsAppMesh");
    sample_free(&sample);
}

static void test_workload(void **state)
{
    struct sample sample;
    const struct workload *workload;

    (void)state;
    sample_spec(&sample, KIND_WORKLOAD,
                "  kubernetes:\n"
                "    controller: {name: cart, namespace: shop, clusterName: eu}\n"
                "    podLabels: {app: cart}\n"
                "    serviceAccountName: cart-account\n"
                "  mesh: {name: istiod, namespace: gloo-mesh}\n");
    workload = sample.specs.workloads;
    assert_string_equal(sample.said, "");
    assert_true(
        cluster_ref_equal(workload->controller, (struct cluster_ref){ "cart", "shop", "eu" }));
    assert_string_equal(workload->pod_labels[0].value, "cart");
    assert_string_equal(workload->service_account, "cart-account");
    assert_true(object_ref_equal(workload->mesh, (struct object_ref){ "istiod", "gloo-mesh" }));
    sample_free(&sample);
    sample_spec(&sample, KIND_WORKLOAD,
                "  kubernetes: {controller: {name: a, namespace: b, clusterName: c}}\n");
    assert_string_equal(sample.specs.workloads[0].service_account, "default");
    assert_string_equal(sample.specs.workloads[0].mesh.name, "");
    sample_free(&sample);
}

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

static void test_policy(void **state)
{
    struct sample sample;
    const struct access_policy *policy;

    (void)state;
    sample_spec(
        &sample, KIND_ACCESS_POLICY,
        "  sourceSelector:\n"
        "  - kubeIdentityMatcher: {namespaces: [shop], clusters: [eu, us]}\n"
        "    requestIdentityMatcher: {requestPrincipals: [iss/sub], notRequestPrincipals: [a, b]}\n"
        "  - kubeServiceAccountRefs: {serviceAccounts: [{name: web}, {namespace: shop, "
        "clusterName: eu}]}\n"
        "  destinationSelector: [{kubeServiceMatcher: {}}]\n"
        "  allowedPaths: [/cart*]\n"
        "  allowedMethods: [GET, POST]\n"
        "  allowedPorts: [8080]\n");
    assert_string_equal(sample.said, "");
    policy = sample.specs.access_policies;
    assert_int_equal(policy->source_count, 2);
    assert_true(policy->sources[0].has_matcher);
    assert_string_equal(policy->sources[0].namespaces[0], "shop");
    assert_string_equal(policy->sources[0].clusters[1], "us");
    assert_string_equal(policy->sources[0].principals[0], "iss/sub");
    assert_int_equal(policy->sources[0].not_principal_count, 2);
    assert_false(policy->sources[1].has_matcher);
    assert_int_equal(policy->sources[1].account_count, 2);
    assert_string_equal(policy->sources[1].accounts[0].name, "web");
    assert_string_equal(policy->sources[1].accounts[0].cluster, "");
    assert_string_equal(policy->sources[1].accounts[1].cluster, "eu");
    assert_int_equal(policy->destination_count, 1);
    assert_string_equal(policy->paths[0], "/cart*");
    assert_string_equal(policy->methods[1], "POST");
    assert_int_equal(policy->ports[0], 8080);
    sample_free(&sample);
}

static void test_settings(void **state)
{
    static const struct {
        const char *spec;
        enum tls_mode mode;
    } cases[] = {
        { "  {}\n", TLS_UNSET },
        { "  mtls: {istio: {tlsMode: UNSET}}\n", TLS_UNSET },
        { "  mtls: {istio: {tlsMode: DISABLE}}\n", TLS_DISABLE },
        { "  mtls: {istio: {tlsMode: 0}}\n", TLS_DISABLE },
        { "  mtls: {istio: {tlsMode: SIMPLE}}\n", TLS_SIMPLE },
        { "  mtls: {istio: {tlsMode: ISTIO_MUTUAL}}\n", TLS_ISTIO_MUTUAL },
        { "  mtls: {istio: {tlsMode: 2}}\n", TLS_ISTIO_MUTUAL },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sample sample;

        sample_spec(&sample, KIND_SETTINGS, cases[i].spec);
        assert_true(sample.specs.settings.present);
        assert_int_equal(sample.specs.settings.tls_mode, cases[i].mode);
        sample_free(&sample);
    }
}

static void test_cluster(void **state)
{
    struct sample sample;

    (void)state;
    sample_spec(&sample, KIND_KUBERNETES_CLUSTER, "  {secretName: eu, clusterDomain: eu.local}\n");
    assert_string_equal(sample.specs.clusters[0].secret_name, "eu");
    assert_string_equal(specs_cluster_domain(&sample.specs, "thing"), "eu.local");
    assert_string_equal(specs_cluster_domain(&sample.specs, "other"), "cluster.local");
    sample_free(&sample);
    sample_spec(&sample, KIND_KUBERNETES_CLUSTER, "  {}\n");
    assert_string_equal(specs_cluster_domain(&sample.specs, "thing"), "cluster.local");
    sample_free(&sample);
}

/* Nothing is said by leaving spec out. */
static void test_spec_is_required(void **state)
{
    (void)state;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct sample sample;

        sample_spec(&sample, (enum object_kind)kind, "");
        assert_text(object_kind_name((enum object_kind)kind), sample.said,
                    "a.yaml:1:1: spec: is required; write 'spec: {}' when nothing is to be set\n");
        sample_free(&sample);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mesh),
        cmocka_unit_test(test_bare_meshes),
        cmocka_unit_test(test_workload),
        cmocka_unit_test(test_destination),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_external_service),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_cluster),
        cmocka_unit_test(test_spec_is_required),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
