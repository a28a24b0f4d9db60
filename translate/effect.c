/* translate/effect.c - what a change of the specs means.  Judges no single call: that is
 * translate/permission.c.
 *
 * Who may call whom is a product of callers and Services.  Services whose rulings depend on the
 * same text before, and on the same text after the change (permission_basis), admit the same
 * callers, so each pair of texts is compared once, and equal ones not at all unless a trust domain
 * changed. What is left is limited by COMPARISONS_MAX; beyond it the result says that it is cut. */
#include "translate/effect.h"
#include "api/specs_index.h"
#include "base/map.h"

#include "translate/permission.h"
#include "translate/resolved_mesh.h"
#include <stdlib.h>
#include <string.h>

enum { COMPARISONS_MAX = 2000000 };

static const struct {
    const char *verb;
    bool attention;
} facts[] = {
    [EFFECT_UNKNOWN] = { "keeps the policies that are deployed, as an object is INVALID", true },
    [EFFECT_OPENED] = { "admits every caller: no policy limits it any longer", true },
    [EFFECT_UNREACHABLE] = { "can no longer be called from", true },
    [EFFECT_REACHABLE] = { "can be called from", false },
    [EFFECT_REFUSED] = { "now refuses some or all requests from", true },
    [EFFECT_ADMITTED] = { "now admits some or all requests from", false },
    [EFFECT_UNCOVERED] = { "has no AccessPolicy, so it refuses every request", true },
    [EFFECT_POLICY_REMOVED] = { "is removed; it applied to", true },
    [EFFECT_POLICY_UNUSED] = { "no longer selects any Service; it applied to", true },
    [EFFECT_TRUST_REMOVED] = { "no longer gets certificates under the root of", true },
    [EFFECT_TRUST_ADDED] = { "gets an intermediate under the root of", false },
};
static const char *const kind_names[] = {
    [EFFECT_UNKNOWN] = "unknown",
    [EFFECT_OPENED] = "opened",
    [EFFECT_UNREACHABLE] = "unreachable",
    [EFFECT_REACHABLE] = "reachable",
    [EFFECT_REFUSED] = "refused",
    [EFFECT_ADMITTED] = "admitted",
    [EFFECT_UNCOVERED] = "uncovered",
    [EFFECT_POLICY_REMOVED] = "policyRemoved",
    [EFFECT_POLICY_UNUSED] = "policyUnused",
    [EFFECT_TRUST_REMOVED] = "trustRemoved",
    [EFFECT_TRUST_ADDED] = "trustAdded",
};
const struct enum_table effect_kinds = ENUM_TABLE(kind_names);

bool effect_needs_attention(enum effect_kind kind) { return facts[kind].attention; }

const char *effect_verb(enum effect_kind kind) { return facts[kind].verb; }

bool effect_any_attention(const struct effects *effects)
{
    for (size_t i = 0; i < effects->count; i++)
        if (facts[effects->items[i].kind].attention)
            return true;
    return effects->cut;
}

/* --- the two sides --- */

struct side {
    const struct plan *plan;
    const struct resolved *resolved;
    const struct permission_table *table;
    struct map *callers; /* "cluster/namespace/account" -> struct caller */
    struct map *trust;   /* key of a mesh -> name of the VirtualMesh */
};

/* What two equal pairs of texts share. */
struct comparison {
    const char **refused, **admitted; /* callers */
    size_t refused_count, admitted_count;
};

struct comparing {
    struct side before, after;
    const char **callers; /* of both sides, sorted */
    size_t caller_count;
    struct map *comparisons;
    bool domains_changed;
    size_t done;
    struct effects effects;
    struct arena *arena;
};

static void add_callers(struct comparing *at, struct side *side)
{
    const struct specs *specs = side->resolved->specs;

    for (size_t i = 0; i < specs->workload_count; i++) {
        struct caller *caller = ARENA_NEW(at->arena, struct caller, 1);
        const char *name;

        if (!caller_of_workload(caller, side->resolved, &specs->workloads[i]))
            continue;
        name = caller_text(caller, at->arena);
        if (!map_find(at->before.callers, name)
            && (side == &at->before || !map_find(at->after.callers, name)))
            *ARENA_PUSH(at->arena, at->callers, at->caller_count) = name;
        map_put(side->callers, name, caller);
    }
}

