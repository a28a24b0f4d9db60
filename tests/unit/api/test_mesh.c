/* tests/unit/api/test_mesh.c - where each field of a Mesh lands, and what people read about
 * mistakes in one. */
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

static void test_diags(void **state)
{
    (void)state;
    sample_rows(KIND_MESH, mesh_rows, LENGTH(mesh_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mesh),
        cmocka_unit_test(test_bare_meshes),
        cmocka_unit_test(test_diags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
