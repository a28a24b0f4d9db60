/* translate/permission.c - which callers the sidecars of a Service admit.  Writes no policy.
 *
 * istiod gives a pod every AuthorizationPolicy of its namespace and of the root namespace whose
 * selector is part of the pod's labels, so the policy of one Service counts for another Service
 * with the same pods.  A pod with one ALLOW policy or more admits what a rule of any of them
 * matches, and a pod without admits everything.  Hence pods are judged by their labels, and a
 * Service whose pods differ is as open as some of them.
 *
 * What was deployed for an INVALID object stays, and the specs do not show it.  Previous policies
 * can admit more callers than the known ones, or close what would be open, so only what a known
 * rule admits as a whole is certain then. */
#include "translate/permission.h"
#include "api/object_place.h"
#include "api/selector_match.h"
#include "api/specs_index.h"
#include "base/map.h"
#include "base/write_yaml.h"

#include "translate/endpoint.h"
#include "translate/gateway_pods.h"
#include "translate/mesh_manifests.h"
#include "translate/policy_rule.h"
#include "translate/request_principal.h"
#include "translate/resolved_mesh.h"
#include "translate/resolved_virtual_mesh.h"
#include "translate/unique.h"
#include "translate/unique_lost.h"

struct target_list {
    const struct policy_target **items;
    size_t count;
};
struct permission_table {
    const struct resolved *resolved;
    struct map *by_namespace; /* "<cluster> <namespace>" -> struct target_list */
    struct permission_ruling
        invalid; /* the doubt of an INVALID AccessPolicy; else PERMISSION_ALL */
    struct arena *arena;
};

/* A caller and the pods that it calls. */
struct look {
    const struct permission_table *table;
    const struct resolved *resolved;
    const struct caller *caller;
    const struct resolved_mesh *home;
    const struct kube_service *service;
    bool limited;                      /* some ALLOW policy applies to the pods */
    size_t policies;                   /* AccessPolicies among them */
    struct permission_ruling refusing; /* the first of them */
    struct permission_ruling closing, doubt, best;
    struct arena *arena;
};

static void note_best(struct look *look, struct permission_ruling ruling)
{
    if (!look->best.kind || ruling.permission < look->best.permission)
        look->best = ruling;
}

static struct permission_ruling doubt_of(const char *kind, struct object_ref ref,
                                         struct place place)
{
    return (struct permission_ruling){ .permission = PERMISSION_UNKNOWN,
                                       .reason = PERMISSION_IN_DOUBT,
                                       .kind = kind,
                                       .ref = ref,
                                       .place = place };
}

static void note_doubt(struct look *look, struct permission_ruling doubt)
{
    if (look->doubt.permission != PERMISSION_UNKNOWN)
        look->doubt = doubt;
}

static struct object_ref ref_of(const struct meta *meta)
{
    return (struct object_ref){ meta->name, meta->namespace };
}

/* Without TLS a sidecar sees no certificate of its peer. */
static bool shows_identity(const struct look *look)
{
    const enum tls_mode mode = look->resolved->specs->settings.tls_mode;
    const struct resolved_virtual_mesh *virtual_mesh = look->home->virtual_mesh;

    if (mode == TLS_DISABLE || mode == TLS_SIMPLE)
        return false;
    return !virtual_mesh || !virtual_mesh->spec || look->home->outranked
           || virtual_mesh->spec->federation.enforcement != ENFORCE_DISABLE;
}

/* --- ports --- */

enum opened { OPENED_NONE, OPENED_SOME, OPENED_ALL };

/* How many ports of the called Service rules open that may be for another Service with the same
 * pods.  No ports: rules for all. */
static enum opened opened_by(const struct look *look, struct port_list opened)
{
    struct port_list wanted;
    size_t found = 0;
    bool complete;

    if (!opened.count)
        return OPENED_ALL;
    wanted = port_limit_of_service(look->service, &complete, look->arena);
    for (size_t i = 0; i < wanted.count; i++)
        found += port_limit_has(opened, wanted.items[i]);
    if (!complete)
        return OPENED_SOME;
    return !found ? OPENED_NONE : found < wanted.count ? OPENED_SOME : OPENED_ALL;
}

static struct permission_ruling ruling_of(const struct access_policy *policy,
                                          const struct identity_selector *source,
                                          enum opened opened)
{
    struct permission_ruling ruling = {
        .reason = PERMISSION_BY_POLICY,
        .kind = "AccessPolicy",
        .ref = ref_of(&policy->meta),
        .place = source && source->place.file ? source->place : policy->meta.place,
        .by_source = source != NULL,
        .source = source ? (size_t)(source - policy->sources) : 0,
        .limited_requests = policy->path_count || policy->method_count || opened != OPENED_ALL,
        .limited_tokens = source && (source->principal_count || source->not_principal_count),
    };

