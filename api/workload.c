/* api/workload.c - the fields of discovered Workloads and registered clusters.
 *
 * Fields that only Gloo Mesh fills pass without a warning. The Secret with a cluster's kubeconfig
 * is not read: weft reaches API servers by its own configuration alone, so a spec cannot send it
 * to another one. */
#include "api/workload.h"
#include "api/meta.h"

#include "api/field.h"
#include "api/schema_decode.h"
#include "api/value.h"

static const struct schema_field kubernetes_fields[] = {
    ROW_MAP(struct workload, "controller", controller, cluster_ref_schema, .inside = true,
            .doc = "The Deployment, StatefulSet or DaemonSet."),
    ROW_PAIRS(struct workload, "podLabels", pod_labels, pod_label_count,
              .doc = "Labels of its pods."),
    ROW_NAME(struct workload, "serviceAccountName", service_account, .text = "default",
             .doc = "Service account of its pods."),
};
static const struct schema kubernetes_schema = { .name = "KubernetesWorkload",
                                                 .doc = "A workload of Kubernetes.",
                                                 .size = sizeof(struct workload),
                                                 SCHEMA_FIELDS(kubernetes_fields) };

static const struct schema_field workload_fields[] = {
    ROW_FLAT("kubernetes", kubernetes_schema,
             .need = "write the controller of the workload, its podLabels and its "
                     "serviceAccountName",
             .doc = "The workload in its cluster."),
    ROW_REF(struct workload, "mesh", mesh, "Mesh", .doc = "The Mesh that it belongs to."),
    ROW_ANY("appMesh", .doc = "Written by Gloo Mesh; not read by weft."),
};
const struct schema workload_schema = {
    .name = "WorkloadSpec",
    .doc = "A workload of one cluster; weft uses it for the status of AccessPolicies and to check "
           "service accounts.",
    .size = sizeof(struct workload),
    SCHEMA_FIELDS(workload_fields)
};

struct workload workload_decode(struct at at)
{
    const struct at spec = at_key(&at, "spec");
    struct workload workload = { .meta = meta_decode(at) };

    field_need_spec(&spec);
    schema_decode(&workload, &workload_schema, &spec, "spec");
    return workload;
}

static const struct schema_field cluster_fields[] = {
    ROW_NAME(struct kubernetes_cluster, "secretName", secret_name,
             .doc = "Secret with the cluster's kubeconfig; written by Gloo Mesh, not read by "
                    "weft."),
    ROW_NAME(struct kubernetes_cluster, "clusterDomain", domain, .text = CLUSTER_DOMAIN_DEFAULT,
             .check_text = value_check_host, .doc = "DNS domain of the cluster."),
    ROW_ANY("providerInfo", .doc = "Written by Gloo Mesh; not read by weft."),
};
const struct schema kubernetes_cluster_schema = { .name = "KubernetesClusterSpec",
                                                  .doc = "A registered cluster.",
                                                  .size = sizeof(struct kubernetes_cluster),
                                                  SCHEMA_FIELDS(cluster_fields) };

struct kubernetes_cluster kubernetes_cluster_decode(struct at at)
{
    const struct at spec = at_key(&at, "spec");
    struct kubernetes_cluster cluster = { .meta = meta_decode(at) };

    field_need_spec(&spec);
    schema_decode(&cluster, &kubernetes_cluster_schema, &spec, "spec");
    return cluster;
}
