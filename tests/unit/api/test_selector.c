/* tests/unit/api/test_selector.c - what people read about mistakes in selectors of VirtualMeshes
 * and of AccessPolicies. */
#include "tests/lib/specs_sample.h"

/* clang-format off */
static const struct sample_row destination_rows[] = {
    { "references of a selector need all three parts",
      "  federation:\n"
      "    selectors:\n"
      "    - destinationSelectors:\n"
      "      - kubeServiceRefs: {services: [{name: cart, namespace: shop}]}\n"
      "      meshes: [{name: istiod-a}]\n",
      "a.yaml:8:38: spec.federation.selectors[0].destinationSelectors[0].kubeServiceRefs.services[0].clusterName: is required; write the name of the KubernetesCluster it lives on\n"
      "a.yaml:9:16: spec.federation.selectors[0].meshes[0].namespace: is required; write the namespace of the Mesh object\n" },
    { "labels are strings",
      "  federation:\n"
      "    selectors:\n"
      "    - destinationSelectors:\n"
      "      - kubeServiceMatcher: {labels: {version: 2}, namespaces: shop, clusters: [1]}\n",
      "a.yaml:8:48: spec.federation.selectors[0].destinationSelectors[0].kubeServiceMatcher.labels.version: must be a string, is the number 2; write it in quotes\n"
      "a.yaml:8:64: spec.federation.selectors[0].destinationSelectors[0].kubeServiceMatcher.namespaces: must be a list, is \"shop\"\n"
      "a.yaml:8:81: spec.federation.selectors[0].destinationSelectors[0].kubeServiceMatcher.clusters[0]: must be a string, is the number 1; write it in quotes\n" },
};
/* clang-format on */

/* clang-format off */
static const struct sample_row policy_rows[] = {
    { "account references may have gaps but no wrong names",
      "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{name: 'A b'}, null]}}]\n",
      "a.yaml:5:63: spec.sourceSelector[0].kubeServiceAccountRefs.serviceAccounts[1]: is null; write {} for an empty entry, or remove it\n"
      "a.yaml:5:71: spec.sourceSelector[0].kubeServiceAccountRefs.serviceAccounts[0].name: must be a DNS name: lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit, at most 253 of them (RFC 1123); got 'A b'\n" },
    { "an empty source is not any source",
      "  sourceSelector: [null]\n",
      "a.yaml:5:19: spec.sourceSelector[0]: is null; write {} for an empty entry, or remove it\n" },
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
      "a.yaml:5:68: spec.sourceSelector[0].kubeServiceAccountRefs.serviceAccounts[1].clusterName: is null, which would count as any; say which, or remove it\n"
      "a.yaml:5:75: spec.sourceSelector[0].kubeServiceAccountRefs.serviceAccounts[1].name: is an empty text; write the name of the service account, or leave name out for any\n" },
    { "parts of an account that are empty texts",
      "  sourceSelector: [{kubeServiceAccountRefs: {serviceAccounts: [{name: web, namespace: '', clusterName: ''}]}}]\n",
      "a.yaml:5:87: spec.sourceSelector[0].kubeServiceAccountRefs.serviceAccounts[0].namespace: is an empty text; write the namespace; only an entry without name can leave it out\n"
      "a.yaml:5:104: spec.sourceSelector[0].kubeServiceAccountRefs.serviceAccounts[0].clusterName: is an empty text; write the name of a KubernetesCluster, or leave clusterName out for any\n" },
    { "an empty matcher of identities",
      "  sourceSelector: [{kubeIdentityMatcher: {}}]\n",
      "a.yaml:5:42: spec.sourceSelector[0].kubeIdentityMatcher: is empty; write namespaces or clusters, or leave it out; an entry {} lets in any caller\n" },
    { "a matcher of nulls",
      "  sourceSelector: [{kubeIdentityMatcher: {namespaces: null}}]\n",
      "a.yaml:5:42: spec.sourceSelector[0].kubeIdentityMatcher: is empty; write namespaces or clusters, or leave it out; an entry {} lets in any caller\n"
      "a.yaml:5:42: spec.sourceSelector[0].kubeIdentityMatcher.namespaces: is null, which would count as any; say which, or remove it\n" },
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
      "a.yaml:5:20: spec.sourceSelector[0].kubeIdentityMatcher: is null, which would count as any; say which, or remove it\n" },
    { "one member that is null",
      "  sourceSelector: [{kubeIdentityMatcher: {namespaces: [a], clusters: }, kubeServiceAccountRefs: null}]\n",
      "a.yaml:5:20: spec.sourceSelector[0].kubeServiceAccountRefs: is null, which would count as any; say which, or remove it\n"
      "a.yaml:5:42: spec.sourceSelector[0].kubeIdentityMatcher.clusters: is null, which would count as any; say which, or remove it\n" },
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

static void test_destination_selectors(void **state)
{
    (void)state;
    sample_rows(KIND_VIRTUAL_MESH, destination_rows, LENGTH(destination_rows));
}

static void test_policy_selectors(void **state)
{
    (void)state;
    sample_rows(KIND_ACCESS_POLICY, policy_rows, LENGTH(policy_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_destination_selectors),
        cmocka_unit_test(test_policy_selectors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
