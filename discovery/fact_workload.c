/* discovery/fact_workload.c - what the pod template of a workload says of the mesh.  Pure. */
#include "discovery/fact_workload.h"

static const char *const kind_names[] = {
    [WORKLOAD_DEPLOYMENT] = "deployment",
    [WORKLOAD_DAEMON_SET] = "daemonset",
    [WORKLOAD_STATEFUL_SET] = "statefulset",
};
const struct enum_table workload_kinds = ENUM_TABLE(kind_names);

/* Among the init containers, too: a native sidecar (KEP-753) is one with restartPolicy Always. */
static bool has_proxy(const struct node *containers)
{
    if (!containers || containers->kind != NODE_LIST)
        return false;
    for (const struct node *node = containers->first; node; node = node->next)
        if (text_equal(node_get(node, "name", NULL), "istio-proxy"))
            return true;
    return false;
}

struct fact_workload fact_workload_read(const struct reader *reader, enum workload_kind kind,
                                        const struct node *item)
{
    const struct node *metadata = node_find(item, "metadata");
    const struct node *template = read_at(item, "spec", "template", "metadata", NULL);
    const struct node *pod = read_at(item, "spec", "template", "spec", NULL);
    struct fact_workload workload = {
        .kind = kind,
        .namespace = read_text(reader, metadata, "namespace"),
        .name = read_text(reader, metadata, "name"),
        .inject_annotation =
            read_text(reader, node_find(template, "annotations"), "sidecar.istio.io/inject"),
        .service_account = read_text(reader, pod, "serviceAccountName"),
        .host_network = read_true(pod, "hostNetwork"),
        .has_proxy =
            has_proxy(node_find(pod, "containers")) || has_proxy(node_find(pod, "initContainers")),
    };

    workload.labels = read_labels(reader, node_find(template, "labels"), &workload.label_count);
    if (kind == WORKLOAD_DEPLOYMENT)
        workload.istiod = fact_istiod_read(reader, item);
    return workload;
}