    ruling.permission =
        ruling.limited_requests || ruling.limited_tokens ? PERMISSION_SOME : PERMISSION_ALL;
    return ruling;
}

/* Whatever a caller without a known trust domain would be admitted to is in doubt. */
static void judge_source(struct look *look, const struct access_policy *policy,
                         const struct identity_selector *source,
                         const struct principals *principals, enum opened opened)
{
    const struct meta *mesh = &look->caller->mesh->spec->meta;
    struct permission_ruling doubt = doubt_of("Mesh", ref_of(mesh), mesh->place);

    if (!request_principal_any(source))
        return;
    switch (caller_match(look->caller, source, principals, shows_identity(look))) {
    case CALLER_NO:
        return;
    case CALLER_YES:
        note_best(look, ruling_of(policy, source, opened));
        return;
    case CALLER_PERHAPS:
        doubt.reason = PERMISSION_NO_DOMAIN;
        note_doubt(look, doubt);
    }
}

static void judge_grant(struct look *look, const struct grant *grant)
{
    const struct access_policy *policy = grant->policy;
    const enum opened opened =
        opened_by(look, (struct port_list){ grant->ports, grant->port_count });

    if (opened == OPENED_NONE)
        return;
    if (!policy->source_count)
        note_best(look, ruling_of(policy, NULL, opened));
    for (size_t i = 0; i < policy->source_count; i++)
        judge_source(look, policy, &policy->sources[i], &grant->sources->principals[i], opened);
}

/* --- gateways --- */

static void note_gateway(struct look *look, const struct destination *gateway, enum opened opened)
{
    note_best(look, (struct permission_ruling){
                        .permission = opened == OPENED_ALL ? PERMISSION_ALL : PERMISSION_SOME,
                        .reason = PERMISSION_GATEWAY,
                        .kind = "Destination",
                        .ref = ref_of(&gateway->meta),
                        .place = object_place_of_destination(gateway, look->arena),
                        .limited_requests = opened != OPENED_ALL });
}

/* The rule beside those of AccessPolicies, for the requests of other clusters. */
static void judge_passthrough(struct look *look, const struct destination *gateway)
{
    const struct port_list ports = gateway_pods_open(look->resolved, gateway);
    const enum opened opened = opened_by(look, ports);

    if (ports.count && opened != OPENED_NONE)
        note_gateway(look, gateway, opened);
}

/* --- pods --- */

static bool is_written(const struct look *look, const struct policy_target *target)
{
    const struct cluster_ref ref = target->destination->service->ref;
    const struct document document = { .kind = "AuthorizationPolicy",
                                       .namespace = ref.namespace,
                                       .name = ref.name };

    return !unique_lost(look->resolved, ref.cluster, &document,
                        unique_owner(target->destination, look->arena));
}

static const char *namespace_key(const char *cluster, const char *namespace, struct arena *arena)
{
    return arena_printf(arena, "%s %s", cluster, namespace);
}

/* The policy targets of a namespace in the Service's cluster. */
static struct target_list targets_of(const struct look *look, const char *namespace)
{
    const struct target_list *list =
        map_find(look->table->by_namespace,
                 namespace_key(look->service->ref.cluster, namespace, look->arena));

    return list ? *list : (struct target_list){ 0 };
}

/* Whether a policy for the Service applies to the pods. */
static bool covers(const struct destination *destination, const struct labels *pods)
{
    const struct kube_service *service = destination->service;

    return selector_match_pods(service->selector, service->selector_count, pods->pairs,
                               pods->count);
}

static void add_refusing(struct look *look, const struct access_policy *policy)
{
    look->limited = true;
    if (!look->policies++)
        look->refusing = (struct permission_ruling){ .permission = PERMISSION_NONE,
                                                     .reason = PERMISSION_NO_SOURCE,
                                                     .kind = "AccessPolicy",
                                                     .ref = ref_of(&policy->meta),
                                                     .place = policy->meta.place };
}

static void judge_target(struct look *look, const struct policy_target *target)
{
    bool granted = false;

    if (!is_written(look, target))
        return;
    for (size_t i = 0; i < target->grant_count; i++) {
        const struct access_policy *policy = target->grants[i].policy;

        if (!target->grants[i].rules || target->grants[i].cut)
            note_doubt(look, doubt_of("AccessPolicy", ref_of(&policy->meta), policy->meta.place));
        else
            judge_grant(look, &target->grants[i]);
        if (target->grants[i].rules)
            add_refusing(look, policy);
        granted |= target->grants[i].rules != NULL;
    }
    if (granted)
        judge_passthrough(look, target->destination);
}

