/* k8s-job/apply/status_object.c - builds the object that is applied to /status, and compares it
 * with the live one. Pure.
 *
 * What this keeps true:
 * - Ready describes the spec of the live object. weft serves the spec in Git, and the two differ
 *   while a GitOps tool has not applied the newest commit, or after an edit on the cluster.
 *   observedGeneration therefore moves to the live generation only when both specs have the same
 *   digest; otherwise kubectl wait would report success for a spec that was never served.
 * - A post that changes nothing is not written. Commit ids are left out of that comparison: they
 *   change with every commit of any virtual mesh, and each write wakes every watcher of the kind.
 * - lastTransitionTime is kept from the live condition while its status is the same, as the API
 *   conventions ask.
 * - A status that is too large is encoded again with a smaller extent, four times at most, until
 *   it has at most 1 MiB; etcd takes 1.5 MiB for the whole object, with the spec and managedFields
 *   in it. */
#include "k8s-job/apply/status_object.h"
#include "base/write_json.h"
#include "k8s-job/apply/status_conditions.h"
#include "k8s-job/apply/status_limit.h"

#include "base/clock.h"
#include "base/intern.h"
#include "base/write.h"
#include "k8s-job/client/objects.h"

#include <string.h>

const struct post_kind *post_kind(const struct status_post *post)
{
    static const struct post_kind virtual_mesh = { "VirtualMesh", "virtualmeshes",
                                                   VIRTUAL_MESH_API };
    static const struct post_kind policy = { "AccessPolicy", "accesspolicies", ACCESS_POLICY_API };

    return post->policy ? &policy : &virtual_mesh;
}

struct object_ref status_object_ref(const struct status_post *post)
{
    return post->policy ? post->policy->ref : post->status->ref;
}

enum approval_state status_object_state(const struct status_post *post)
{
    return post->policy ? post->policy->state : post->status->state;
}

const struct messages *status_object_errors(const struct status_post *post)
{
    return post->policy ? &post->policy->errors : &post->status->errors;
}

/* The digest of the spec in Git; NULL: it could not be decoded. */
static const char *spec_digest(const struct status_post *post)
{
    if (post->policy)
        return post->access_policy ? post->access_policy->digest : NULL;
    return post->virtual_mesh ? post->virtual_mesh->digest : NULL;
}

static const char *live_digest(const struct status_post *post, const struct node *live,
                               const struct decoder *decoder)
{
    if (post->policy)
        return arena_text(decoder->arena, access_policy_decode(at_root(live, decoder)).digest);
    return arena_text(decoder->arena, virtual_mesh_decode(at_root(live, decoder)).digest);
}

enum live_spec status_object_compare_spec(const struct status_post *post, const struct node *live,
                                          struct arena *arena)
{
    struct diags diags = { .arena = arena };
    struct decoder decoder = { .diags = &diags, .arena = arena, .strings = intern_new(arena) };
    const char *wanted = spec_digest(post), *now = live_digest(post, live, &decoder);
    const char *observed = node_get(live, "status", "observedGeneration", NULL);

    /* A spec that cannot be decoded has no normal form: it is taken for the one in Git when that
     * cannot be decoded either. */
    if (wanted ? diags.errors == 0 && strcmp(now, wanted) == 0 : diags.errors > 0)
        return LIVE_SAME;
    if (!observed || strcmp(observed, "0") == 0)
        return LIVE_OTHER;
    return text_equal(observed, node_get(live, "metadata", "generation", NULL)) ? LIVE_BEHIND
                                                                                : LIVE_AHEAD;
}

enum { NO_GENERATION = -1 }; /* there is no object that could have one */

/* Of the spec that was processed; 0: of none that the object ever had. */
static int64_t observed_generation(const struct node *live, enum live_spec spec)
{
    const char *now = node_get(live, "metadata", "generation", NULL);
    const char *text =
        spec == LIVE_SAME ? now : node_get(live, "status", "observedGeneration", NULL);
    int64_t generation;

    if (!now)
        return NO_GENERATION;
    return text && parse_int(text, 0, INT64_MAX, &generation) ? generation : 0;
}

