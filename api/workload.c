/* api/workload.c - decodes discovered Workloads and registered clusters. */
#include "api/workload.h"
#include "api/meta.h"
#include "base/decode_value.h"

#include "api/field.h"
#include "api/value.h"

static void decode_kubernetes(struct workload *workload, struct at at)
{
    static const char *const keys[] = { "controller", "podLabels", "serviceAccountName", NULL };
    struct at labels = at_key(&at, "podLabels"), account = at_key(&at, "serviceAccountName");
    const char *name;

    if (!at_only(&at, keys))
        return;
    workload->controller = cluster_ref_decode(at_key(&at, "controller"), true);
    workload->pod_labels = at_pairs(&labels, FIELD_LIST_MAX, &workload->pod_label_count);
    name = field_name_or_empty(&account);
    if (*name)
        workload->service_account = name;
}

struct workload workload_decode(struct at at)
{
    static const char *const keys[] = { "kubernetes", "mesh", "appMesh", NULL };
    struct at spec = at_key(&at, "spec"), kubernetes = at_key(&spec, "kubernetes");
    struct at mesh = at_key(&spec, "mesh");
    struct workload workload = { .meta = meta_decode(at),
                                 .controller = { "", "", "" },
                                 .service_account = "default",
                                 .mesh = { "", "" } };

    field_need_spec(&spec);
    if (!at_present(&spec) || !at_only(&spec, keys))
        return workload;
    if (at_present(&kubernetes))
        decode_kubernetes(&workload, kubernetes);
    else
        at_error(&kubernetes,
                 "is required; write the controller of the workload, its podLabels and its "
                 "serviceAccountName");
    if (at_present(&mesh))
        workload.mesh = field_ref(mesh, "Mesh");
    return workload;
}

struct kubernetes_cluster kubernetes_cluster_decode(struct at at)
{
    static const char *const keys[] = { "secretName", "clusterDomain", "providerInfo", NULL };
    struct at spec = at_key(&at, "spec"), secret = at_key(&spec, "secretName");
    struct at domain = at_key(&spec, "clusterDomain");
    struct kubernetes_cluster cluster = { .meta = meta_decode(at),
                                          .secret_name = "",
                                          .domain = CLUSTER_DOMAIN_DEFAULT };
    const char *name;

    field_need_spec(&spec);
    if (!at_only(&spec, keys))
        return cluster;
    cluster.secret_name = field_name_or_empty(&secret);
    name = field_name_or_empty(&domain);
    value_check_host(&domain, name);
    if (*name)
        cluster.domain = name;
    return cluster;
}
