/* tests/lib/discovery_sample.h - facts and scans of discovery, out of YAML written in tests. */
#ifndef WEFT_TESTS_DISCOVERY_SAMPLE_H
#define WEFT_TESTS_DISCOVERY_SAMPLE_H

#include "discovery/scan.h"

struct discovery_sample_list {
    enum fact_list list;
    const char *items; /* a YAML list */
};

/* A YAML document. */
const struct node *discovery_sample_node(struct arena *arena, const char *yaml);
/* Facts of cluster k with these lists; all others are complete and empty. */
struct facts *discovery_sample_facts(struct arena *arena, const struct discovery_sample_list *lists,
                                     size_t count);
/* Of a map with the keys "discovery" and "cluster", an entry of "clusters"; mistakes are diags. */
struct discovery_settings discovery_sample_decode(const struct node *node, struct diags *diags);
/* The settings of a configuration of nothing but "discovery" and one cluster k. */
struct discovery_settings discovery_sample_settings(struct arena *arena, const char *yaml);
/* A scan of the facts with default settings, an empty former inventory, and its control planes,
 * injections and candidates found. */
struct scan *discovery_sample_scan(struct arena *arena, struct facts *facts);
/* Findings of a scan as "I3 I12". */
const char *discovery_sample_findings(const struct findings *findings, struct arena *arena);

#define DISCOVERY_SAMPLE(arena, ...)                                                               \
    discovery_sample_facts((arena), (const struct discovery_sample_list[]){ __VA_ARGS__ },         \
                           sizeof(const struct discovery_sample_list[]){ __VA_ARGS__ }             \
                               / sizeof(struct discovery_sample_list))

/* One istiod in istio-system, its webhook for namespaces with istio-injection: enabled, and the
 * namespaces istio-system, shop (injected) and plain. */
#define SAMPLE_NAMESPACES                                                                          \
    {                                                                                              \
        FACT_NAMESPACES, "[{metadata: {name: kube-system, uid: u1}}, {metadata: {name: plain}},"   \
                         " {metadata: {name: istio-system}}, {metadata: {name: shop,"              \
                         " labels: {istio-injection: enabled}}}]"                                  \
    }
#define SAMPLE_WEBHOOKS                                                                            \
    {                                                                                              \
        FACT_WEBHOOKS, "[{metadata: {name: w}, webhooks: [{clientConfig: {service: {namespace: "   \
                       "istio-system}}, namespaceSelector: {matchLabels: {istio-injection: "       \
                       "enabled}}}]}]"                                                             \
    }
#define SAMPLE_CONFIG_MAPS                                                                         \
    {                                                                                              \
        FACT_CONFIG_MAPS, "[{metadata: {name: istio, namespace: istio-system}, data: {mesh: "      \
                          "\"trustDomain: td.example\"}}]"                                         \
    }
#define SAMPLE_ISTIOD                                                                              \
    "{metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}, spec: {template: " \
    "{spec: {serviceAccountName: istiod, containers: [{name: discovery, image: \"x/pilot:1.30.1\"" \
    "}]}}}, status: {readyReplicas: 1}}"
#define SAMPLE_DEPLOYMENT(namespace, name, labels)                                                 \
    "{metadata: {name: " name ", namespace: " namespace "}, spec: {template: {metadata: {labels: " \
                                                        "{" labels "}}}}}"
#define SAMPLE_SERVICE(namespace, name, spec)                                                      \
    "{metadata: {name: " name ", namespace: " namespace "}, spec: {" spec "}}"

#endif