/* What the object says now is what was processed, lately or once. */
static bool was_processed(enum live_spec spec) { return spec == LIVE_SAME || spec == LIVE_BEHIND; }

static const struct node *live_condition(const struct node *live, const char *type)
{
    const struct node *status = node_find(live, "status");
    const struct node *list = status ? node_find(status, "conditions") : NULL;
    const struct node *item = list && list->kind == NODE_LIST ? list->first : NULL;

    while (item && !text_equal(node_get(item, "type", NULL), type))
        item = item->next;
    return item;
}

/* Where conditions go, and what they have in common. */
struct conditions {
    struct node *list;
    const struct node *live;
    int64_t now, generation;
    struct arena *arena;
};

static void add_condition(const struct conditions *to, const char *type, const char *status,
                          const char *reason, const char *message)
{
    struct node *condition = node_add(to->list, node_map(to->arena));
    const struct node *live = live_condition(to->live, type);
    const char *since = node_get(live, "lastTransitionTime", NULL);

    if (!since || !text_equal(node_get(live, "status", NULL), status))
        since = clock_text(to->now, to->arena);
    node_set_text(to->arena, condition, "type", type);
    node_set_text(to->arena, condition, "status", status);
    node_set_text(to->arena, condition, "reason", reason);
    node_set_text(to->arena, condition, "message", message);
    node_set_text(to->arena, condition, "lastTransitionTime", since);
    if (to->generation != NO_GENERATION)
        node_set_int(to->arena, condition, "observedGeneration", to->generation);
}

static size_t not_accepted(const struct target_status *targets, size_t count)
{
    size_t bad = 0;

    for (size_t i = 0; i < count; i++)
        bad += targets[i].state != APPROVAL_ACCEPTED;
    return bad;
}

static const char *policy_counts(const struct policy_status *status, struct arena *arena)
{
    size_t bad = not_accepted(status->destinations, status->destination_count);

    return arena_printf(arena, "%zu of %zu destinations are accepted",
                        status->destination_count - bad, status->destination_count);
}

static const char *counts(const struct vm_status *status, struct arena *arena)
{
    size_t bad = not_accepted(status->destinations, status->destination_count);

    return arena_printf(arena, "%zu of %zu meshes and %zu of %zu destinations are accepted",
                        status->mesh_count - not_accepted(status->meshes, status->mesh_count),
                        status->mesh_count, status->destination_count - bad,
                        status->destination_count);
}

/* Its id comes first, where no limit cuts it off: docs/operations.md and `weft status -o json` name
 * the message by the same id. */
static const char *first_error(const struct messages *errors, struct arena *arena)
{
    const char *id = messages_origin(errors, 0).id;

    return arena_printf(arena, "%s%s%.1000s", id, *id ? ": " : "", errors->texts[0]);
}

static const char *ready_message(const struct status_post *post, enum live_spec spec,
                                 struct arena *arena)
{
    const enum approval_state state = status_object_state(post);
    const struct messages *errors = status_object_errors(post);
    const char *said =
        post->policy ? policy_counts(post->policy, arena) : counts(post->status, arena);

    if (state == APPROVAL_PENDING)
        return "not processed yet";
    if (state != APPROVAL_ACCEPTED && errors->count > 1)
        return arena_printf(arena, "%s (and %zu more errors)", first_error(errors, arena),
                            errors->count - 1);
    if (state != APPROVAL_ACCEPTED && errors->count == 1)
        return first_error(errors, arena);
    if (spec == LIVE_BEHIND)
        return arena_printf(arena,
                            "%s; the spec in Git is newer than this object, and it is the one "
                            "that is served",
                            said);
    if (spec == LIVE_AHEAD)
        return arena_printf(arena,
                            "%s; this object was changed on the cluster and differs from the "
                            "spec in Git, which is the one that is served",
                            said);
    if (spec == LIVE_OTHER)
        return arena_printf(arena,
                            "%s; the spec of this object differs from the one in Git, which is "
                            "the one that is served",
                            said);
    return said;
}

