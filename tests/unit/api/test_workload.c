/* tests/unit/api/test_workload.c - where each field of Workloads and KubernetesClusters lands, and
 * what people read about mistakes in them. */
#include "api/specs_index.h"
#include "tests/lib/specs_sample.h"

static void test_workload(void **state)
{
    struct sample sample;
    const struct workload *workload;

    (void)state;
    sample_spec(&sample, KIND_WORKLOAD,
                "  kubernetes:\n"
                "    controller: {name: cart, namespace: shop, clusterName: eu}\n"
                "    podLabels: {app: cart}\n"
                "    serviceAccountName: cart-account\n"
                "  mesh: {name: istiod, namespace: gloo-mesh}\n");
    workload = sample.specs.workloads;
    assert_string_equal(sample.said, "");
    assert_true(
        cluster_ref_equal(workload->controller, (struct cluster_ref){ "cart", "shop", "eu" }));
    assert_string_equal(workload->pod_labels[0].value, "cart");
    assert_string_equal(workload->service_account, "cart-account");
    assert_true(object_ref_equal(workload->mesh, (struct object_ref){ "istiod", "gloo-mesh" }));
    sample_free(&sample);
    sample_spec(&sample, KIND_WORKLOAD,
                "  kubernetes: {controller: {name: a, namespace: b, clusterName: c}}\n");
    assert_string_equal(sample.specs.workloads[0].service_account, "default");
    assert_string_equal(sample.specs.workloads[0].mesh.name, "");
    sample_free(&sample);
}

static void test_cluster(void **state)
{
    struct sample sample;

    (void)state;
    sample_spec(&sample, KIND_KUBERNETES_CLUSTER, "  {secretName: eu, clusterDomain: eu.local}\n");
    assert_string_equal(sample.specs.clusters[0].secret_name, "eu");
    assert_string_equal(specs_cluster_domain(&sample.specs, "thing"), "eu.local");
    assert_string_equal(specs_cluster_domain(&sample.specs, "other"), "cluster.local");
    sample_free(&sample);
    sample_spec(&sample, KIND_KUBERNETES_CLUSTER, "  {}\n");
    assert_string_equal(specs_cluster_domain(&sample.specs, "thing"), "cluster.local");
    sample_free(&sample);
}

/* clang-format off */
static const struct sample_row workload_rows[] = {
    { "complete",
      "  kubernetes:\n"
      "    controller: {name: cart, namespace: shop, clusterName: a}\n"
      "    podLabels: {app: cart}\n"
      "    serviceAccountName: cart\n"
      "  mesh: {name: istiod-a, namespace: gloo-mesh}\n",
      "" },
    { "what is required",
      "  kubernetes: {controller: {name: cart}}\n",
      "a.yaml:5:28: spec.kubernetes.controller.clusterName: is required; write the name of the KubernetesCluster it lives on\n"
      "a.yaml:5:28: spec.kubernetes.controller.namespace: is required; write the namespace of the object\n" },
    { "a workload without Kubernetes",
      "  mesh: {name: istiod-a, namespace: gloo-mesh}\n",
      "a.yaml:5:3: spec.kubernetes: is required; write the controller of the workload, its podLabels and its serviceAccountName\n" },
    { "an unknown field",
      "  kubernetes: {controller: {name: cart, namespace: shop, clusterName: a}, labels: {}}\n",
      "a.yaml:5:75: spec.kubernetes.labels: unknown field; remove it\n" },
};
/* clang-format on */

/* clang-format off */
static const struct sample_row kubernetes_cluster_rows[] = {
    { "complete",
      "  {secretName: a, clusterDomain: cluster.local, providerInfo: {eks: {arn: x}}}\n",
      "" },
    { "nothing set",
      "  {}\n",
      "" },
    { "a domain is a DNS name",
      "  {clusterDomain: Cluster.Local, secret: a}\n",
      "a.yaml:5:19: spec.clusterDomain: must be a DNS name: lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit, at most 253 of them (RFC 1123); got 'Cluster.Local'\n"
      "a.yaml:5:34: spec.secret: unknown field; remove it\n" },
};
/* clang-format on */

static void test_workload_diags(void **state)
{
    (void)state;
    sample_rows(KIND_WORKLOAD, workload_rows, LENGTH(workload_rows));
}

static void test_cluster_diags(void **state)
{
    (void)state;
    sample_rows(KIND_KUBERNETES_CLUSTER, kubernetes_cluster_rows, LENGTH(kubernetes_cluster_rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_workload),
        cmocka_unit_test(test_cluster),
        cmocka_unit_test(test_workload_diags),
        cmocka_unit_test(test_cluster_diags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
