/* tests/unit/api/test_policy.c - what people read about mistakes in AccessPolicies and
 * Settings. */
#include "tests/lib/specs_sample.h"

/* clang-format off */
static const struct sample_row access_policy_rows[] = {
    { "an empty policy allows everything",
      "  {}\n",
      "" },
    { "all fields",
      "  sourceSelector:\n"
      "  - kubeIdentityMatcher: {namespaces: [a], clusters: [b]}\n"
      "    requestIdentityMatcher: {requestPrincipals: [iss/sub], notRequestPrincipals: [iss/x]}\n"
      "  - kubeServiceAccountRefs: {serviceAccounts: [{name: web}, {namespace: shop}, {clusterName: a}]}\n"
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
    { "path templates are whole segments",
      "  allowedPaths: ['/a/{*}/b', '/a/{**}', '/{*}/{**}/c', '/%7Bx', '/{**}/']\n",
      "" },
    { "a brace is no text of a path",
      "  allowedPaths: ['/{x}']\n",
      "a.yaml:5:18: spec.allowedPaths[0]: has '{' or '}' that is not part of a whole segment {*} or {**}, the only templates that Istio takes; write a path such as /cart, a prefix /cart* or a template /cart/{*}/items\n" },
    { "a template is a whole segment",
      "  allowedPaths: ['/a{*}']\n",
      "a.yaml:5:18: spec.allowedPaths[0]: has '{' or '}' that is not part of a whole segment {*} or {**}, the only templates that Istio takes; write a path such as /cart, a prefix /cart* or a template /cart/{*}/items\n" },
    { "two stars end a template",
      "  allowedPaths: ['/{**}/{*}']\n",
      "a.yaml:5:18: spec.allowedPaths[0]: has {*} or {**} after {**}, which must be the last of them; write a path such as /cart, a prefix /cart* or a template /cart/{*}/items\n" },
    { "no other star in a template",
      "  allowedPaths: ['/a*/{*}']\n",
      "a.yaml:5:18: spec.allowedPaths[0]: is a template, so its other segments must be plain text without '*' and not empty; write a path such as /cart, a prefix /cart* or a template /cart/{*}/items\n" },
    { "no empty segment in a template",
      "  allowedPaths: ['/a//{*}']\n",
      "a.yaml:5:18: spec.allowedPaths[0]: is a template, so its other segments must be plain text without '*' and not empty; write a path such as /cart, a prefix /cart* or a template /cart/{*}/items\n" },
    { "a template begins with a slash",
      "  allowedPaths: ['a/{*}']\n",
      "a.yaml:5:18: spec.allowedPaths[0]: is a template and must begin with /; write a path such as /cart, a prefix /cart* or a template /cart/{*}/items\n" },
    { "a method is not empty",
      "  allowedMethods: ['']\n",
      "a.yaml:5:20: spec.allowedMethods[0]: must not be empty; write a method such as GET\n" },
    { "lists that are empty count as none",
      "  sourceSelector: []\n"
      "  destinationSelector: []\n"
      "  allowedPaths: []\n"
      "  allowedMethods: []\n"
      "  allowedPorts: []\n",
      "a.yaml:5:19: spec.sourceSelector: warning: is empty, which counts as any caller; if that is meant, leave the field out\n"
      "a.yaml:6:24: spec.destinationSelector: warning: is empty, which counts as any Service; if that is meant, leave the field out\n"
      "a.yaml:7:17: spec.allowedPaths: warning: is empty, which counts as any path; if that is meant, leave the field out\n"
      "a.yaml:8:19: spec.allowedMethods: warning: is empty, which counts as any method; if that is meant, leave the field out\n"
      "a.yaml:9:17: spec.allowedPorts: warning: is empty, which counts as any port; if that is meant, leave the field out\n" },
    { "an entry without members is any caller",
      "  sourceSelector: [{}]\n",
      "" },
    { "no accounts",
      "  sourceSelector: [{kubeServiceAccountRefs: {}}]\n",
      "a.yaml:5:45: spec.sourceSelector[0].kubeServiceAccountRefs: is empty; write name, namespace and clusterName of each service account, or leave kubeServiceAccountRefs out\n" },
    { "an empty list of accounts",
      "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: []}}]\n",
      "a.yaml:5:63: spec.sourceSelector[0].kubeServiceAccountRefs.serviceAccounts: is empty; write name, namespace and clusterName of each service account, or leave kubeServiceAccountRefs out\n" },
    { "an account without parts",
      "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{}, {name: '', clusterName: null}]}}]\n",
      "a.yaml:5:64: spec.sourceSelector[0].kubeServiceAccountRefs.serviceAccounts[0]: names no part of a service account, which would let in every account of every mesh; give its name and namespace, or a namespace, or a clusterName\n"
      "a.yaml:5:68: spec.sourceSelector[0].kubeServiceAccountRefs.serviceAccounts[1]: names no part of a service account, which would let in every account of every mesh; give its name and namespace, or a namespace, or a clusterName\n" },
    { "an empty matcher of identities",
      "  sourceSelector: [{kubeIdentityMatcher: {}}]\n",
      "a.yaml:5:42: spec.sourceSelector[0].kubeIdentityMatcher: is empty; write namespaces or clusters, or leave it out; an entry {} lets in any caller\n" },
    { "a matcher of nulls",
      "  sourceSelector: [{kubeIdentityMatcher: {namespaces: null}}]\n",
      "a.yaml:5:42: spec.sourceSelector[0].kubeIdentityMatcher: is empty; write namespaces or clusters, or leave it out; an entry {} lets in any caller\n"
      "a.yaml:5:42: spec.sourceSelector[0].kubeIdentityMatcher.namespaces: is null, which would let in any; say which, or remove it\n" },
    { "empty lists of a matcher",
      "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [], clusters: []}}]\n",
      "a.yaml:5:55: spec.sourceSelector[0].kubeIdentityMatcher.namespaces: is empty; write the names of namespaces, or leave namespaces out for any\n"
      "a.yaml:5:69: spec.sourceSelector[0].kubeIdentityMatcher.clusters: is empty; write the names of KubernetesClusters, or leave clusters out for any\n" },
    { "empty texts of a matcher",
      "  sourceSelector: [{kubeIdentityMatcher: {namespaces: ['', a], clusters: ['']}}]\n",
      "a.yaml:5:56: spec.sourceSelector[0].kubeIdentityMatcher.namespaces[0]: is an empty text; write the names of namespaces, or leave namespaces out for any\n"
      "a.yaml:5:75: spec.sourceSelector[0].kubeIdentityMatcher.clusters[0]: is an empty text; write the names of KubernetesClusters, or leave clusters out for any\n" },
    { "no request identity",
      "  sourceSelector: [{requestIdentityMatcher: {}}]\n",
      "a.yaml:5:45: spec.sourceSelector[0].requestIdentityMatcher: is empty; write principals as issuer/subject, or leave it out\n" },
    { "no request principals",
      "  sourceSelector: [{requestIdentityMatcher: {requestPrincipals: [], notRequestPrincipals: ['']}}]\n",
      "a.yaml:5:65: spec.sourceSelector[0].requestIdentityMatcher.requestPrincipals: is empty; write principals as issuer/subject, or leave it out\n"
      "a.yaml:5:92: spec.sourceSelector[0].requestIdentityMatcher.notRequestPrincipals[0]: is an empty text; write principals as issuer/subject, or leave it out\n" },
    { "members that are null",
      "  sourceSelector: [{kubeIdentityMatcher: null}]\n",
      "a.yaml:5:20: spec.sourceSelector[0].kubeIdentityMatcher: is null, which would let in any; say which, or remove it\n" },
    { "one member that is null",
      "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [a], clusters: }, kubeServiceAccountRefs: null}]\n",
      "a.yaml:5:20: spec.sourceSelector[0].kubeServiceAccountRefs: is null, which would let in any; say which, or remove it\n"
      "a.yaml:5:42: spec.sourceSelector[0].kubeIdentityMatcher.clusters: is null, which would let in any; say which, or remove it\n" },
    { "a list that is null counts as none",
      "  allowedMethods:\n",
      "a.yaml:5:3: spec.allowedMethods: warning: is empty, which counts as any method; if that is meant, leave the field out\n" },
    { "namespaces are names, no patterns",
      "  sourceSelector: [{kubeIdentityMatcher: {namespaces: ['*', 'prod-*', 'shop/sa/web']}}]\n",
      "a.yaml:5:56: spec.sourceSelector[0].kubeIdentityMatcher.namespaces[0]: must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 of them (RFC 1123); got '*'\n"
      "a.yaml:5:61: spec.sourceSelector[0].kubeIdentityMatcher.namespaces[1]: must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 of them (RFC 1123); got 'prod-*'\n"
      "a.yaml:5:71: spec.sourceSelector[0].kubeIdentityMatcher.namespaces[2]: must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 of them (RFC 1123); got 'shop/sa/web'\n" },
    { "a destination with an empty member",
      "  destinationSelector:\n"
      "  - kubeServiceMatcher: {labels: {}, namespaces: [], clusters: []}\n"
      "  - kubeServiceRefs: {}\n"
      "  - kubeServiceRefs: {services: []}\n",
      "a.yaml:6:34: spec.destinationSelector[0].kubeServiceMatcher.labels: is empty; write the labels of the Services, or leave it out for any\n"
      "a.yaml:6:50: spec.destinationSelector[0].kubeServiceMatcher.namespaces: is empty; write the names of namespaces, or leave namespaces out for any\n"
      "a.yaml:6:64: spec.destinationSelector[0].kubeServiceMatcher.clusters: is empty; write the names of KubernetesClusters, or leave clusters out for any\n"
      "a.yaml:7:22: spec.destinationSelector[1].kubeServiceRefs: warning: is empty and so selects no Service; write name, namespace and clusterName of each\n"
      "a.yaml:8:33: spec.destinationSelector[2].kubeServiceRefs.services: warning: is empty and so selects no Service; write name, namespace and clusterName of each\n" },
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
      "a.yaml:6:3: spec.tls: unknown field; remove it\n" },
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
