/* tests/unit/api/test_virtual_mesh.c - where a VirtualMesh and its parts are, and what people
 * read about mistakes in one. */
#include "api/meta.h"
#include "api/specs_index.h"
#include "tests/lib/specs_sample.h"

static void test_places_and_metadata(void **state)
{
    struct sample sample;
    const struct virtual_mesh *mesh;

    (void)state;
    sample_text(&sample, "apiVersion: networking.mesh.gloo.solo.io/v1\n"
                         "kind: VirtualMesh\n"
                         "metadata:\n"
                         "  name: retail\n"
                         "  namespace: gloo-mesh\n"
                         "  generation: 7\n"
                         "  creationTimestamp: 2026-11-23T11:00:00Z\n"
                         "  annotations: {other: x, weft.dev/sealed-secret-removed: \"*\", "
                         "weft.dev/rotation-approved: r1-0123abcd/1}\n"
                         "spec:\n"
                         "  meshes:\n"
                         "  - name: a\n"
                         "    namespace: gloo-mesh\n"
                         "  mtlsConfig: {shared: {}}\n"
                         "  federation:\n"
                         "    selectors:\n"
                         "    - meshes:\n"
                         "      - {name: a, namespace: gloo-mesh}\n");
    assert_string_equal(sample.said, "");
    mesh = specs_virtual_mesh(&sample.specs, (struct object_ref){ "retail", "gloo-mesh" });
    assert_non_null(mesh);
    assert_string_equal(mesh->meta.key, "retail.gloo-mesh.");
    assert_int_equal(mesh->meta.generation, 7);
    assert_int_equal(mesh->meta.created, 1795431600);
    assert_int_equal(mesh->meta.annotation_count, 2);
    assert_string_equal(meta_annotation(&mesh->meta, "weft.dev/rotation-approved"),
                        "r1-0123abcd/1");
    assert_string_equal(meta_annotation(&mesh->meta, "weft.dev/sealed-secret-removed"), "*");
    assert_null(meta_annotation(&mesh->meta, "other"));
    assert_string_equal(mesh->meta.place.file, "a.yaml");
    assert_int_equal(mesh->meta.place.line, 1);
    assert_int_equal(mesh->mesh_places[0].line, 11);
    assert_int_equal(mesh->mesh_places[0].column, 5);
    assert_int_equal(mesh->mtls.place.line, 13);
    assert_int_equal(mesh->mtls.shared.place.column, 24);
    assert_int_equal(mesh->federation.place.line, 15);
    assert_int_equal(mesh->federation.selectors[0].mesh_places[0].line, 17);
    sample_free(&sample);
}

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
    { "enforcement by number and by a wrong name",
      "  federation:\n"
      "    tlsEnforcementSettings: {enforcementMode: 2}\n"
      "  globalAccessPolicy: enabled\n",
      "a.yaml:6:47: spec.federation.tlsEnforcementSettings.enforcementMode: warning: is the number 2; write the name PERMISSIVE\n"
      "a.yaml:7:23: spec.globalAccessPolicy: \"enabled\" is not one of MESH_DEFAULT, ENABLED, DISABLED; did you mean ENABLED?\n" },
};
/* clang-format on */

static void test_diags(void **state)
{
    (void)state;
    sample_rows(KIND_VIRTUAL_MESH, virtual_mesh_rows, LENGTH(virtual_mesh_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places_and_metadata),
        cmocka_unit_test(test_diags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