static struct place virtual_mesh_place(const struct look *look,
                                       const struct resolved_virtual_mesh *virtual_mesh)
{
    const struct refused *refused =
        specs_refused(look->resolved->specs, KIND_VIRTUAL_MESH, virtual_mesh->ref);

    if (virtual_mesh->spec)
        return virtual_mesh->spec->meta.place;
    return refused ? refused->place : (struct place){ 0 };
}

/* The policies of a mesh as a whole. */
static void judge_mesh(struct look *look, const struct resolved_mesh *mesh,
                       const struct labels *pods)
{
    const struct resolved_virtual_mesh *virtual_mesh =
        mesh->virtual_mesh ? mesh->virtual_mesh : resolved_virtual_mesh_retained(look->resolved);

    if (!virtual_mesh || !text_equal(mesh->cluster, look->home->cluster)
        || !text_equal(mesh->root_namespace, look->home->root_namespace))
        return;
    if (!resolved_mesh_is_written(mesh)) {
        note_doubt(look, doubt_of("VirtualMesh", virtual_mesh->ref,
                                  virtual_mesh_place(look, virtual_mesh)));
        return;
    }
    if (virtual_mesh->spec->access != ACCESS_ENABLED)
        return;
    look->limited = true;
    look->closing = (struct permission_ruling){ .permission = PERMISSION_NONE,
                                                .reason = PERMISSION_GLOBAL,
                                                .kind = "VirtualMesh",
                                                .ref = virtual_mesh->ref,
                                                .place = virtual_mesh->spec->meta.place };
    for (size_t i = 0; i < mesh->gateway_count; i++)
        if (covers(mesh->gateways[i].destination, pods)
            && mesh_manifests_opens(look->resolved, mesh, &mesh->gateways[i], look->arena))
            note_gateway(look, mesh->gateways[i].destination, OPENED_ALL);
}

static struct place policy_place(const struct specs *specs, struct object_ref ref)
{
    const struct refused *refused = specs_refused(specs, KIND_ACCESS_POLICY, ref);
    const struct access_policy *policy = specs_access_policy(specs, ref);

    if (policy)
        return policy->meta.place;
    return refused ? refused->place : (struct place){ 0 };
}

/* An INVALID policy keeps its previous rules, wherever they are. */
static struct permission_ruling find_invalid(const struct plan *plan)
{
    const struct resolved *resolved = plan->resolved;

    for (size_t i = 0; i < plan->policy_count; i++)
        if (plan->policies[i].state != APPROVAL_ACCEPTED && plan->policies[i].errors.count)
            return doubt_of("AccessPolicy", plan->policies[i].ref,
                            policy_place(resolved->specs, plan->policies[i].ref));
    if (resolved->settings_unreadable || resolved->incomplete)
        return doubt_of(NULL, (struct object_ref){ 0 }, (struct place){ 0 });
    return (struct permission_ruling){ 0 };
}

static void judge_namespace(struct look *look, const char *namespace, const struct labels *pods)
{
    const struct target_list list = targets_of(look, namespace);

    for (size_t i = 0; i < list.count; i++)
        if (covers(list.items[i]->destination, pods))
            judge_target(look, list.items[i]);
}

/* What counts before any AccessPolicy. */
static void judge_meshes(struct look *look, const struct labels *pods)
{
    look->limited = false;
    look->policies = 0;
    look->closing = look->doubt = look->best = (struct permission_ruling){ 0 };
    for (size_t i = 0; i < look->resolved->mesh_count; i++)
        judge_mesh(look, &look->resolved->meshes[i], pods);
}

static struct permission_ruling judge_pods(struct look *look, const struct labels *pods)
{
    judge_meshes(look, pods);
    judge_namespace(look, look->service->ref.namespace, pods);
    if (!text_equal(look->service->ref.namespace, look->home->root_namespace))
        judge_namespace(look, look->home->root_namespace, pods);
    note_doubt(look, look->table->invalid);
    if (look->best.kind && look->best.permission == PERMISSION_ALL)
        return look->best;
    if (look->doubt.permission == PERMISSION_UNKNOWN)
        return look->doubt;
    if (look->best.kind)
        return look->best;
    if (!look->limited)
        return (struct permission_ruling){ .permission = PERMISSION_ALL,
                                           .reason = PERMISSION_UNLIMITED };
    if (!look->policies)
        return look->closing;
    look->refusing.policies = look->policies;
    return look->refusing;
}

