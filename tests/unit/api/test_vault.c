/* tests/unit/api/test_vault.c - what people read about mistakes in VaultCA, and its defaults. */
#include "tests/lib/specs_sample.h"

/* clang-format off */
static const struct sample_row vault_rows[] = {
    { "vault, complete",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      intermediateCertificateAuthority:\n"
      "        vault:\n"
      "          caPath: pki/root/sign-intermediate\n"
      "          csrPath: pki_int/intermediate/generate/exported\n"
      "          server: https://vault.example.com:8200\n"
      "          caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t\n"
      "          namespace: team\n"
      "          kubernetesAuth: {role: istio, mountPath: /v1/auth/a, secretTokenKey: jwt, serviceAccountRef: {name: a, namespace: b}}\n",
      "" },
    { "vault needs its paths, its server and one way to log in",
      "  mtlsConfig: {shared: {intermediateCertificateAuthority: {vault: {}}}}\n",
      "a.yaml:5:67: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault: needs a way to log in to Vault; write either tokenSecretRef or kubernetesAuth\n"
      "a.yaml:5:67: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.caPath: is required; write Vault's path that signs the intermediate, such as pki/root/sign-intermediate\n"
      "a.yaml:5:67: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.server: is required; write Vault's URL, such as https://vault.example.com:8200\n" },
    { "vault cannot log in in two ways",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      intermediateCertificateAuthority:\n"
      "        vault:\n"
      "          caPath: a\n"
      "          csrPath: b/exported\n"
      "          server: http://vault\n"
      "          tokenSecretRef: {name: token, namespace: gloo-mesh}\n"
      "          kubernetesAuth: {role: istio}\n",
      "a.yaml:9:11: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault: only one of tokenSecretRef, kubernetesAuth may be set; remove one\n" },
    { "vault's role is required, and there is one account",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      intermediateCertificateAuthority:\n"
      "        vault:\n"
      "          caPath: a\n"
      "          csrPath: b/exported\n"
      "          server: http://vault\n"
      "          kubernetesAuth: {mountPath: 'a b', serviceAccountRef: {name: a, namespace: b}, mountedSaPath: /var/run}\n",
      "a.yaml:12:27: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.kubernetesAuth: only one of serviceAccountRef, mountedSaPath may be set; remove one\n"
      "a.yaml:12:27: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.kubernetesAuth.role: is required; write the Vault role that the service account logs in to\n"
      "a.yaml:12:39: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.kubernetesAuth.mountPath: must be a path such as /v1/auth/kubernetes, without blanks, '?', '#' and '..'\n" },
    { "vault's texts must fit into a URL",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      intermediateCertificateAuthority:\n"
      "        vault:\n"
      "          caPath: ../sys/raw\n"
      "          csrPath: pki/generate/internal\n"
      "          server: https://user@vault\n"
      "          caBundle: \"-----BEGIN CERTIFICATE-----\"\n"
      "          tokenSecretRef: {name: token, namespace: gloo-mesh}\n",
      "a.yaml:9:19: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.caPath: must be a path inside Vault, without blanks, '?', '#' and '..'\n"
      "a.yaml:11:19: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.server: must be a URL such as https://vault.example.com:8200\n"
      "a.yaml:12:21: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.caBundle: is PEM text, but this field takes base64: write the output of 'base64 -w0 ca.pem'\n" },
    { "vault's bundle is base64 of PEM",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      intermediateCertificateAuthority:\n"
      "        vault: {caPath: a, csrPath: b/exported, server: 'http://', caBundle: aGVsbG8=, tokenSecretRef: {name: t, namespace: s}}\n",
      "a.yaml:8:57: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.server: must be a URL such as https://vault.example.com:8200\n"
      "a.yaml:8:78: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.caBundle: must be PEM certificates in base64, but decodes to something else\n" },
};
/* clang-format on */

static void test_diags(void **state)
{
    (void)state;
    sample_rows(KIND_VIRTUAL_MESH, vault_rows, LENGTH(vault_rows));
}

static void test_defaults(void **state)
{
    struct sample sample;
    const struct vault_ca *vault;

    (void)state;
    sample_spec(&sample, KIND_VIRTUAL_MESH,
                "  mtlsConfig: {shared: {intermediateCertificateAuthority: {vault: {caPath: a, "
                "csrPath: b/exported, server: 'http://v', kubernetesAuth: {role: r}}}}}\n");
    vault = sample.specs.virtual_meshes[0].mtls.shared.vault;
    assert_int_equal(vault->login, VAULT_KUBERNETES_AUTH);
    assert_int_equal(vault->account, VAULT_MOUNTED_PATH);
    assert_string_equal(vault->mount_path, "/v1/auth/kubernetes");
    assert_string_equal(vault->secret_token_key, "token");
    assert_string_equal(vault->mounted_sa_path, "/var/run/secrets/kubernetes.io/serviceaccount");
    assert_string_equal(vault->namespace, "");
    assert_null(vault->ca_bundle);
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diags),
        cmocka_unit_test(test_defaults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
