/* tests/unit/api/test_policy_diags.c - what people read about mistakes in AccessPolicies and
 * Settings. */
#include "sample.h"

/* clang-format off */
static const struct sample_row access_policy_rows[] = {
    { "an empty policy allows everything",
      "  {}\n",
      "" },
    { "all fields",
      "  sourceSelector:\n"
      "  - kubeIdentityMatcher: {namespaces: [a], clusters: [b]}\n"
      "    requestIdentityMatcher: {requestPrincipals: [iss/sub], notRequestPrincipals: [iss/x]}\n"
      "  - kubeServiceAccountRefs: {serviceAccounts: [{name: web}, {namespace: shop}, {clusterName: a}, {}]}\n"
      "  destinationSelector: [{kubeServiceMatcher: {}}]\n"
      "  allowedPaths: [/cart, /api/*, '*.html']\n"
      "  allowedMethods: [GET, POST]\n"
      "  allowedPorts: [80, 65535]\n",
      "" },
    { "ports are port numbers",
      "  allowedPorts: [0, 65536, http, '8080', null]\n",
      "a.yaml:5:17: spec.allowedPorts[4]: is required; write a port number between 1 and 65535\n"
      "a.yaml:5:18: spec.allowedPorts[0]: must be between 1 and 65535, is 0\n"
      "a.yaml:5:21: spec.allowedPorts[1]: must be between 1 and 65535, is 65536\n"
      "a.yaml:5:28: spec.allowedPorts[2]: must be a whole number, is \"http\"\n" },
    { "a star counts at the ends only",
      "  allowedPaths: [/a*b, '*a*', '', 5]\n",
      "a.yaml:5:18: spec.allowedPaths[0]: warning: has a '*' that is neither its first nor its only last character: it is taken literally\n"
      "a.yaml:5:24: spec.allowedPaths[1]: warning: has a '*' that is neither its first nor its only last character: it is taken literally\n"
      "a.yaml:5:31: spec.allowedPaths[2]: must not be empty; write a path such as /cart, a prefix /cart* or a suffix *.html\n"
      "a.yaml:5:35: spec.allowedPaths[3]: must be a string, is the number 5; write it in quotes\n" },
    { "methods are upper case",
      "  allowedMethods: [get]\n",
      "a.yaml:5:20: spec.allowedMethods[0]: warning: is compared as written, and HTTP methods are upper case: write GET, not get\n" },
    { "account references may have gaps but no wrong names",
      "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{name: 'A b'}, null]}}]\n",
      "a.yaml:5:63: spec.sourceSelector[0].kubeServiceAccountRefs.serviceAccounts[1]: is null; write {} for an empty entry, or remove it\n"
      "a.yaml:5:71: spec.sourceSelector[0].kubeServiceAccountRefs.serviceAccounts[0].name: must be a DNS name: lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit, at most 253 of them (RFC 1123); got 'A b'\n" },
    { "an empty source is not any source",
      "  sourceSelector: [null]\n",
      "a.yaml:5:19: spec.sourceSelector[0]: is null; write {} for an empty entry, or remove it\n" },
    { "an unknown selector",
      "  sourceSelector: [{kubeIdentityMatchers: {}}]\n",
      "a.yaml:5:21: spec.sourceSelector[0].kubeIdentityMatchers: unknown field; did you mean kubeIdentityMatcher?\n" },
};
/* clang-format on */

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
      "a.yaml:6:3: spec.tls: unknown field; did you mean mtls?\n" },
};
/* clang-format on */

static void test_access_policy(void **state)
{
    (void)state;
    sample_rows(KIND_ACCESS_POLICY, access_policy_rows, LENGTH(access_policy_rows));
}

static void test_settings(void **state)
{
    (void)state;
    sample_rows(KIND_SETTINGS, settings_rows, LENGTH(settings_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_access_policy),
        cmocka_unit_test(test_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
