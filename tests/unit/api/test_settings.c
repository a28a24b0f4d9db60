/* tests/unit/api/test_settings.c - the TLS mode of Settings, and what people read about mistakes in
 * them. */
#include "tests/lib/specs_sample.h"

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

/* clang-format off */
static const struct sample_row settings_rows[] = {
    { "nothing set",
      "  {}\n",
      "" },
    { "what the chart ships",
      "  mtls: {istio: {tlsMode: ISTIO_MUTUAL}}\n"
      "  networkingExtensionServers: []\n"
      "  discovery: {istio: {ingressGatewayDetectors: {'*': {gatewayWorkloadLabels: {istio: ingressgateway}, gatewayTlsPortName: tls}}}}\n"
      "  relay: {enabled: false}\n",
      "" },
    { "a mode by number",
      "  mtls: {istio: {tlsMode: 2}}\n",
      "a.yaml:5:27: spec.mtls.istio.tlsMode: warning: is the number 2; write the name ISTIO_MUTUAL\n" },
    { "UNSET is known",
      "  mtls: {istio: {tlsMode: UNSET}}\n",
      "" },
    { "an unknown mode",
      "  mtls: {istio: {tlsMode: MUTUAL, mode: x}}\n",
      "a.yaml:5:27: spec.mtls.istio.tlsMode: \"MUTUAL\" is not one of DISABLE, SIMPLE, ISTIO_MUTUAL\n"
      "a.yaml:5:35: spec.mtls.istio.mode: unknown field; remove it\n" },
    { "an unknown part",
      "  mtls: {osm: {}}\n"
      "  tls: {}\n",
      "a.yaml:5:10: spec.mtls.osm: unknown field; remove it\n"
      "a.yaml:6:3: spec.tls: unknown field; remove it\n" },
};
/* clang-format on */

static void test_diags(void **state)
{
    (void)state;
    sample_rows(KIND_SETTINGS, settings_rows, LENGTH(settings_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_diags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
