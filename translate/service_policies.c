/* translate/service_policies.c - what a Service gets whether or not its mesh is in a VirtualMesh.
 * Decides nothing.
 *
 * The AuthorizationPolicy of a Service joins the rules of several AccessPolicies.  One of them that
 * fails keeps the rules that it had, and the others count as they are now: access that was taken
 * away by one must not stay because of a mistake in another.  A previous document says which
 * policies it comes from, in the order of their rules, and how many rules each has when that is not
 * one.  (A policy has several rules when some of its sources ask for tokens, or when accounts of
 * several trust domains are written apart; it has none when its rules do not fit into the object.)
 * Documents of earlier versions do not say how many, and then it is clear whose each rule is only
 * when there are as many as policies.
 *
 * One more rule at the end, open to every caller at ports alone, is that of a gateway for the
 * requests of other clusters.  Where the gateway's ports are known it is written as it is now, and
 * where they are not, the previous one stays: without it those requests would be refused.  It goes
 * when the Service leads to no gateway any more. */
#include "translate/service_policies.h"

#include "base/text.h"
#include "translate/destination_rule.h"
#include "translate/gateway_pods.h"
#include "translate/layout.h"
#include "translate/manifest.h"
#include "translate/reference_check.h"
#include "translate/rule_size.h"
#include "translate/unique.h"
#include "translate/unique_lost.h"
#include <stdlib.h>

/* The rules of one AccessPolicy in the AuthorizationPolicy of a Service. */
struct share {
    struct object_ref policy;
    const struct node *rules; /* a list */
};
struct shares {
    struct share *items; /* sorted by key of the policy */
    size_t count;
};

static void add_share(struct shares *out, struct object_ref policy, const struct node *rules,
                      struct arena *arena)
{
    *ARENA_PUSH(arena, out->items, out->count) = (struct share){ policy, rules };
}

static struct shares granted(const struct policy_target *target, struct arena *arena)
{
    struct shares shares = { 0 };

    for (size_t i = 0; i < target->grant_count; i++) {
        const struct meta *meta = &target->grants[i].policy->meta;

        if (target->grants[i].rules)
            add_share(&shares, (struct object_ref){ meta->name, meta->namespace },
                      target->grants[i].rules, arena);
    }
    return shares;
}

static void add_parent(struct text *out, const struct share *share)
{
    text_addf(out, "{\"name\":\"%s\",\"namespace\":\"%s\"", share->policy.name,
              share->policy.namespace);
    if (share->rules->count != 1)
        text_addf(out, ",\"rules\":%zu", share->rules->count);
    text_adds(out, "}");
}

/* The Destination and, beyond the reference, the AccessPolicies with the number of their rules: so
 * that one of them that turns INVALID later keeps its rules in this document and no other. */
static const char *parents(const struct policy_target *target, const struct shares *shares,
                           struct arena *arena)
{
    const struct meta *meta = &target->destination->meta;
    AUTO_TEXT text = { 0 };

    text_addf(&text, "{\"%s\":[{\"name\":\"%s\",\"namespace\":\"%s\"}],\"%s\":[",
              PARENT_DESTINATION, meta->name, meta->namespace, PARENT_ACCESS_POLICY);
    for (size_t i = 0; i < shares->count; i++) {
        text_adds(&text, i ? "," : "");
        add_parent(&text, &shares->items[i]);
    }
    text_adds(&text, "]}");
    return arena_text(arena, text.bytes);
}

static void add_copies(struct node *list, const struct node *items, struct arena *arena)
{
    for (const struct node *item = items->first; item; item = item->next)
        node_add(list, node_copy(arena, item));
}

/* passthrough: rules behind those of the policies; NULL: none.  NULL: no policy grants anything. */
static struct node *authorization(const struct resolved *resolved,
                                  const struct policy_target *target, const struct shares *shares,
                                  const struct node *passthrough, struct arena *arena)
{
    const struct kube_service *service = target->destination->service;
    struct node *object, *spec, *rules = node_list(arena);

    for (size_t i = 0; i < shares->count; i++)
        add_copies(rules, shares->items[i].rules, arena);
    if (!shares->count)
        return NULL;
    if (passthrough)
        add_copies(rules, passthrough, arena);
    object = manifest_begin(arena, &(struct manifest_head){
                                       .api_version = target->mesh->dialect->security,
                                       .kind = "AuthorizationPolicy",
                                       .name = service->ref.name,
                                       .namespace = service->ref.namespace,
                                       .owner = resolved->specs->pod_namespace,
                                       .parents = parents(target, shares, arena),
                                   });
    spec = node_set(object, "spec", node_map(arena));
    manifest_set_pairs(arena, node_set(spec, "selector", node_map(arena)), "matchLabels",
                       service->selector, service->selector_count);
    node_set_text(arena, spec, "action", "ALLOW");
    if (rules->count)
        node_set(spec, "rules", rules);
    return object;
}

