/* discovery/fact_webhook.h - a MutatingWebhookConfiguration of Istio's injector
 * (admissionregistration.k8s.io/v1): which pods get a sidecar, and from which istiod. */
#ifndef WEFT_DISCOVERY_FACT_WEBHOOK_H
#define WEFT_DISCOVERY_FACT_WEBHOOK_H

#include "discovery/label_selector.h"

/* One of its webhooks. */
struct fact_webhook_rule {
    const char *namespace; /* of the Service that is called: that of istiod; "": called by URL */
    struct label_selector namespaces, pods;
};

struct fact_webhook {
    const char *name;
    const char *revision; /* label istio.io/rev; "default" when it has none */
    const char *tag;      /* label istio.io/tag; "": no revision tag */
    const struct fact_webhook_rule *rules;
    size_t rule_count;
};

struct fact_webhook fact_webhook_read(const struct reader *reader, const struct node *item);

/* The revision that an absent label means. */
#define REVISION_DEFAULT "default"
#define REVISION_LABEL "istio.io/rev"

#endif
