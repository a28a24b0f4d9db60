/* tests/unit/api/test_canonical.c - what a VirtualMesh decodes to, seen through its canonical form,
 * and which specs are the same. */
#include "api/canonical.h"
#include "api/meta.h"
#include "api/specs_index.h"
#include "base/write_json.h"
#include "tests/lib/specs_sample.h"

#include "base/write.h"
#include <string.h>

static const char *normal(const struct virtual_mesh *mesh, struct arena *arena)
{
    AUTO_TEXT json = { 0 };

    write_json(&json, canonical_virtual_mesh_spec(mesh, arena), false);
    return arena_text(arena, json.bytes);
}

#define OPTIONS(days, bits, org, ratio)                                                            \
    "{\"ttlDays\":" #days ",\"rsaKeySizeBytes\":" #bits ",\"orgName\":\"" org                      \
    "\",\"secretRotationGracePeriodRatio\":" #ratio "}"
#define ISTIO OPTIONS(365, 4096, "Istio", 0.1)
#define GLOO OPTIONS(365, 4096, "gloo-mesh", 0.1)
#define AFTER_SHARED                                                                               \
    ",\"rotationVerificationMethod\":{\"manual\":{}},\"rotationStrategy\":\"MULTI_ROOT\"}}"

/* clang-format off */
static const struct {
    const char *sentence, *spec, *normal;
} normals[] = {
    { "nothing is nothing",
      "  {}\n",
      "{}" },
    { "meshes keep their order",
      "  meshes:\n"
      "  - {namespace: gloo-mesh, name: b}\n"
      "  - {name: a, namespace: gloo-mesh}\n",
      "{\"meshes\":[{\"name\":\"b\",\"namespace\":\"gloo-mesh\"},{\"name\":\"a\",\"namespace\":\"gloo-mesh\"}]}" },
    { "shared: {} has all defaults",
      "  mtlsConfig: {shared: {}}\n",
      "{\"mtlsConfig\":{\"shared\":{\"intermediateCertOptions\":" ISTIO "}" AFTER_SHARED },
    { "mtlsConfig: {} has no model",
      "  mtlsConfig: {}\n",
      "{\"mtlsConfig\":{" "\"rotationVerificationMethod\":{\"manual\":{}},\"rotationStrategy\":\"MULTI_ROOT\"}}" },
    { "limited trust, restarts, no verification, no strategy",
      "  mtlsConfig:\n"
      "    limited: {}\n"
      "    autoRestartPods: yes\n"
      "    rotationVerificationMethod: {none: {}}\n"
      "    rotationStrategy: NONE\n",
      "{\"mtlsConfig\":{\"limited\":{},\"autoRestartPods\":true,\"rotationVerificationMethod\":{\"none\":{}},"
      "\"rotationStrategy\":\"NONE\"}}" },
    { "generated: {} is set",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {generated: {}}}}\n",
      "{\"mtlsConfig\":{\"shared\":{\"rootCertificateAuthority\":{\"generated\":" GLOO "},"
      "\"intermediateCertOptions\":" ISTIO "}" AFTER_SHARED },
    { "generated: null is not",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {generated: null}}}\n",
      "{\"mtlsConfig\":{\"shared\":{\"rootCertificateAuthority\":{},\"intermediateCertOptions\":" ISTIO "}"
      AFTER_SHARED },
    { "options as they are given",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority:\n"
      "        generated: {ttlDays: 730, rsaKeySizeBytes: 2048, orgName: books, secretRotationGracePeriodRatio: 0.25}\n"
      "      intermediateCertOptions: {ttlDays: '30', rsaKeySizeBytes: 8192, secretRotationGracePeriodRatio: 1e-3}\n",
      "{\"mtlsConfig\":{\"shared\":{\"rootCertificateAuthority\":{\"generated\":" OPTIONS(730, 2048, "books", 0.25) "},"
      "\"intermediateCertOptions\":" OPTIONS(30, 8192, "Istio", 0.001) "}" AFTER_SHARED },
    { "a root from a Secret",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {secret: {name: root, namespace: pki}}}}\n",
      "{\"mtlsConfig\":{\"shared\":{\"rootCertificateAuthority\":{\"secret\":{\"name\":\"root\",\"namespace\":\"pki\"}},"
      "\"intermediateCertOptions\":" ISTIO "}" AFTER_SHARED },
    { "an intermediate authority without a source",
      "  mtlsConfig: {shared: {intermediateCertificateAuthority: {}}}\n",
      "{\"mtlsConfig\":{\"shared\":{\"intermediateCertificateAuthority\":{},\"intermediateCertOptions\":" ISTIO "}"
      AFTER_SHARED },
    { "vault with a token",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      intermediateCertificateAuthority:\n"
      "        vault:\n"
      "          caPath: pki/root/sign-intermediate\n"
      "          csrPath: pki_int/intermediate/generate/exported\n"
      "          server: https://vault\n"
      "          caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t\n"
      "          namespace: team\n"
      "          tokenSecretRef: {name: token, namespace: gloo-mesh}\n",
      "{\"mtlsConfig\":{\"shared\":{\"intermediateCertificateAuthority\":{\"vault\":{"
      "\"caPath\":\"pki/root/sign-intermediate\",\"csrPath\":\"pki_int/intermediate/generate/exported\","
      "\"server\":\"https://vault\",\"caBundle\":\"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t\",\"namespace\":\"team\","
      "\"tokenSecretRef\":{\"name\":\"token\",\"namespace\":\"gloo-mesh\"}}},\"intermediateCertOptions\":" ISTIO "}"
      AFTER_SHARED },
    { "vault with a service account, defaults filled",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      intermediateCertificateAuthority:\n"
      "        vault: {caPath: a, csrPath: b/exported, server: 'http://v', kubernetesAuth: {role: istio}}\n",
      "{\"mtlsConfig\":{\"shared\":{\"intermediateCertificateAuthority\":{\"vault\":{"
      "\"caPath\":\"a\",\"csrPath\":\"b/exported\",\"server\":\"http://v\",\"kubernetesAuth\":{"
      "\"mountPath\":\"/v1/auth/kubernetes\",\"role\":\"istio\",\"secretTokenKey\":\"token\","
      "\"mountedSaPath\":\"/var/run/secrets/kubernetes.io/serviceaccount\"}}},\"intermediateCertOptions\":" ISTIO "}"
      AFTER_SHARED },
    { "vault with another service account",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      intermediateCertificateAuthority:\n"
      "        vault:\n"
      "          caPath: a\n"
      "          csrPath: b/exported\n"
      "          server: http://v\n"
      "          kubernetesAuth: {role: istio, mountPath: /v1/auth/x, secretTokenKey: jwt,\n"
      "            serviceAccountRef: {name: sa, namespace: ns}}\n",
      "{\"mtlsConfig\":{\"shared\":{\"intermediateCertificateAuthority\":{\"vault\":{"
      "\"caPath\":\"a\",\"csrPath\":\"b/exported\",\"server\":\"http://v\",\"kubernetesAuth\":{"
      "\"mountPath\":\"/v1/auth/x\",\"role\":\"istio\",\"secretTokenKey\":\"jwt\","
      "\"serviceAccountRef\":{\"name\":\"sa\",\"namespace\":\"ns\"}}}},\"intermediateCertOptions\":" ISTIO "}"
      AFTER_SHARED },
    { "a federation with nothing in it",
      "  federation: {}\n",
      "{\"federation\":{\"hostnameSuffix\":\"global\"}}" },
    { "permissive alone",
      "  federation: {permissive: {}}\n",
      "{\"federation\":{\"permissive\":{},\"hostnameSuffix\":\"global\"}}" },
    { "permissive beside selectors is dropped",
      "  federation: {permissive: {}, selectors: [{}]}\n",
      "{\"federation\":{\"selectors\":[{}],\"hostnameSuffix\":\"global\"}}" },
    { "gateways under the older name",
      "  federation: {eastWestIngressGatewaySelectors: [{}]}\n",
      "{\"federation\":{\"ingressGatewaySelectors\":[{\"portName\":\"tls\"}],\"hostnameSuffix\":\"global\"}}" },
    { "all of a federation",
      "  federation:\n"
      "    ingressGatewaySelectors:\n"
      "    - portName: tls-cross\n"
      "      destinationSelectors: [{kubeServiceMatcher: {}}, {kubeServiceMatcher: {clusters: [f]}}]\n"
      "    selectors:\n"
      "    - meshes: [{name: a, namespace: gloo-mesh}]\n"
      "      destinationSelectors:\n"
      "      - kubeServiceRefs: {services: [{clusterName: c, namespace: shop, name: cart}]}\n"
      "        kubeServiceMatcher: {clusters: [f, e], namespaces: [shop], labels: {b: '2', a: '1'}}\n"
      "    flatNetwork: true\n"
      "    hostnameSuffix: mesh.example.com\n"
      "    tcpKeepalive: {probes: 3, time: 1m30s, interval: 20000ms}\n"
      "    tlsEnforcementSettings: {enforcementMode: 3}\n"
      "  globalAccessPolicy: ENABLED\n",
      "{\"federation\":{\"ingressGatewaySelectors\":[{\"destinationSelectors\":[{\"kubeServiceMatcher\":{}},{\"kubeServiceMatcher\":{\"clusters\":[\"f\"]}}],"
      "\"portName\":\"tls-cross\"}],\"selectors\":[{\"destinationSelectors\":[{\"kubeServiceMatcher\":{"
      "\"labels\":{\"a\":\"1\",\"b\":\"2\"},\"namespaces\":[\"shop\"],\"clusters\":[\"f\",\"e\"]},"
      "\"kubeServiceRefs\":{\"services\":[{\"name\":\"cart\",\"namespace\":\"shop\",\"clusterName\":\"c\"}]}}],"
      "\"meshes\":[{\"name\":\"a\",\"namespace\":\"gloo-mesh\"}]}],\"flatNetwork\":true,"
      "\"hostnameSuffix\":\"mesh.example.com\",\"tcpKeepalive\":{\"probes\":3,\"time\":\"90s\",\"interval\":\"20s\"},"
      "\"tlsEnforcementSettings\":{\"enforcementMode\":\"STRICT\"}},\"globalAccessPolicy\":\"ENABLED\"}" },
    { "zero values are not there",
      "  meshes: []\n"
      "  federation: {ingressGatewaySelectors: [], selectors: [], flatNetwork: false, hostnameSuffix: '',\n"
      "    tcpKeepalive: {probes: 0}, tlsEnforcementSettings: {enforcementMode: UNSET}}\n"
      "  globalAccessPolicy: MESH_DEFAULT\n",
      "{\"federation\":{\"hostnameSuffix\":\"global\",\"tcpKeepalive\":{}}}" },
};