static int compare_shares(const void *a, const void *b)
{
    return reference_compare(((const struct share *)a)->policy, ((const struct share *)b)->policy);
}

/* How many rules of a previous document are those of one of its AccessPolicies. */
static size_t count_rules(const struct node *policy)
{
    const char *text = node_get(policy, "rules", NULL);
    int64_t count = 1;

    return !text || parse_int(text, 0, RULE_SIZE_ITEMS_MAX, &count) ? (size_t)count : 1;
}

static size_t count_all_rules(const struct node *policies)
{
    size_t count = 0;

    for (const struct node *policy = policies->first; policy; policy = policy->next)
        count += count_rules(policy);
    return count;
}

/* As policy_rule_make_open writes it. */
static bool opens_ports(const struct node *rule)
{
    const struct node *to = node_find(rule, "to");
    const struct node *item = to && rule->count == 1 && to->count == 1 ? to->first : NULL;
    const struct node *operation = item ? node_find(item, "operation") : NULL;

    return operation && item->count == 1 && operation->count == 1 && node_find(operation, "ports");
}

/* Whether the AccessPolicies of a previous document have all of its rules but that for the gateway,
 * which is the last one.  (In a document of an earlier version it may be that of a policy, which
 * then keeps less than it had.) */
static bool has_owners(const struct node *policies, const struct node *rules)
{
    const size_t count = count_all_rules(policies);

    if (rules->count == count + 1)
        return opens_ports(rules->last);
    return rules->count == count;
}

/* The next rules; *rule moves on behind them. */
static const struct node *take_rules(const struct node **rule, size_t count, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (; count; count--, *rule = (*rule)->next)
        node_add(list, node_copy(arena, *rule));
    return list;
}

/* rule: the one behind those of the policies; NULL: none. */
static const struct node *passthrough_of(const struct policy_target *target,
                                         enum gateway_access access, const struct node *rule,
                                         struct arena *arena)
{
    struct node *list;

    if (access == GATEWAY_ACCESS_PLAIN || access == GATEWAY_ACCESS_PASSTHROUGH || !rule)
        return target->passthrough;
    list = node_list(arena);
    node_add(list, node_copy(arena, rule));
    return list;
}

const struct node *service_policies_merge(const struct resolved *resolved,
                                          const struct policy_target *target,
                                          const struct previous_document *previous,
                                          const bool *in_doubt, struct arena *arena)
{
    const struct node *policies = previous_parents(previous, PARENT_ACCESS_POLICY);
    const struct node *spec = node_find(previous->object, "spec");
    const struct node *rules = spec ? node_find(spec, "rules") : NULL, *rule;
    const enum gateway_access access = gateway_pods_access(resolved, target->destination);
    struct shares shares = granted(target, arena);
    size_t i = 0;

    rules = rules ? rules : node_list(arena); /* the object admits no caller */
    if (!policies || !has_owners(policies, rules) || !target->destination->service->selector_count)
        return NULL;
    rule = rules->first;
    for (const struct node *policy = policies->first; policy; policy = policy->next, i++) {
        const struct node *list = take_rules(&rule, count_rules(policy), arena);
        const struct object_ref ref = { node_get(policy, "name", NULL),
                                        node_get(policy, "namespace", NULL) };

        if (!ref.name || !ref.namespace)
            return NULL;
        if (in_doubt[i])
            add_share(&shares, ref, list, arena);
    }
    if (shares.count)
        qsort(shares.items, shares.count, sizeof *shares.items, compare_shares);
    return authorization(resolved, target, &shares, passthrough_of(target, access, rule, arena),
                         arena);
}

/* Nothing when there is nothing to say, or when the name is taken. */
static void add(struct documents *out, const struct resolved *resolved,
                const struct policy_target *target, const struct document *document,
                const struct node *object)
{
    const char *cluster = target->destination->service->ref.cluster;

    if (object
        && !unique_lost(resolved, cluster, document, unique_owner(target->destination, out->keep)))
        documents_add(out, document, object);
}

void service_policies_make(struct documents *out, const struct resolved *resolved,
                           const struct policy_target *target)
{
    const struct cluster_ref ref = target->destination->service->ref;
    const struct shares shares = granted(target, out->keep);
    struct document document = {
        .file = layout_service_file(resolved, ref.namespace, ref.name, out->keep),
        .range = ref.name,
        .kind = "AuthorizationPolicy",
        .namespace = ref.namespace,
        .name = ref.name,
    };

    add(out, resolved, target, &document,
        authorization(resolved, target, &shares, target->passthrough, out->scratch));
    document.kind = "DestinationRule";
    add(out, resolved, target, &document,
        destination_rule_local(resolved, target->mesh, target->destination, out->scratch));
}
