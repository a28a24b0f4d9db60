/* tests/unit/api/test_mtls_diags.c - what people read about mistakes in spec.mtlsConfig of a
 * VirtualMesh. */
#include "tests/lib/specs_sample.h"

/* clang-format off */
static const struct sample_row mtls_rows[] = {
    { "two trust models",
      "  mtlsConfig: {shared: {}, limited: {}}\n",
      "a.yaml:5:15: spec.mtlsConfig: only one of shared, limited may be set; remove one\n" },
    { "a limited trust has no members",
      "  mtlsConfig: {limited: {gateway: x}}\n",
      "a.yaml:5:26: spec.mtlsConfig.limited.gateway: unknown field; remove it\n" },
    { "two authorities",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority: {generated: {}}\n"
      "      intermediateCertificateAuthority: {}\n",
      "a.yaml:7:7: spec.mtlsConfig.shared: only one of rootCertificateAuthority, intermediateCertificateAuthority may be set; remove one\n" },
    { "two sources of the root",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority:\n"
      "        generated: {}\n"
      "        secret: {name: root, namespace: gloo-mesh}\n",
      "a.yaml:8:9: spec.mtlsConfig.shared.rootCertificateAuthority: only one of generated, secret may be set; remove one\n" },
    { "generated: null is not set, so the secret is alone",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority:\n"
      "        generated: null\n"
      "        secret: {name: root, namespace: gloo-mesh}\n",
      "" },
    { "the root must not be in the Secret that is made from it",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {secret: {name: cacerts, namespace: istio-system}}}}\n",
      "a.yaml:5:60: spec.mtlsConfig.shared.rootCertificateAuthority.secret: must not be istio-system/cacerts: that Secret holds what is made from this root; keep the root in a Secret of its own\n" },
    { "a Secret of that name elsewhere is fine",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {secret: {name: cacerts, namespace: pki}}}}\n",
      "" },
    { "another Secret beside it is fine",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {secret: {name: root, namespace: istio-system}}}}\n",
      "" },
    { "a secret needs a namespace",
      "  mtlsConfig: {shared: {rootCertificateAuthority: {secret: {name: root}}}}\n",
      "a.yaml:5:60: spec.mtlsConfig.shared.rootCertificateAuthority.secret.namespace: is required; write the namespace of the Secret object\n" },
    { "key sizes count bits",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority: {generated: {rsaKeySizeBytes: 512}}\n"
      "      intermediateCertOptions: {rsaKeySizeBytes: 1024}\n",
      "a.yaml:7:63: spec.mtlsConfig.shared.rootCertificateAuthority.generated.rsaKeySizeBytes: must be 2048, 3072, 4096 or 8192: in spite of its name the field counts bits; write 4096 for a key of 512 bytes\n"
      "a.yaml:8:50: spec.mtlsConfig.shared.intermediateCertOptions.rsaKeySizeBytes: must be 2048, 3072, 4096 or 8192 (bits, in spite of the field's name); got 1024\n" },
    { "sizes in bytes are recognised",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority: {generated: {rsaKeySizeBytes: 256}}\n"
      "      intermediateCertOptions: {rsaKeySizeBytes: 384}\n",
      "a.yaml:7:63: spec.mtlsConfig.shared.rootCertificateAuthority.generated.rsaKeySizeBytes: must be 2048, 3072, 4096 or 8192: in spite of its name the field counts bits; write 2048 for a key of 256 bytes\n"
      "a.yaml:8:50: spec.mtlsConfig.shared.intermediateCertOptions.rsaKeySizeBytes: must be 2048, 3072, 4096 or 8192: in spite of its name the field counts bits; write 3072 for a key of 384 bytes\n" },
    { "0 is the default of a key size and of days",
      "  mtlsConfig: {shared: {intermediateCertOptions: {rsaKeySizeBytes: 0, ttlDays: 0}}}\n",
      "" },
    { "days are a uint32 within what X.509 can say",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority: {generated: {ttlDays: 365001}}\n"
      "      intermediateCertOptions: {ttlDays: -1}\n",
      "a.yaml:7:55: spec.mtlsConfig.shared.rootCertificateAuthority.generated.ttlDays: must be between 0 and 365000, is 365001\n"
      "a.yaml:8:42: spec.mtlsConfig.shared.intermediateCertOptions.ttlDays: must be between 0 and 365000, is -1\n" },
    { "a ratio lies between 0 and 1, both excluded",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority: {generated: {secretRotationGracePeriodRatio: 0}}\n"
      "      intermediateCertOptions: {secretRotationGracePeriodRatio: 1}\n",
      "a.yaml:7:78: spec.mtlsConfig.shared.rootCertificateAuthority.generated.secretRotationGracePeriodRatio: must be greater than 0 and less than 1: it is the share of the lifetime that is left when a certificate is renewed, 0.10 when not given\n"
      "a.yaml:8:65: spec.mtlsConfig.shared.intermediateCertOptions.secretRotationGracePeriodRatio: must be greater than 0 and less than 1: it is the share of the lifetime that is left when a certificate is renewed, 0.10 when not given\n" },
    { "a ratio that is far off",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority: {generated: {secretRotationGracePeriodRatio: 10}}\n"
      "      intermediateCertOptions: {secretRotationGracePeriodRatio: often}\n",
      "a.yaml:7:78: spec.mtlsConfig.shared.rootCertificateAuthority.generated.secretRotationGracePeriodRatio: must be between 0 and 1, is 10\n"
      "a.yaml:8:65: spec.mtlsConfig.shared.intermediateCertOptions.secretRotationGracePeriodRatio: must be a number, is \"often\"\n" },
    { "an organisation has 64 characters at most, and no control characters",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority: {generated: {orgName: \"0123456789012345678901234567890123456789012345678901234567890123x\"}}\n"
      "      intermediateCertOptions: {orgName: \"a\\tb\"}\n",
      "a.yaml:7:55: spec.mtlsConfig.shared.rootCertificateAuthority.generated.orgName: must be at most 64 characters, the most that an X.509 subject's O takes; got 65\n"
      "a.yaml:8:42: spec.mtlsConfig.shared.intermediateCertOptions.orgName: must not hold control characters: it becomes the O of a certificate's subject\n" },
    { "64 characters of two bytes each fit",
      "  mtlsConfig: {shared: {intermediateCertOptions: {orgName: éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé}}}\n",
      "" },
    { "rotation by number works with a warning",
      "  mtlsConfig: {shared: {}, rotationStrategy: 1}\n",
      "a.yaml:5:46: spec.mtlsConfig.rotationStrategy: warning: is the number 1; write the name NONE\n" },
    { "rotation by a wrong name or number",
      "  mtlsConfig:\n"
      "    shared: {}\n"
      "    rotationStrategy: MULTIROOT\n"
      "    rotationVerificationMethod: {manual: {}, none: {}}\n",
      "a.yaml:7:23: spec.mtlsConfig.rotationStrategy: \"MULTIROOT\" is not one of MULTI_ROOT, NONE; did you mean MULTI_ROOT?\n"
      "a.yaml:8:33: spec.mtlsConfig.rotationVerificationMethod: only one of none, manual may be set; remove one\n" },
    { "a restart is true or false",
      "  mtlsConfig: {shared: {}, autoRestartPods: 'true'}\n",
      "a.yaml:5:45: spec.mtlsConfig.autoRestartPods: must be true or false, is \"true\"\n" },
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
      "a.yaml:5:67: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.csrPath: is required; write Vault's path that generates the intermediate, such as pki_int/intermediate/generate/exported\n"
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
      "a.yaml:10:20: spec.mtlsConfig.shared.intermediateCertificateAuthority.vault.csrPath: warning: should end in /exported: Istio needs the private key of its intermediate\n"
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

static void test_mtls(void **state)
{
    (void)state;
    sample_rows(KIND_VIRTUAL_MESH, mtls_rows, LENGTH(mtls_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mtls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