static void add_trust(struct comparing *at, struct side *side)
{
    for (size_t i = 0; i < side->plan->virtual_mesh_count; i++) {
        const struct planned_virtual_mesh *one = &side->plan->virtual_meshes[i];

        for (size_t k = 0; one->trust && k < one->trust->mesh_count; k++)
            map_put(side->trust, one->trust->meshes[k].key,
                    arena_text(at->arena, object_ref_text(one->status.ref, at->arena)));
    }
}

static void open_side(struct comparing *at, struct side *side, const struct plan *plan)
{
    *side = (struct side){ .plan = plan,
                           .resolved = plan->resolved,
                           .table = permission_table_new(plan, at->arena),
                           .callers = map_new(at->arena),
                           .trust = map_new(at->arena) };
    add_trust(at, side);
}

/* --- effects --- */

static struct effect *add(struct comparing *at, enum effect_kind kind, const char *object_kind,
                          const char *object)
{
    struct effect *effect = ARENA_PUSH(at->arena, at->effects.items, at->effects.count);

    *effect = (struct effect){ .kind = kind, .object_kind = object_kind, .object = object };
    return effect;
}

static void add_other(struct comparing *at, struct effect *effect, const char *other)
{
    if (effect->other_total++ < EFFECT_OTHERS_MAX)
        *ARENA_PUSH(at->arena, effect->others, effect->other_count) = other;
}

/* --- federation --- */

static const struct export *export_of(const struct side *side, const char *key)
{
    return map_find(side->resolved->export_by_service, key);
}

static bool imports(const struct export *export, const struct resolved_mesh *mesh)
{
    return export && mesh && !export->retained && importers_have(export->importers, mesh);
}

/* The meshes of one side that can call the Service there and not on the other side. */
static void compare_importers(struct comparing *at, const struct side *side,
                              const struct side *other, const char *key, enum effect_kind kind)
{
    const struct export *export = export_of(side, key);
    const struct export *elsewhere = export_of(other, key);
    struct effect *effect = NULL;

    for (size_t i = 0; export && i < side->resolved->mesh_count; i++) {
        const struct resolved_mesh *mesh = &side->resolved->meshes[i];
        const struct object_ref ref = { mesh->spec->meta.name, mesh->spec->meta.namespace };

        if (!imports(export, mesh) || imports(elsewhere, resolved_mesh_find(other->resolved, ref)))
            continue;
        if (!effect)
            effect = add(at, kind, "Service",
                         cluster_ref_text(export->destination->service->ref, at->arena));
        add_other(at, effect, object_ref_text(ref, at->arena));
    }
}

/* --- policies --- */

/* A caller without a known trust domain counts as admitted where it may be, so that people see it.
 */
static enum permission ask(const struct side *side, const char *caller,
                           const struct destination *destination)
{
    const struct caller *found = map_find(side->callers, caller);
    struct permission_ruling ruling;

    if (!found)
        return PERMISSION_UNKNOWN;
    ruling = permission_find(side->table, found, destination);
    return ruling.reason == PERMISSION_NO_DOMAIN ? PERMISSION_SOME : ruling.permission;
}

static const struct comparison *compare_callers(struct comparing *at,
                                                const struct destination *before,
                                                const struct destination *after, const char *bases)
{
    struct comparison *out = map_find(at->comparisons, bases);

    if (out)
        return out;
    out = ARENA_NEW(at->arena, struct comparison, 1);
    map_put(at->comparisons, bases, out);
    if (at->done + at->caller_count > COMPARISONS_MAX) {
        at->effects.cut = true;
        return out;
    }
    at->done += at->caller_count;
    for (size_t i = 0; i < at->caller_count; i++) {
        const enum permission was = ask(&at->before, at->callers[i], before);
        const enum permission is = ask(&at->after, at->callers[i], after);

        if (was == PERMISSION_UNKNOWN || is == PERMISSION_UNKNOWN || was == is)
            continue;
        if (is < was)
            *ARENA_PUSH(at->arena, out->admitted, out->admitted_count) = at->callers[i];
        else
            *ARENA_PUSH(at->arena, out->refused, out->refused_count) = at->callers[i];
    }
    return out;
}

