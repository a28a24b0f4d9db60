/* discovery/fact_namespace.c - a Namespace, as far as discovery needs it.  Pure.
 *
 * Any other text than "true" and "false" is no consent and no veto. The uid of kube-system is the
 * identity of a cluster: it lives as long as the cluster's data, a copy of a kubeconfig cannot
 * change it, and KEP-2149 (ClusterId) recommends it for this. */
#include "discovery/fact_namespace.h"

#define CONSENT_ANNOTATION "discovery.mesh.gloo.solo.io/enabled"

enum consent fact_namespace_consent(const struct node *item)
{
    const char *text = node_get(item, "metadata", "annotations", CONSENT_ANNOTATION, NULL);

    if (text_equal(text, "true"))
        return CONSENT_TAKE;
    return text_equal(text, "false") ? CONSENT_LEAVE : CONSENT_NONE;
}

struct fact_namespace fact_namespace_read(const struct reader *reader, const struct node *item)
{
    const struct node *metadata = node_find(item, "metadata");
    struct fact_namespace namespace = { .name = read_text(reader, metadata, "name"), .uid = "" };

    namespace.labels = read_labels(reader, node_find(metadata, "labels"), &namespace.label_count);
    namespace.consent = fact_namespace_consent(item);
    if (text_equal(namespace.name, NAMESPACE_OF_IDENTITY))
    namespace.uid = read_text(reader, metadata, "uid");
    return namespace;
}
