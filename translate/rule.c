/* translate/rule.c - one rule of an AuthorizationPolicy from an AccessPolicy.  Selects no
 * Destination. */
#include "translate/rule.h"

#include "translate/manifest.h"
#include "translate/principal.h"
#include "translate/words.h"

/* The principals of one entry of sourceSelector. */
static void add_principals(struct principals *out, const struct resolved *resolved,
                           const struct identity_selector *source, struct arena *arena)
{
    for (size_t i = 0; i < source->namespace_count && source->cluster_count; i++)
        principals_add(out, resolved, source->clusters, source->cluster_count,
                       source->namespaces[i], "", arena);
    if (source->cluster_count && !source->namespace_count)
        principals_add(out, resolved, source->clusters, source->cluster_count, "", "", arena);
    for (size_t i = 0; i < source->account_count; i++)
        principals_add(out, resolved, &source->accounts[i].cluster, 1,
                       source->accounts[i].namespace, source->accounts[i].name, arena);
}

/* Fields in the order of Istio's reference.  An empty map: any source. */
static struct node *source_node(const struct identity_selector *source,
                                const struct principals *principals, struct arena *arena)
{
    struct node *node = node_map(arena);

    set_texts(arena, node, "principals", principals->texts, principals->count);
    set_texts(arena, node, "requestPrincipals", source->principals, source->principal_count);
    set_texts(arena, node, "notRequestPrincipals", source->not_principals,
              source->not_principal_count);
    if (!source->cluster_count)
        set_texts(arena, node, "namespaces", source->namespaces, source->namespace_count);
    return node;
}

static void check_source(const struct identity_selector *source, size_t i,
                         struct policy_status *status, struct arena *arena)
{
    for (size_t k = 0; k < source->account_count; k++)
        if (!text_empty(source->accounts[k].name) && text_empty(source->accounts[k].namespace))
            messages_add(&status->errors, arena, A3_ACCOUNT_WITHOUT_NAMESPACE, i,
                         source->accounts[k].name);
    if ((source->namespace_count || source->cluster_count) && source->account_count)
        messages_add(&status->warnings, arena, W11_BOTH_MEMBERS, i);
}

/* NULL: any source may come, either because nothing is said or because one entry lets in everybody
 * (Q24). */
static struct node *from_node(const struct resolved *resolved, const struct access_policy *policy,
                              struct policy_status *status, struct messages *failures,
                              struct arena *arena)
{
    struct node *from = node_list(arena);
    bool any = policy->source_count == 0;

    for (size_t i = 0; i < policy->source_count; i++) {
        const struct identity_selector *source = &policy->sources[i];
        struct principals principals = { .errors = failures, .warnings = &status->warnings };
        struct node *node;

        check_source(source, i, status, arena);
        add_principals(&principals, resolved, source, arena);
        node = source_node(source, &principals, arena);
        any |= node->count == 0;
        node_set(node_add(from, node_map(arena)), "source", node);
    }
    return any ? NULL : from;
}

static struct node *to_node(const struct access_policy *policy, struct arena *arena)
{
    struct node *to = node_list(arena), *operation = node_map(arena);
    const char **ports = ARENA_NEW(arena, const char *, policy->port_count);

    for (size_t i = 0; i < policy->port_count; i++)
        ports[i] = arena_printf(arena, "%u", policy->ports[i]);
    set_texts(arena, operation, "ports", ports, policy->port_count);
    set_texts(arena, operation, "methods", policy->methods, policy->method_count);
    set_texts(arena, operation, "paths", policy->paths, policy->path_count);
    if (!operation->count)
        return NULL;
    node_set(node_add(to, node_map(arena)), "operation", operation);
    return to;
}

struct rule rule_make(const struct resolved *resolved, const struct access_policy *policy,
                      struct policy_status *status, struct arena *arena)
{
    struct rule rule = { 0 };
    struct node *node = node_map(arena);
    struct node *from = from_node(resolved, policy, status, &rule.failures, arena);
    struct node *to = to_node(policy, arena);

    if (from)
        node_set(node, "from", from);
    if (to)
        node_set(node, "to", to);
    rule.node = node;
    return rule;
}
