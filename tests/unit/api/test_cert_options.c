/* tests/unit/api/test_cert_options.c - what people read about mistakes in CommonCertOptions, and
 * their defaults. */
#include "api/cert_options.h"
#include "tests/lib/specs_sample.h"

/* clang-format off */
static const struct sample_row option_rows[] = {
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
    { "a ratio as text or in percent names the number that is meant",
      "  mtlsConfig:\n"
      "    shared:\n"
      "      rootCertificateAuthority: {generated: {secretRotationGracePeriodRatio: \"0.25\"}}\n"
      "      intermediateCertOptions: {secretRotationGracePeriodRatio: 20%}\n",
      "a.yaml:7:78: spec.mtlsConfig.shared.rootCertificateAuthority.generated.secretRotationGracePeriodRatio: must be a number, is the text \"0.25\"; write 0.25 without quotes\n"
      "a.yaml:8:65: spec.mtlsConfig.shared.intermediateCertOptions.secretRotationGracePeriodRatio: must be a number, is the text \"20%\"; write 0.2 without quotes\n" },
};
/* clang-format on */

static void test_diags(void **state)
{
    (void)state;
    sample_rows(KIND_VIRTUAL_MESH, option_rows, LENGTH(option_rows));
}

static void test_defaults(void **state)
{
    struct cert_options filled = cert_options_fill((struct cert_options){ 0 }, "Istio");
    struct cert_options given = { 1, 2048, "books", 0.5 };

    (void)state;
    assert_int_equal(filled.ttl_days, 365);
    assert_int_equal(filled.rsa_key_bits, 4096);
    assert_string_equal(filled.org_name, "Istio");
    assert_true(filled.grace_ratio > 0.0999 && filled.grace_ratio < 0.1001);
    filled = cert_options_fill(given, "Istio");
    assert_int_equal(filled.ttl_days, 1);
    assert_int_equal(filled.rsa_key_bits, 2048);
    assert_string_equal(filled.org_name, "books");
    assert_true(filled.grace_ratio > 0.4999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diags),
        cmocka_unit_test(test_defaults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