/* Whether something leads from the caller to the Service. */
static bool reaches(const struct side *side, const char *caller, const char *key,
                    const struct destination *destination)
{
    const struct caller *found = map_find(side->callers, caller);

    return found
           && (text_equal(found->mesh->cluster, destination->service->ref.cluster)
               || imports(export_of(side, key), found->mesh));
}

struct pair_of_sides {
    const char *key;
    const struct destination *before, *after;
};

static void add_reaching(struct comparing *at, enum effect_kind kind,
                         const struct pair_of_sides *service, const char **callers, size_t count)
{
    struct effect *effect = NULL;

    for (size_t i = 0; i < count; i++) {
        if (!reaches(&at->before, callers[i], service->key, service->before)
            || !reaches(&at->after, callers[i], service->key, service->after))
            continue;
        if (!effect)
            effect =
                add(at, kind, "Service", cluster_ref_text(service->after->service->ref, at->arena));
        add_other(at, effect, callers[i]);
    }
}

/* How the Service treats a caller that no policy can name. */
static struct permission_ruling ask_stranger(const struct side *side,
                                             const struct destination *destination)
{
    const struct caller stranger = { .mesh = resolved_mesh_of(side->resolved, destination),
                                     .namespace = "",
                                     .account = "" };

    return permission_find(side->table, &stranger, destination);
}

/* What holds for all callers alike; was NULL: the Service is new. */
static void compare_strangers(struct comparing *at, const struct destination *was,
                              const struct destination *is)
{
    static const struct {
        enum permission_reason reason;
        enum effect_kind kind;
        bool also_new; /* also for a Service that was not there */
    } rows[] = { { PERMISSION_UNLIMITED, EFFECT_OPENED, false },
                 { PERMISSION_GLOBAL, EFFECT_UNCOVERED, true },
                 { PERMISSION_IN_DOUBT, EFFECT_UNKNOWN, true } };
    const struct permission_ruling now = ask_stranger(&at->after, is);

    for (size_t i = 0; i < LENGTH(rows); i++)
        if (now.reason == rows[i].reason
            && (was ? ask_stranger(&at->before, was).reason != rows[i].reason : rows[i].also_new))
            add(at, rows[i].kind, "Service", cluster_ref_text(is->service->ref, at->arena));
}

static void compare_access(struct comparing *at, const struct pair_of_sides *service)
{
    const struct comparison *found;
    const char *was, *is;

    if (!service->after)
        return;
    compare_strangers(at, service->before, service->after);
    if (!service->before)
        return;
    was = permission_basis(at->before.table, service->before);
    is = permission_basis(at->after.table, service->after);
    if (text_equal(was, is) && !at->domains_changed)
        return;
    found = compare_callers(at, service->before, service->after,
                            arena_printf(at->arena, "%s\n%s", was, is));
    add_reaching(at, EFFECT_REFUSED, service, found->refused, found->refused_count);
    add_reaching(at, EFFECT_ADMITTED, service, found->admitted, found->admitted_count);
}

/* A Service in an Istio mesh; NULL: that side has none of the name. */
static const struct destination *service_of(const struct side *side, struct cluster_ref ref)
{
    const struct destination *destination = specs_service(side->resolved->specs, ref);

    return destination && resolved_mesh_of(side->resolved, destination) ? destination : NULL;
}

static void compare_service(struct comparing *at, struct cluster_ref ref)
{
    const struct pair_of_sides service = { cluster_ref_key(ref, at->arena),
                                           service_of(&at->before, ref),
                                           service_of(&at->after, ref) };

    compare_importers(at, &at->before, &at->after, service.key, EFFECT_UNREACHABLE);
    compare_importers(at, &at->after, &at->before, service.key, EFFECT_REACHABLE);
    compare_access(at, &service);
}

