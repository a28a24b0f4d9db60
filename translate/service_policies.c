/* translate/service_policies.c - what a Service gets whether or not its mesh is in a VirtualMesh.
 */
#include "translate/service_policies.h"

#include "translate/destination_rule.h"
#include "translate/layout.h"
#include "translate/manifest.h"
#include "translate/unique.h"
#include "translate/unique_lost.h"

/* The Destination and, beyond the reference, the AccessPolicies: so that one of them that turns
 * INVALID later holds this document and no other. */
static const char *parents(const struct policy_target *target, struct arena *arena)
{
    const struct meta *meta = &target->destination->meta;
    AUTO_TEXT text = { 0 };

    text_addf(&text, "{\"%s\":[{\"name\":\"%s\",\"namespace\":\"%s\"}],\"%s\":[",
              PARENT_DESTINATION, meta->name, meta->namespace, PARENT_ACCESS_POLICY);
    for (size_t i = 0, written = 0; i < target->grant_count; i++)
        if (target->grants[i].rules)
            text_addf(&text, "%s{\"name\":\"%s\",\"namespace\":\"%s\"}", written++ ? "," : "",
                      target->grants[i].policy->meta.name,
                      target->grants[i].policy->meta.namespace);
    text_adds(&text, "]}");
    return arena_text(arena, text.bytes);
}

static void add_copies(struct node *list, const struct node *items, struct arena *arena)
{
    for (const struct node *item = items->first; item; item = item->next)
        node_add(list, node_copy(arena, item));
}

/* NULL: no policy grants anything. */
static struct node *authorization(const struct resolved *resolved,
                                  const struct policy_target *target, struct arena *arena)
{
    const struct kube_service *service = target->destination->service;
    struct node *object, *spec, *rules = node_list(arena);

    for (size_t i = 0; i < target->grant_count; i++)
        if (target->grants[i].rules)
            add_copies(rules, target->grants[i].rules, arena);
    if (!rules->count)
        return NULL;
    object = manifest_begin(arena, &(struct manifest_head){
                                       .api_version = target->site->dialect->security,
                                       .kind = "AuthorizationPolicy",
                                       .name = service->ref.name,
                                       .namespace = service->ref.namespace,
                                       .owner = resolved->specs->pod_namespace,
                                       .parents = parents(target, arena),
                                   });
    spec = node_set(object, "spec", node_map(arena));
    manifest_set_pairs(arena, node_set(spec, "selector", node_map(arena)), "matchLabels",
                       service->selector, service->selector_count);
    node_set_text(arena, spec, "action", "ALLOW");
    node_set(spec, "rules", rules);
    return object;
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
    struct document document = {
        .file = layout_service_file(resolved, ref.namespace, ref.name, out->keep),
        .range = ref.name,
        .kind = "AuthorizationPolicy",
        .namespace = ref.namespace,
        .name = ref.name,
    };

    add(out, resolved, target, &document, authorization(resolved, target, out->scratch));
    document.kind = "DestinationRule";
    add(out, resolved, target, &document,
        destination_rule_local(resolved, target->site, target->destination, out->scratch));
}