/* --- all pods of a Service --- */

static struct permission_ruling join(struct permission_ruling a, struct permission_ruling b)
{
    struct permission_ruling wide = a.permission < b.permission ? a : b;

    if (a.permission == b.permission)
        return a;
    if (a.permission == PERMISSION_UNKNOWN || b.permission == PERMISSION_UNKNOWN)
        return a.permission == PERMISSION_UNKNOWN ? a : b;
    wide.permission = PERMISSION_SOME;
    wide.reason = PERMISSION_PODS_DIFFER;
    return wide;
}

static struct look look_at(const struct permission_table *table, const struct caller *caller,
                           const struct destination *destination)
{
    return (struct look){ .table = table,
                          .resolved = table->resolved,
                          .caller = caller,
                          .home = resolved_mesh_of(table->resolved, destination),
                          .service = destination->service,
                          .arena = table->arena };
}

struct permission_ruling permission_find(const struct permission_table *table,
                                         const struct caller *caller,
                                         const struct destination *destination)
{
    struct look look = look_at(table, caller, destination);
    struct permission_ruling ruling;
    struct labels *pods;
    size_t count;

    pods = endpoint_label_sets(look.service, look.resolved->templates, false, &count, table->arena);
    ruling = judge_pods(&look, &pods[0]);
    for (size_t i = 1; i < count; i++)
        ruling = join(ruling, judge_pods(&look, &pods[i]));
    ruling.without_identity = !shows_identity(&look);
    return ruling;
}

/* --- the table --- */

static void add_target(struct permission_table *table, const struct policy_target *target)
{
    const struct cluster_ref ref = target->destination->service->ref;
    const char *key = namespace_key(ref.cluster, ref.namespace, table->arena);
    struct target_list *list = map_find(table->by_namespace, key);

    if (!list) {
        list = ARENA_NEW(table->arena, struct target_list, 1);
        map_put(table->by_namespace, key, list);
    }
    *ARENA_PUSH(table->arena, list->items, list->count) = target;
}

struct permission_table *permission_table_new(const struct plan *plan, struct arena *arena)
{
    struct permission_table *table = ARENA_NEW(arena, struct permission_table, 1);
    const struct resolved *resolved = plan->resolved;

    *table = (struct permission_table){ resolved, map_new(arena), find_invalid(plan), arena };
    for (size_t i = 0; i < resolved->target_count; i++)
        if (resolved->targets[i].grant_count)
            add_target(table, &resolved->targets[i]);
    return table;
}

/* --- what a ruling depends on --- */

static void add_basis(struct text *out, const struct look *look, const char *namespace,
                      const struct labels *pods)
{
    const struct target_list list = targets_of(look, namespace);

    for (size_t i = 0; i < list.count; i++) {
        const struct policy_target *target = list.items[i];

        if (!covers(target->destination, pods))
            continue;
        for (size_t k = 0; k < target->grant_count; k++) {
            const struct grant *grant = &target->grants[k];

            text_addf(out, "%s %d %d\n", grant->policy->meta.key, grant->rules != NULL,
                      is_written(look, target));
            if (grant->rules)
                write_yaml(out, grant->rules);
        }
        if (target->passthrough)
            write_yaml(out, target->passthrough);
    }
}

static void add_ports(struct text *out, const struct look *look)
{
    bool complete;
    const struct port_list ports = port_limit_of_service(look->service, &complete, look->arena);

    text_addf(out, "ports %d", complete);
    for (size_t i = 0; i < ports.count; i++)
        text_addf(out, " %u", ports.items[i]);
    text_addc(out, '\n');
}

const char *permission_basis(const struct permission_table *table,
                             const struct destination *destination)
{
    struct look look = look_at(table, NULL, destination);
    AUTO_TEXT out = { 0 };
    struct labels *pods;
    size_t count;

    pods = endpoint_label_sets(look.service, look.resolved->templates, false, &count, table->arena);
    text_addf(&out, "identity %d\n", shows_identity(&look));
    add_ports(&out, &look);
    for (size_t i = 0; i < count; i++) {
        judge_meshes(&look, &pods[i]);
        note_doubt(&look, look.table->invalid);
        text_addf(&out, "pods %d %d %d\n", look.limited, (int)look.doubt.permission,
                  look.best.kind != NULL);
        add_basis(&out, &look, look.service->ref.namespace, &pods[i]);
        if (!text_equal(look.service->ref.namespace, look.home->root_namespace))
            add_basis(&out, &look, look.home->root_namespace, &pods[i]);
    }
    return arena_text(table->arena, out.bytes);
}
