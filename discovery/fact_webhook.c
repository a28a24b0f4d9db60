/* discovery/fact_webhook.c - a webhook configuration of Istio's injector.  Pure.
 *
 * The rules of the injector's webhooks decide which pods get a sidecar, and the Service that they
 * call leads to the istiod which injects it. Both are read from the configuration that the API
 * server itself follows, so a label alone makes no istiod (REMARK_LOOKALIKE). */
#include "discovery/fact_webhook.h"

static struct fact_webhook_rule read_rule(const struct reader *reader, const struct node *node)
{
    const struct node *service = read_at(node, "clientConfig", "service", NULL);

    return (struct fact_webhook_rule){
        .namespace = read_text(reader, service, "namespace"),
        .namespaces = label_selector_read(reader, node_find(node, "namespaceSelector")),
        .pods = label_selector_read(reader, node_find(node, "objectSelector")),
    };
}

struct fact_webhook fact_webhook_read(const struct reader *reader, const struct node *item)
{
    const struct node *metadata = node_find(item, "metadata");
    const struct node *labels = node_find(metadata, "labels"), *list = node_find(item, "webhooks");
    const size_t count = list && list->kind == NODE_LIST ? list->count : 0;
    struct fact_webhook_rule *rules = ARENA_NEW(reader->arena, struct fact_webhook_rule, count);
    struct fact_webhook webhook = { .name = read_text(reader, metadata, "name"),
                                    .revision = read_text(reader, labels, REVISION_LABEL),
                                    .tag = read_text(reader, labels, "istio.io/tag"),
                                    .rules = rules };

    if (text_empty(webhook.revision))
        webhook.revision = REVISION_DEFAULT;
    for (const struct node *node = count ? list->first : NULL; node; node = node->next)
        rules[webhook.rule_count++] = read_rule(reader, node);
    return webhook;
}
