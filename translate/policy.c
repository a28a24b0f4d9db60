/* translate/policy.c - what AccessPolicies say about each Destination.  Renders nothing.
 *
 * Policies are applied by key, and so are the grants of a Destination ordered: where the rules of
 * all do not fit, the same ones are left out in each pass.  A mistake of the policy itself leaves
 * it without grants; a mistake at one Destination gives it a grant without rules there, which keeps
 * what was deployed, and the other Destinations get theirs.  Shared pods and pods of gateways are
 * found before the first policy, since they limit the rules of each. */
#include "translate/policy.h"
#include "api/object_place.h"
#include "api/selector_match.h"
#include "api/specs_index.h"

#include "translate/astray.h"
#include "translate/gateway_pods.h"
#include "translate/messages.h"
#include "translate/overlook.h"
#include "translate/pod_overlap.h"
#include "translate/policy_rule.h"
#include "translate/reference_check.h"
#include "translate/resolved_mesh.h"
#include "translate/root_namespace.h"
#include "translate/rule_size.h"
#include "translate/unmatched.h"
#include "translate/workload.h"
#include <stdlib.h>
#include <string.h>

/* The Service is in no mesh that weft knows, or in one whose Mesh is refused. */
static void add_astray(const struct resolved *resolved, const struct destination *destination,
                       size_t selector, struct policy_status *status, struct arena *arena)
{
    const struct cluster_ref ref = destination->service->ref;
    const char *refused = reference_check_refused(resolved->specs, KIND_MESH, destination->mesh);

    if (refused)
        messages_add(&status->warnings, arena, W17_MESH_REFUSED, selector, ref.namespace, ref.name,
                     ref.cluster, destination->mesh.namespace, destination->mesh.name, refused);
    else
        messages_add(&status->warnings, arena, W17_SERVICE_ASTRAY, selector, ref.namespace,
                     ref.name, ref.cluster);
}

static void check_reference(const struct resolved *resolved, struct cluster_ref ref,
                            struct place place, size_t selector, struct policy_status *status,
                            struct arena *arena)
{
    const struct destination *destination = specs_service(resolved->specs, ref);

    if (!destination) {
        messages_add(&status->errors, arena, A2_SERVICE_UNKNOWN, selector, ref.namespace, ref.name,
                     ref.cluster);
        messages_place(&status->errors, place);
    } else if (!resolved_mesh_of(resolved, destination)) {
        add_astray(resolved, destination, selector, status, arena);
        messages_place(&status->warnings, place);
    }
}

static void check_references(const struct resolved *resolved, const struct access_policy *policy,
                             struct policy_status *status, struct arena *arena)
{
    for (size_t i = 0; i < policy->destination_count; i++)
        for (size_t k = 0; k < policy->destinations[i].service_count; k++)
            check_reference(resolved, policy->destinations[i].services[k],
                            policy->destinations[i].service_places[k], i, status, arena);
}

static struct target_status *add_target(struct policy_status *status, const char *key,
                                        struct arena *arena)
{
    struct target_status *target =
        ARENA_PUSH(arena, status->destinations, status->destination_count);

    target->key = key;
    return target;
}

/* One AccessPolicy, the same for all Destinations. */
struct ruling {
    const struct sources *sources;
    const struct node *rules;
};

/* No rules are made for it. */
static bool is_retained(const struct resolved *resolved, const struct policy_target *at)
{
    return gateway_pods_access(resolved, at->destination) == GATEWAY_ACCESS_RETAINED;
}

static void check_target(const struct resolved *resolved, const struct policy_target *at,
                         const struct ruling *ruling, struct target_status *target,
                         struct arena *arena)
{
    const struct kube_service *service = at->destination->service;
    const char *spill = is_retained(resolved, at)
                            ? NULL
                            : root_namespace_spill(resolved, at, ruling->sources->policy);

    messages_append(&target->errors, arena, &ruling->sources->failures);
    if (!service->selector_count)
        messages_add(&target->errors, arena, A4_NO_PODS, service->ref.namespace, service->ref.name,
                     service->ref.cluster);
    if (!text_equal(service->ref.cluster, at->mesh->cluster)) {
        messages_add(&target->errors, arena, D10_CLUSTER, service->ref.cluster,
                     at->mesh->spec->meta.namespace, at->mesh->spec->meta.name, at->mesh->cluster);
        messages_place(&target->errors, object_place_of_destination(at->destination, arena));
    }
    if (spill)
        messages_add(&target->errors, arena, A8_ROOT_NAMESPACE, service->ref.namespace,
                     service->ref.name, service->ref.cluster, spill);
    gateway_pods_check(resolved, at->destination, target, arena);
}