static void compare_services(struct comparing *at)
{
    const struct resolved *before = at->before.resolved, *after = at->after.resolved;

    for (size_t i = 0; i < after->target_count; i++)
        compare_service(at, after->targets[i].destination->service->ref);
    for (size_t i = 0; i < before->target_count; i++) {
        const struct cluster_ref ref = before->targets[i].destination->service->ref;

        if (!service_of(&at->after, ref))
            compare_service(at, ref);
    }
}

static const struct policy_status *status_of(const struct plan *plan, struct object_ref ref)
{
    for (size_t i = 0; i < plan->policy_count; i++)
        if (object_ref_equal(plan->policies[i].ref, ref))
            return &plan->policies[i];
    return NULL;
}

static void compare_policies(struct comparing *at)
{
    const struct plan *before = at->before.plan;

    for (size_t i = 0; i < before->policy_count; i++) {
        const struct policy_status *was = &before->policies[i];
        const struct policy_status *is = status_of(at->after.plan, was->ref);
        struct effect *effect;

        if (!was->destination_count
            || (is && (is->destination_count || is->state != APPROVAL_ACCEPTED)))
            continue;
        effect = add(at, is ? EFFECT_POLICY_UNUSED : EFFECT_POLICY_REMOVED, "AccessPolicy",
                     object_ref_text(was->ref, at->arena));
        for (size_t k = 0; k < was->destination_count; k++)
            add_other(
                at, effect,
                object_ref_text(object_ref_of_key(was->destinations[k].key, at->arena), at->arena));
    }
}

/* --- trust --- */

/* The meshes that have a root on one side and another one, or none, on the other. */
static void compare_trust(struct comparing *at, const struct side *side, const struct side *other,
                          enum effect_kind kind)
{
    for (size_t i = 0; i < side->resolved->mesh_count; i++) {
        const struct meta *meta = &side->resolved->meshes[i].spec->meta;
        const char *root = map_find(side->trust, meta->key);

        if (root && !text_equal(root, map_find(other->trust, meta->key)))
            add_other(
                at,
                add(at, kind, "Mesh",
                    object_ref_text((struct object_ref){ meta->name, meta->namespace }, at->arena)),
                root);
    }
}

static bool trust_domains_differ(const struct comparing *at)
{
    for (size_t i = 0; i < at->after.resolved->mesh_count; i++) {
        const struct mesh *is = at->after.resolved->meshes[i].spec;
        const struct resolved_mesh *was = resolved_mesh_find(
            at->before.resolved, (struct object_ref){ is->meta.name, is->meta.namespace });

        if (was && !text_equal(was->spec->trust_domain, is->trust_domain))
            return true;
    }
    return false;
}

static int compare_effects(const void *a, const void *b)
{
    const struct effect *left = a, *right = b;

    return left->kind != right->kind ? (left->kind < right->kind ? -1 : 1)
                                     : strcmp(left->object, right->object);
}

struct effects effect_find_all(const struct plan *before, const struct plan *after,
                               struct arena *arena)
{
    struct comparing at = { .comparisons = map_new(arena), .arena = arena };

    open_side(&at, &at.before, before);
    open_side(&at, &at.after, after);
    add_callers(&at, &at.before);
    add_callers(&at, &at.after);
    if (at.caller_count)
        qsort(at.callers, at.caller_count, sizeof *at.callers, text_compare);
    at.domains_changed = trust_domains_differ(&at);
    compare_services(&at);
    compare_policies(&at);
    compare_trust(&at, &at.before, &at.after, EFFECT_TRUST_REMOVED);
    compare_trust(&at, &at.after, &at.before, EFFECT_TRUST_ADDED);
    if (at.effects.count)
        qsort(at.effects.items, at.effects.count, sizeof *at.effects.items, compare_effects);
    return at.effects;
}
