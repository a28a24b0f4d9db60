/* translate/policy_rule.c - the rules of an AuthorizationPolicy from an AccessPolicy.  Selects no
 * Destination.
 *
 * An AccessPolicy is one rule for the entries that ask for a token, one for the others, and one
 * more for each trust domain of accounts that istiod might rewrite (principal.c): the condition
 * that names the accounts counts for a whole rule.  Every entry of sourceSelector is in at least
 * one of them, and none of them is without a source unless every caller is meant. */
#include "translate/policy_rule.h"
#include "api/selector_match.h"

#include "translate/manifest.h"
#include "translate/messages.h"
#include "translate/rule_size.h"

/* One account in the clusters of the matcher; any account when the reference leaves its name open.
 */
static void add_account_in(struct principals *out, const struct resolved *resolved,
                           const struct identity_selector *source, const struct cluster_ref *ref,
                           const char *namespace, struct arena *arena)
{
    if (text_empty(ref->cluster))
        principals_add(out, resolved, source->clusters, source->cluster_count, namespace, ref->name,
                       arena);
    else if (selector_match_text(source->clusters, source->cluster_count, ref->cluster))
        principals_add(out, resolved, &ref->cluster, 1, namespace, ref->name, arena);
}

/* What both the reference and the matcher of the entry select (Q43). */
static void add_account(struct principals *out, const struct resolved *resolved,
                        const struct identity_selector *source, const struct cluster_ref *ref,
                        struct arena *arena)
{
    if (!text_empty(ref->namespace) || !source->namespace_count) {
        if (selector_match_text(source->namespaces, source->namespace_count, ref->namespace))
            add_account_in(out, resolved, source, ref, ref->namespace, arena);
        return;
    }
    for (size_t i = 0; i < source->namespace_count; i++)
        add_account_in(out, resolved, source, ref, source->namespaces[i], arena);
}

/* The principals of one entry of sourceSelector. */
static void add_principals(struct principals *out, const struct resolved *resolved,
                           const struct identity_selector *source, struct arena *arena)
{
    for (size_t i = 0; i < source->account_count; i++)
        add_account(out, resolved, source, &source->accounts[i], arena);
    if (source->account_count || !source->cluster_count)
        return;
    for (size_t i = 0; i < source->namespace_count; i++)
        principals_add(out, resolved, source->clusters, source->cluster_count,
                       source->namespaces[i], "", arena);
    if (!source->namespace_count)
        principals_add(out, resolved, source->clusters, source->cluster_count, "", "", arena);
}

static bool lets_in_any(const struct identity_selector *source)
{
    return !source->namespace_count && !source->cluster_count && !source->account_count
           && !source->principal_count && !source->not_principal_count;
}

static void check_source(const struct identity_selector *source, size_t i,
                         struct policy_status *status, struct arena *arena)
{
    for (size_t k = 0; k < source->account_count; k++)
        if (!text_empty(source->accounts[k].name) && text_empty(source->accounts[k].namespace)) {
            messages_add(&status->errors, arena, A3_ACCOUNT_WITHOUT_NAMESPACE, i, k,
                         source->accounts[k].name);
            messages_place(&status->errors, source->account_places[k]);
        }
    if ((source->namespace_count || source->cluster_count) && source->account_count) {
        messages_add(&status->warnings, arena, W11_BOTH_MEMBERS, i);
        messages_place(&status->warnings, source->place);
    }
}

/* An empty list of principals would be no condition. */
static void check_principals(const struct principals *principals,
                             const struct identity_selector *source, size_t i,
                             struct policy_status *status, struct arena *arena)
{
    if (!source->account_count || principals->count || principals->errors->count)
        return;
    messages_add(&status->errors, arena, A5_NOTHING_IN_BOTH, i);
    messages_place(&status->errors, source->place);
}

struct sources sources_find(const struct resolved *resolved, const struct access_policy *policy,
                            struct policy_status *status, struct arena *arena)
{
    struct sources sources = { .policy = policy, .any = policy->source_count == 0 };

    sources.principals = ARENA_NEW(arena, struct principals, policy->source_count);
    for (size_t i = 0; i < policy->source_count; i++) {
        const struct identity_selector *source = &policy->sources[i];
        struct messages failures = { 0 };
        struct principals *principals = &sources.principals[i];

        *principals = (struct principals){ .errors = &failures,
                                           .warnings = &status->warnings,
                                           .place = source->place };
        check_source(source, i, status, arena);
        add_principals(principals, resolved, source, arena);
        check_principals(principals, source, i, status, arena);
        messages_append(&sources.failures, arena, &failures);
        principals->errors = principals->warnings = NULL;
        sources.any |= lets_in_any(source);
        sources.identity |=
            source->namespace_count || source->cluster_count || source->account_count;
    }
    sources.identity &= !sources.any;
    return sources;
}

/* The rules of one AccessPolicy, while they are made. */
struct making {
    const struct sources *sources;
    struct port_list ports;
    bool literal;
    struct node *rules;
    struct arena *arena;
};

static struct node *to_node(const struct making *making)
{
    const struct access_policy *policy = making->sources->policy;
    struct arena *arena = making->arena;
    struct node *to = node_list(arena), *operation = node_map(arena);
    const char **ports = ARENA_NEW(arena, const char *, making->ports.count);

