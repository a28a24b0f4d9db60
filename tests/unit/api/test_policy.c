/* tests/unit/api/test_policy.c - where each field of an AccessPolicy lands, and what people read
 * about mistakes in one. */
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
    { "lists that are empty would count as any",
      "  sourceSelector: []\n"
      "  destinationSelector: []\n"
      "  allowedPaths: []\n"
      "  allowedMethods: []\n"
      "  allowedPorts: []\n",
      "a.yaml:5:19: spec.sourceSelector: is empty, which would count as any caller; write at least one, or leave the field out if any is meant\n"
      "a.yaml:6:24: spec.destinationSelector: is empty, which would count as any Service; write at least one, or leave the field out if any is meant\n"
      "a.yaml:7:17: spec.allowedPaths: is empty, which would count as any path; write at least one, or leave the field out if any is meant\n"
      "a.yaml:8:19: spec.allowedMethods: is empty, which would count as any method; write at least one, or leave the field out if any is meant\n"
      "a.yaml:9:17: spec.allowedPorts: is empty, which would count as any port; write at least one, or leave the field out if any is meant\n" },
    { "a list that is null would count as any",
      "  allowedMethods:\n",
      "a.yaml:5:3: spec.allowedMethods: is empty, which would count as any method; write at least one, or leave the field out if any is meant\n" },
};
/* clang-format on */

static void test_access_policy(void **state)
{
    (void)state;
    sample_rows(KIND_ACCESS_POLICY, access_policy_rows, LENGTH(access_policy_rows));
}

static void test_fields(void **state)
{
    struct sample sample;
    const struct access_policy *policy;

    (void)state;
    sample_spec(
        &sample, KIND_ACCESS_POLICY,
        "  sourceSelector:\n"
        "  - kubeIdentityMatcher: {namespaces: [shop], clusters: [eu, us]}\n"
        "    requestIdentityMatcher: {requestPrincipals: [iss/sub], notRequestPrincipals: [a, b]}\n"
        "  - kubeServiceAccountRefs: {serviceAccounts: [{name: web}, {namespace: shop, "
        "clusterName: eu}]}\n"
        "  destinationSelector: [{kubeServiceMatcher: {}}]\n"
        "  allowedPaths: [/cart*]\n"
        "  allowedMethods: [GET, POST]\n"
        "  allowedPorts: [8080]\n");
    assert_string_equal(sample.said, "");
    policy = sample.specs.access_policies;
    assert_int_equal(policy->source_count, 2);
    assert_true(policy->sources[0].has_matcher);
    assert_string_equal(policy->sources[0].namespaces[0], "shop");
    assert_string_equal(policy->sources[0].clusters[1], "us");
    assert_string_equal(policy->sources[0].principals[0], "iss/sub");
    assert_int_equal(policy->sources[0].not_principal_count, 2);
    assert_false(policy->sources[1].has_matcher);
    assert_int_equal(policy->sources[1].account_count, 2);
    assert_string_equal(policy->sources[1].accounts[0].name, "web");
    assert_string_equal(policy->sources[1].accounts[0].cluster, "");
    assert_string_equal(policy->sources[1].accounts[1].cluster, "eu");
    assert_int_equal(policy->destination_count, 1);
    assert_string_equal(policy->paths[0], "/cart*");
    assert_string_equal(policy->methods[1], "POST");
    assert_int_equal(policy->ports[0], 8080);
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_access_policy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
