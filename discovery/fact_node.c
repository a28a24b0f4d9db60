/* discovery/fact_node.c - where node ports are reached.  Pure.
 *
 * A node counts where a load balancer would send traffic to it: ready, schedulable, not being
 * deleted, and without the label by which cloud providers leave nodes out. The addresses are those
 * that the kubelet or the cloud provider reports; which type is used is the configuration's
 * choice, because an InternalIP is reachable in some networks and not in others. */
#include "discovery/fact_node.h"

#define EXCLUDED "node.kubernetes.io/exclude-from-external-load-balancers"

static const char *const *read_addresses(const struct reader *reader, const struct node *list,
                                         const char *type, size_t *count)
{
    const size_t room = list && list->kind == NODE_LIST ? list->count : 0;
    const char **addresses = ARENA_NEW(reader->arena, const char *, room);

    *count = 0;
    for (const struct node *node = room ? list->first : NULL; node; node = node->next)
        if (text_equal(node_get(node, "type", NULL), type))
            addresses[(*count)++] = read_text(reader, node, "address");
    return addresses;
}

static bool is_ready(const struct node *conditions)
{
    if (!conditions || conditions->kind != NODE_LIST)
        return false;
    for (const struct node *node = conditions->first; node; node = node->next)
        if (text_equal(node_get(node, "type", NULL), "Ready"))
            return text_equal(node_get(node, "status", NULL), "True");
    return false;
}

/* The label of today, else the one before Kubernetes 1.17. */
static const char *read_place(const struct fact_node *node, const char *key, const char *older)
{
    const char *text = read_pair(node->labels, node->label_count, key);

    if (!text)
        text = read_pair(node->labels, node->label_count, older);
    return text ? text : "";
}

struct fact_node fact_node_read(const struct reader *reader, const struct node *item)
{
    const struct node *metadata = node_find(item, "metadata"), *spec = node_find(item, "spec");
    const struct node *list = read_at(item, "status", "addresses", NULL);
    const char *provider = node_get(spec, "providerID", NULL);
    struct fact_node node = { .name = read_text(reader, metadata, "name"),
                              .kind = provider && text_starts(provider, "kind://") };

    node.labels = read_labels(reader, node_find(metadata, "labels"), &node.label_count);
    node.external = read_addresses(reader, list, "ExternalIP", &node.external_count);
    node.internal = read_addresses(reader, list, "InternalIP", &node.internal_count);
    node.region = read_place(&node, "topology.kubernetes.io/region",
                             "failure-domain.beta.kubernetes.io/region");
    node.zone =
        read_place(&node, "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone");
    node.usable = is_ready(read_at(item, "status", "conditions", NULL))
                  && !read_true(spec, "unschedulable") && !node_find(metadata, "deletionTimestamp")
                  && !read_pair(node.labels, node.label_count, EXCLUDED);
    return node;
}