static const char *const ahead_reasons[] = {
    [LIVE_BEHIND] = "GitAhead",
    [LIVE_AHEAD] = "ClusterAhead",
    [LIVE_OTHER] = "SpecDiffers",
};

/* Ready is about the spec of the live object; for a spec that was never processed it is Unknown.
 * Errors are about the spec in Git and stay errors whatever the live object holds. */
static struct verdict verdict_of(const struct status_post *post, enum live_spec spec)
{
    struct verdict verdict = post->policy
                                 ? status_conditions_policy_verdict(post->policy, post->reason)
                                 : status_conditions_verdict(post->status, post->reason);

    if (strcmp(verdict.ready, "True") != 0 || spec == LIVE_SAME)
        return verdict;
    verdict.reason = ahead_reasons[spec];
    if (!was_processed(spec)) {
        verdict.ready = "Unknown";
        verdict.reconciling = "True";
    }
    return verdict;
}

static void add_rotation(const struct conditions *to, const struct vm_status *status)
{
    const struct rotation_condition *last =
        status->condition_count ? &status->conditions[status->condition_count - 1] : NULL;
    bool rotating = status_conditions_rotating(status);
    const char *name = last ? enums_name(&rotation_states, (int)last->state) : "NOT_ROTATING";

    add_condition(to, "RotationInProgress", rotating ? "True" : "False",
                  status_conditions_camel(name, to->arena),
                  last && last->message ? last->message : "");
}

/* Kubernetes' conditions first, then the rotation steps, oldest first (option A). */
static struct node *condition_list(const struct status_post *post, const struct node *live,
                                   const struct node *steps, enum live_spec spec,
                                   int64_t generation, struct arena *arena)
{
    struct conditions to = { node_list(arena), live, post->now, generation, arena };
    struct verdict verdict = verdict_of(post, spec);

    const char *remark = post->remark ? post->remark : "";

    add_condition(&to, "Ready", verdict.ready, verdict.reason,
                  arena_printf(arena, "%s%s%s", ready_message(post, spec, arena),
                               *remark ? "; " : "", remark));
    add_condition(&to, "Reconciling", verdict.reconciling, verdict.reason, "");
    add_condition(&to, "Stalled", verdict.stalled, verdict.reason, remark);
    if (!post->policy)
        add_rotation(&to, post->status);
    for (const struct node *step = steps ? steps->first : NULL; step; step = step->next)
        node_add(to.list, node_copy(arena, step));
    return to.list;
}

static const char *const first_fields[] = { "observedGeneration", "state", "errors", "meshes",
                                            "destinations" };

/* What is posted, within the extent. */
static struct node *encode_capped(const struct status_post *post, struct status_extent extent,
                                  struct arena *arena)
{
    if (post->policy) {
        struct policy_status policy = status_limit_cap_policy(post->policy, extent, arena);

        policy.observed_generation = 0;
        return status_encode_policy(&policy, arena);
    }
    struct vm_status status = status_limit_cap(post->status, extent, arena);

    status.observed_generation = 0; /* said apart */
    return status_encode_virtual_mesh(&status, true, arena);
}

/* A copy of the encoded map in which the conditions are ours. */
static struct node *status_map(const struct status_post *post, const struct node *live,
                               enum live_spec spec, struct status_extent extent,
                               struct arena *arena)
{
    struct node *encoded = encode_capped(post, extent, arena), *out = node_map(arena);
    int64_t generation = observed_generation(live, spec);

    if (generation != NO_GENERATION)
        node_set_int(arena, out, "observedGeneration", generation);
    for (const struct node *member = encoded->first; member; member = member->next)
        if (strcmp(member->key, "conditions") != 0)
            node_set(out, member->key, node_copy(arena, member));
    if (!node_find(out, "state"))
        node_set_text(arena, out, "state",
                      enums_name(&approval_states, (int)status_object_state(post)));
    node_set(out, "conditions",
             condition_list(post, live, node_find(encoded, "conditions"), spec, generation, arena));
    node_set_text(arena, out, "observedCommit", post->specs_commit);
    node_set_text(arena, out, "outputCommit", post->commit);
    return out;
}