/* Those of the policy, unless this Destination has fewer ports or less room than they need. */
static const struct node *rules_for(const struct resolved *resolved, struct policy_target *at,
                                    const struct ruling *ruling, struct port_list ports,
                                    struct target_status *target, struct arena *arena)
{
    const struct access_policy *policy = ruling->sources->policy;
    const struct cluster_ref service = at->destination->service->ref;
    const struct node *all = ruling->rules, *rules;
    const size_t max = resolved->options->object_max;

    if (ports.count != policy->port_count)
        all = policy_rule_make_all(ruling->sources, ports, resolved->domains_differ, arena);
    rules = rule_size_fit(&at->size, all, max ? max : RULE_SIZE_BYTES_MAX, arena);
    if (rules != all)
        messages_add(&target->errors, arena, A11_OBJECT_TOO_LARGE, service.namespace, service.name,
                     service.cluster, rules->count, all->count);
    return rules;
}

static uint32_t count_granted(const struct policy_target *at)
{
    uint32_t count = 0;

    for (size_t i = 0; i < at->grant_count; i++)
        count += at->grants[i].rules != NULL;
    return count;
}

/* The rules for one Destination, or why there is none.  A policy with an empty selector would count
 * for the whole namespace (Q42). */
static void grant(const struct resolved *resolved, struct policy_target *at,
                  const struct ruling *ruling, struct policy_status *status, struct arena *arena)
{
    const struct access_policy *policy = ruling->sources->policy;
    struct target_status *target = add_target(status, at->destination->meta.key, arena);
    struct port_list ports = { policy->ports, policy->port_count };
    struct grant made = { .policy = policy, .sources = ruling->sources };

    check_target(resolved, at, ruling, target, arena);
    if (!target->errors.count && !is_retained(resolved, at))
        ports = port_limit_find(resolved, at->destination, policy, target, arena);
    overlook_target(resolved, at, ruling->sources, ports, target, arena);
    made.ports = ports.items;
    made.port_count = ports.count;
    if (!target->errors.count && !is_retained(resolved, at)) {
        made.rules = rules_for(resolved, at, ruling, ports, target, arena);
        made.cut = target->errors.count > 0;
    }
    target->state = target->errors.count ? APPROVAL_INVALID : APPROVAL_ACCEPTED;
    if (target->state == APPROVAL_INVALID)
        status->state = APPROVAL_INVALID;
    else
        target->acceptance_order = count_granted(at);
    *ARENA_PUSH(arena, at->grants, at->grant_count) = made;
}

/* The work of all AccessPolicies.  What they ask for is a product: each has its rules at each
 * Destination that it selects, so a megabyte of specs could ask for gigabytes of manifests.  It is
 * weighed before any of it is made; in the order of their keys, those that no longer fit are
 * refused. */
struct applying {
    struct resolved *resolved;
    struct policy_target **chosen; /* room for all targets */
    size_t bytes, bytes_max;
    struct arena *arena;
};

enum {
    RULES_MAX = 128 * 1024 * 1024,
    GRANT_BYTES = 96 /* of a grant and of the AuthorizationPolicy around its rules */
};

static size_t choose(struct applying *applying, const struct access_policy *policy,
                     struct policy_status *status)
{
    struct resolved *resolved = applying->resolved;
    size_t count = 0;

    for (size_t i = 0; i < resolved->target_count; i++) {
        const struct destination *destination = resolved->targets[i].destination;

        if (gateway_pods_selects(resolved, policy, destination))
            applying->chosen[count++] = &resolved->targets[i];
        else
            gateway_pods_warn(resolved, policy, destination, status, applying->arena);
    }
    return count;
}

static bool fits(struct applying *applying, const struct node *rules, size_t targets,
                 struct policy_status *status)
{
    const size_t each = GRANT_BYTES + rule_size_of(rules);
    const size_t left = applying->bytes_max - applying->bytes;

    if (targets && each > left / targets) {
        messages_add(&status->errors, applying->arena, A6_TOO_MUCH, targets, each,
                     applying->bytes_max / 1024 / 1024);
        return false;
    }
    applying->bytes += each * targets;
    return true;
}

static void apply(struct applying *applying, const struct access_policy *policy,
                  struct policy_status *status)
{
    struct resolved *resolved = applying->resolved;
    struct arena *arena = applying->arena;
    struct sources *sources = ARENA_NEW(arena, struct sources, 1);
    struct ruling ruling = { .sources = sources };
    size_t count;