static const struct {
    const char *sentence, *one, *other;
    bool same;
} pairs[] = {
    { "the order of keys", "  {globalAccessPolicy: ENABLED, meshes: []}\n", "  {meshes: [], globalAccessPolicy: ENABLED}\n",
      true },
    { "a default that is written out", "  mtlsConfig: {shared: {}}\n",
      "  mtlsConfig: {shared: {intermediateCertOptions: {ttlDays: 365, rsaKeySizeBytes: 0}}, rotationStrategy: MULTI_ROOT}\n",
      true },
    { "units of time", "  federation: {tcpKeepalive: {time: 60s}}\n", "  federation: {tcpKeepalive: {time: 1m}}\n", true },
    { "JSON", "  meshes: [{name: a, namespace: b}]\n", "  {\"meshes\": [{\"name\": \"a\", \"namespace\": \"b\"}]}\n", true },
    { "the name of the gateways", "  federation: {ingressGatewaySelectors: [{}]}\n",
      "  federation: {eastWestIngressGatewaySelectors: [{portName: tls}]}\n", true },
    { "a federation that is not there", "  {}\n", "  federation: {}\n", false },
    { "shared: {} and a root with defaults", "  mtlsConfig: {shared: {}}\n",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {generated: {}}}}\n", false },
    { "the order of meshes", "  meshes: [{name: a, namespace: x}, {name: b, namespace: x}]\n",
      "  meshes: [{name: b, namespace: x}, {name: a, namespace: x}]\n", false },
    { "no keepalive and one of the system", "  federation: {}\n", "  federation: {tcpKeepalive: {}}\n", false },
};
/* clang-format on */