static bool fits(const struct node *status)
{
    AUTO_TEXT json = { 0 };

    write_json(&json, status, false);
    return json.len <= STATUS_BYTES_MAX;
}

static struct node *fitting_status(const struct status_post *post, const struct node *live,
                                   enum live_spec spec, struct arena *arena)
{
    const size_t destinations =
        post->policy ? post->policy->destination_count : post->status->destination_count;
    const struct status_extent extents[] = {
        { 100, 1000, SIZE_MAX, destinations <= STATUS_ALL_DESTINATIONS },
        { 10, 250, SIZE_MAX, false },
        { 2, 150, 1000, false },
        { 1, 100, 100, false },
    };
    struct node *status = NULL;

    for (size_t i = 0; i < LENGTH(extents); i++) {
        status = status_map(post, live, spec, extents[i], arena);
        if (fits(status))
            break;
    }
    return status;
}

/* Every known version of the CRD has these fields, so no schema refuses them. */
static struct node *reduce(const struct node *status, struct arena *arena)
{
    struct node *out = node_map(arena);

    for (size_t i = 0; i < LENGTH(first_fields); i++)
        if (node_find(status, first_fields[i]))
            node_set(out, first_fields[i], node_copy(arena, node_find(status, first_fields[i])));
    return out;
}

struct node *status_object(const struct status_post *post, const struct node *live, bool reduced,
                           struct arena *arena)
{
    struct node *object = node_map(arena), *metadata;
    struct node *status =
        fitting_status(post, live, status_object_compare_spec(post, live, arena), arena);

    node_set_text(arena, object, "apiVersion", post_kind(post)->api_version);
    node_set_text(arena, object, "kind", post_kind(post)->kind);
    metadata = node_set(object, "metadata", node_map(arena));
    node_set_text(arena, metadata, "name", status_object_ref(post).name);
    node_set_text(arena, metadata, "namespace", status_object_ref(post).namespace);
    node_set_text(arena, metadata, "resourceVersion",
                  node_get(live, "metadata", "resourceVersion", NULL));
    node_set(object, "status", reduced ? reduce(status, arena) : status);
    return object;
}

static struct node *without_commits(const struct node *status, struct arena *arena)
{
    struct node *out = node_map(arena);

    for (const struct node *member = status ? status->first : NULL; member; member = member->next)
        if (strcmp(member->key, "observedCommit") != 0 && strcmp(member->key, "outputCommit") != 0)
            node_set(out, member->key, node_copy(arena, member));
    return out;
}

struct node *status_object_report(const struct status_post *post, const struct node *was,
                                  struct arena *arena)
{
    struct node *live = node_map(arena);

    if (was)
        node_set(live, "status", node_copy(arena, was));
    return fitting_status(post, live, LIVE_SAME, arena);
}

bool status_object_same(const struct node *a, const struct node *b, struct arena *arena)
{
    return a && a->kind == NODE_MAP
           && node_equal(without_commits(a, arena), without_commits(b, arena));
}

bool status_object_unchanged(const struct node *live, const struct node *object,
                             struct arena *arena)
{
    return status_object_same(node_find(live, "status"), node_find(object, "status"), arena);
}

/* "f:status": {} is left of a manager whose fields were all taken over. */
static bool owns_status(const struct node *fields)
{
    const struct node *status = node_find(fields, "f:status");
    const struct node *field = status && status->kind == NODE_MAP ? status->first : NULL;

    while (field && strcmp(field->key, ".") == 0)
        field = field->next;
    return field != NULL;
}

const char *status_object_foreign_owner(const struct node *live)
{
    const struct node *metadata = node_find(live, "metadata");
    const struct node *list = metadata ? node_find(metadata, "managedFields") : NULL;
    const struct node *entry = list && list->kind == NODE_LIST ? list->first : NULL;

    for (; entry; entry = entry->next) {
        const char *manager = node_get(entry, "manager", NULL);

        if (owns_status(node_find(entry, "fieldsV1")) && !text_equal(manager, KUBE_MANAGER))
            return manager ? manager : "an unnamed manager";
    }
    return NULL;
}