    *sources = sources_find(resolved, policy, status, arena);
    check_references(resolved, policy, status, arena);
    overlook_policy(resolved, ruling.sources, status, arena);
    if (status->errors.count) {
        status->state = APPROVAL_INVALID;
        return;
    }
    ruling.rules = policy_rule_make_all(ruling.sources,
                                        (struct port_list){ policy->ports, policy->port_count },
                                        resolved->domains_differ, arena);
    count = choose(applying, policy, status);
    if (!fits(applying, ruling.rules, count, status)) {
        status->state = APPROVAL_INVALID;
        return;
    }
    for (size_t i = 0; i < count; i++)
        grant(resolved, applying->chosen[i], &ruling, status, arena);
    workload_match_all(resolved, policy, status, arena);
    unmatched_effect(resolved, status, arena);
}

static void make_targets(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;

    resolved->targets = ARENA_NEW(arena, struct policy_target, specs->destination_count);
    for (size_t i = 0; i < specs->destination_count; i++)
        if (resolved->destination_meshes[i])
            resolved->targets[resolved->target_count++] =
                (struct policy_target){ .mesh = resolved->destination_meshes[i],
                                        .destination = &specs->destinations[i] };
}

const struct policy_target *policy_target_of(const struct resolved *resolved,
                                             const struct destination *destination)
{
    size_t low = 0, high = resolved->target_count;

    while (low < high) { /* they are in the order of the Destinations */
        const size_t middle = low + (high - low) / 2;

        if (resolved->targets[middle].destination < destination)
            low = middle + 1;
        else
            high = middle;
    }
    return low < resolved->target_count && resolved->targets[low].destination == destination
               ? &resolved->targets[low]
               : NULL;
}

static void open_gateways(struct resolved *resolved, struct arena *arena)
{
    for (size_t i = 0; i < resolved->target_count; i++) {
        struct policy_target *at = &resolved->targets[i];
        const struct port_list ports = gateway_pods_open(resolved, at->destination);

        if (!ports.count)
            continue;
        at->passthrough = policy_rule_make_open(ports, arena);
        at->size = (struct rule_size){ 1, rule_size_of(at->passthrough->first) };
    }
}

static void add_refused(const struct resolved *resolved, struct plan *plan, struct arena *arena)
{
    for (const struct refused *at = resolved->specs->refused; at; at = at->next) {
        struct policy_status *status;

        if (at->kind != KIND_ACCESS_POLICY || text_empty(at->ref.name))
            continue;
        status = &plan->policies[plan->policy_count++];
        status->ref = at->ref;
        status->state = APPROVAL_INVALID;
        messages_add(&status->errors, arena, A0_REFUSED, at->error);
    }
}

static int compare_status(const void *a, const void *b)
{
    return reference_compare(((const struct policy_status *)a)->ref,
                             ((const struct policy_status *)b)->ref);
}

void policy_apply_all(struct resolved *resolved, struct plan *plan, struct arena *arena)
{
    const struct specs *specs = resolved->specs;
    const struct selectable *all = NULL;
    const size_t max = resolved->options->rules_max;
    struct applying applying = { .resolved = resolved,
                                 .bytes_max = max ? max : RULES_MAX,
                                 .arena = arena };

    plan->policies =
        ARENA_NEW(arena, struct policy_status, specs->access_policy_count + specs->refused_count);
    make_targets(resolved, arena);
    resolved->overlap = pod_overlap_new(resolved, arena);
    resolved->gateways = gateway_pods_find(resolved, arena);
    open_gateways(resolved, arena);
    if (specs->access_policy_count) {
        all = selectable_all(resolved, arena);
        applying.chosen = ARENA_NEW(arena, struct policy_target *, resolved->target_count);
    }
    for (size_t i = 0; i < specs->access_policy_count; i++) {
        const struct access_policy *policy = &specs->access_policies[i];
        struct policy_status *status = &plan->policies[plan->policy_count++];

        status->ref = (struct object_ref){ policy->meta.name, policy->meta.namespace };
        status->observed_generation = policy->meta.generation;
        status->state = APPROVAL_ACCEPTED;
        if (resolved->settings_unreadable)
            messages_add(&status->warnings, arena, E0_SETTINGS, resolved->settings_unreadable);
        if (resolved->incomplete)
            messages_add(&status->warnings, arena, W1_INCOMPLETE);
        if (!resolved->virtual_mesh_count)
            astray_warn(&status->warnings, resolved, arena);
        unmatched_policy(all, policy, status, arena);
        apply(&applying, policy, status);
    }
    add_refused(resolved, plan, arena);
    if (plan->policy_count)
        qsort(plan->policies, plan->policy_count, sizeof *plan->policies, compare_status);
}