/* The one VirtualMesh of a spec without a mistake. */
static const struct virtual_mesh *only_mesh(struct sample *sample, const char *sentence,
                                            const char *spec)
{
    sample_spec(sample, KIND_VIRTUAL_MESH, spec);
    if (sample->diags.errors)
        fail_msg("%s: %s", sentence, sample->said);
    assert_int_equal(sample->specs.virtual_mesh_count, 1);
    return sample->specs.virtual_meshes;
}

static void test_normal_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(normals); i++) {
        struct sample sample;
        const struct virtual_mesh *mesh = only_mesh(&sample, normals[i].sentence, normals[i].spec);

        assert_text(normals[i].sentence, normal(mesh, sample.arena), normals[i].normal);
        sample_free(&sample);
    }
}

/* The normal form is a spec: it decodes to itself. */
static void test_normal_form_is_a_spec(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(normals); i++) {
        struct sample first, second;
        const struct virtual_mesh *mesh = only_mesh(&first, normals[i].sentence, normals[i].spec);
        const struct virtual_mesh *again =
            only_mesh(&second, normals[i].sentence,
                      arena_printf(first.arena, "  %s\n", normal(mesh, first.arena)));

        assert_string_equal(mesh->digest, again->digest);
        assert_text(normals[i].sentence, normal(again, second.arena), normals[i].normal);
        assert_int_equal(second.diags.warnings, 0);
        sample_free(&first);
        sample_free(&second);
    }
}

static void test_digest(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(pairs); i++) {
        struct sample one, other;
        const char *a = only_mesh(&one, pairs[i].sentence, pairs[i].one)->digest;
        const char *b = only_mesh(&other, pairs[i].sentence, pairs[i].other)->digest;

        assert_int_equal(strlen(a), 64);
        if ((strcmp(a, b) == 0) != pairs[i].same)
            fail_msg("%s: digests %s and %s", pairs[i].sentence, a, b);
        sample_free(&one);
        sample_free(&other);
    }
}

static void test_normals_differ(void **state)
{
    struct map *seen;
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    seen = map_new(arena);
    for (size_t i = 0; i < LENGTH(normals); i++) {
        struct sample sample;
        const struct virtual_mesh *mesh = only_mesh(&sample, normals[i].sentence, normals[i].spec);

        assert_null(map_put(seen, arena_text(arena, mesh->digest), seen));
        sample_free(&sample);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_form),
        cmocka_unit_test(test_normal_form_is_a_spec),
        cmocka_unit_test(test_digest),
        cmocka_unit_test(test_normals_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
