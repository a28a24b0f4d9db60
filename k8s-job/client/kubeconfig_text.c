/* k8s-job/client/kubeconfig_text.c - reads scalar members. */
#include "k8s-job/client/kubeconfig_text.h"

const char *kubeconfig_text(const struct node *map, const char *key)
{
    const struct node *node = node_find(map, key);
    const char *text = node && node->kind != NODE_NULL ? node_text(node) : NULL;

    return text_empty(text) ? NULL : text;
}