    for (size_t i = 0; i < making->ports.count; i++)
        ports[i] = arena_printf(arena, "%u", making->ports.items[i]);
    manifest_set_texts(arena, operation, "ports", ports, making->ports.count);
    manifest_set_texts(arena, operation, "methods", policy->methods, policy->method_count);
    manifest_set_texts(arena, operation, "paths", policy->paths, policy->path_count);
    if (!operation->count)
        return NULL;
    node_set(node_add(to, node_map(arena)), "operation", operation);
    return to;
}

/* from NULL: any source. */
static struct node *add_rule(const struct making *making, struct node *from)
{
    struct node *rule = node_add(making->rules, node_map(making->arena)), *to = to_node(making);

    if (from)
        node_set(rule, "from", from);
    if (to)
        node_set(rule, "to", to);
    return rule;
}

struct texts {
    const char **items;
    size_t count;
};

/* Fields in the order of Istio's reference. */
static void add_source(struct node *from, const struct identity_selector *source,
                       const struct texts *principals, struct arena *arena)
{
    struct node *node = node_map(arena);

    manifest_set_texts(arena, node, "principals", principals->items, principals->count);
    manifest_set_texts(arena, node, "requestPrincipals", source->principals,
                       source->principal_count);
    manifest_set_texts(arena, node, "notRequestPrincipals", source->not_principals,
                       source->not_principal_count);
    if (!source->cluster_count && !source->account_count)
        manifest_set_texts(arena, node, "namespaces", source->namespaces, source->namespace_count);
    node_set(node_add(from, node_map(arena)), "source", node);
}

static bool is_apart(const struct making *making, const struct principal *principal)
{
    return !text_empty(principal->account) && making->literal;
}

bool policy_rule_needs_token(const struct identity_selector *source)
{
    return source->principal_count || source->not_principal_count;
}

/* The principals of one entry that need no rule of their own. */
static struct texts common_principals(const struct making *making,
                                      const struct principals *principals)
{
    struct texts texts = { 0 };

    for (size_t i = 0; i < principals->count; i++)
        if (!is_apart(making, &principals->items[i]))
            *ARENA_PUSH(making->arena, texts.items, texts.count) =
                principal_text(&principals->items[i], making->literal, making->arena);
    return texts;
}

/* The rule that the entries share which need a token, or those which need none; rules, when they
 * are more than the CRD takes in one. */
static void add_common(const struct making *making, bool token)
{
    const struct access_policy *policy = making->sources->policy;
    struct node *from = node_list(making->arena);

    for (size_t i = 0; i < policy->source_count; i++) {
        const struct principals *principals = &making->sources->principals[i];
        const struct texts texts = common_principals(making, principals);

        if (policy_rule_needs_token(&policy->sources[i]) != token
            || (!texts.count && principals->count))
            continue;
        if (from->count == RULE_SIZE_ITEMS_MAX) {
            add_rule(making, from);
            from = node_list(making->arena);
        }
        add_source(from, &policy->sources[i], &texts, making->arena);
    }
    if (from->count)
        add_rule(making, from);
}

/* The accounts of one trust domain, from the first of them on. */
static void add_apart(const struct making *making, size_t entry, size_t first)
{
    const struct principals *principals = &making->sources->principals[entry];
    struct arena *arena = making->arena;
    const char *domain = principals->items[first].domain;
    const char *prefix = arena_printf(arena, "%s/ns/*", domain);
    struct texts accounts = { 0 };
    struct node *from = node_list(arena), *when;

    for (size_t i = first; i < principals->count; i++)
        if (text_equal(principals->items[i].domain, domain)
            && is_apart(making, &principals->items[i]))
            *ARENA_PUSH(arena, accounts.items, accounts.count) =
                arena_printf(arena, "*/ns/%s/sa/%s", principals->items[i].namespace,
                             principals->items[i].account);
    add_source(from, &making->sources->policy->sources[entry], &(struct texts){ &prefix, 1 },
               arena);
    when = node_set(add_rule(making, from), "when", node_list(arena));
    when = node_add(when, node_map(arena));
    node_set_text(arena, when, "key", "source.principal");
    manifest_set_texts(arena, when, "values", accounts.items, accounts.count);
}

/* Whether an earlier one of the entry has the same trust domain and is apart, too. */
static bool is_covered(const struct making *making, const struct principals *principals, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (text_equal(principals->items[i].domain, principals->items[at].domain)
            && is_apart(making, &principals->items[i]))
            return true;
    return false;
}

const struct node *policy_rule_make_all(const struct sources *sources, struct port_list ports,
                                        bool literal, struct arena *arena)
{
    const struct making making = { sources, ports, literal, node_list(arena), arena };

    if (sources->any) {
        add_rule(&making, NULL);
        return making.rules;
    }
    add_common(&making, false);
    add_common(&making, true);
    for (size_t i = 0; i < sources->policy->source_count; i++)
        for (size_t k = 0; k < sources->principals[i].count; k++)
            if (is_apart(&making, &sources->principals[i].items[k])
                && !is_covered(&making, &sources->principals[i], k))
                add_apart(&making, i, k);
    return making.rules;
}

const struct node *policy_rule_make_open(struct port_list ports, struct arena *arena)
{
    static const struct access_policy every_caller;
    const struct sources sources = { .policy = &every_caller, .any = true };

    return policy_rule_make_all(&sources, ports, false, arena);
}
