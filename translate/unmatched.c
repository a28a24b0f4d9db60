/* translate/unmatched.c - finds entries of selectors that select nothing.  Warns, and changes no
 * selection.
 *
 * A misspelt label is no error for Kubernetes, and in an AccessPolicy it opens or closes a Service
 * without a message.  A warning must be right, though, or it is not read: none is given while specs
 * are incomplete, since what cannot be read may hold what is missing, and none about callers in
 * clusters of which no Workload is known. */
#include "translate/unmatched.h"
#include "api/selector_match.h"
#include "base/suggest.h"

#include "translate/messages.h"
#include <string.h>

/* Names with what they are looked up by. */
struct names {
    struct map *known;
    const char **list;
    size_t count;
};

struct selectable {
    const struct resolved *resolved;
    const struct kube_service **services;
    size_t service_count;
    const char *noun; /* "Service of the specs" */
    struct names namespaces, clusters;
    struct names caller_namespaces; /* of Services and Workloads */
    struct map *watched;            /* clusters of which Workloads are known */
};

/* A matcher as it is read aloud. */
struct matcher_at {
    const struct service_matcher *matcher;
    const char *path;   /* "spec.destinationSelector[0].kubeServiceMatcher" */
    const char *effect; /* "selects no Service" */
    struct messages *warnings;
};

static void names_add(struct names *names, const char *name, struct arena *arena)
{
    if (map_put(names->known, name, names))
        return;
    *ARENA_PUSH(arena, names->list, names->count) = name;
}

/* services: the most that are added. */
static struct selectable *begin(const struct resolved *resolved, const char *noun, size_t services,
                                struct arena *arena)
{
    struct selectable *out = ARENA_NEW(arena, struct selectable, 1);

    out->resolved = resolved;
    out->noun = noun;
    out->services = ARENA_NEW(arena, const struct kube_service *, services);
    out->namespaces.known = map_new(arena);
    out->clusters.known = map_new(arena);
    out->caller_namespaces.known = map_new(arena);
    out->watched = map_new(arena);
    return out;
}

static void add_service(struct selectable *to, const struct destination *destination,
                        struct arena *arena)
{
    const struct kube_service *service = destination->service;

    to->services[to->service_count++] = service;
    names_add(&to->namespaces, service->ref.namespace, arena);
    names_add(&to->caller_namespaces, service->ref.namespace, arena);
    names_add(&to->clusters, service->ref.cluster, arena);
}

const struct selectable *selectable_all(const struct resolved *resolved, struct arena *arena)
{
    struct selectable *out = begin(resolved, "Service of the specs", resolved->target_count, arena);

    for (size_t i = 0; i < resolved->target_count; i++)
        add_service(out, resolved->targets[i].destination, arena);
    for (size_t i = 0; i < resolved->specs->workload_count; i++) {
        const struct workload *workload = &resolved->specs->workloads[i];

        names_add(&out->caller_namespaces, workload->controller.namespace, arena);
        map_put(out->watched, workload->controller.cluster, out);
    }
    return out;
}

/* What cannot be read may hold what is missing. */
static bool judges(const struct resolved *resolved)
{
    return !resolved->incomplete && !resolved->unknown_services && !resolved->settings_unreadable;
}

static const char *did_you_mean(const char *name, const struct names *names, const char *otherwise,
                                struct arena *arena)
{
    const char *near = suggest_nearest(name, names->list, names->count);

    return near ? arena_printf(arena, "did you mean \"%s\"?", near) : otherwise;
}

/* --- matchers of Services --- */

static bool check_namespaces(const struct selectable *in, const struct matcher_at *at,
                             struct arena *arena)
{
    const struct service_matcher *matcher = at->matcher;
    bool all = true;

    for (size_t i = 0; i < matcher->namespace_count; i++) {
        const char *name = matcher->namespaces[i];

        if (map_find(in->namespaces.known, name))
            continue;
        messages_add(
            at->warnings, arena, W40_NO_NAMESPACE, at->path, i, in->noun, name, at->effect,
            did_you_mean(name, &in->namespaces, "correct the name, or take the entry out", arena));
        messages_place(at->warnings, matcher->namespace_places[i]);
        all = false;
    }
    return all;
}

static bool check_clusters(const struct selectable *in, const struct matcher_at *at,
                           struct arena *arena)
{
    const struct service_matcher *matcher = at->matcher;
    bool all = true;

    for (size_t i = 0; i < matcher->cluster_count; i++) {
        const char *name = matcher->clusters[i];

        if (map_find(in->clusters.known, name))
            continue;
        messages_add(
            at->warnings, arena, W41_NO_CLUSTER, at->path, i, in->noun, name, at->effect,
            did_you_mean(name, &in->clusters, "correct the name, or take the entry out", arena));
        messages_place(at->warnings, matcher->cluster_places[i]);
        all = false;
    }
    return all;
}

/* Other values of the label's key, or keys when there is no such key. */
static const char *label_remedy(const struct selectable *in, const struct pair *label,
                                struct arena *arena)
{
    struct names keys = { .known = map_new(arena) }, values = { .known = map_new(arena) };
    const char *near;

    for (size_t i = 0; i < in->service_count; i++)
        for (size_t k = 0; k < in->services[i]->label_count; k++) {
            const struct pair *other = &in->services[i]->labels[k];

            names_add(&keys, other->key, arena);
            if (text_equal(other->key, label->key))
                names_add(&values, other->value, arena);
        }
    near = values.count ? suggest_nearest(label->value, values.list, values.count)
                        : suggest_nearest(label->key, keys.list, keys.count);
    if (near)
        return arena_printf(arena, "did you mean %s: \"%s\"?", values.count ? label->key : near,
                            values.count ? near : label->value);
    if (!keys.count)
        return "no Destination in the specs has labels (spec.kubeService.labels): add them there";
    return "correct the label, or take it out";
}

static bool has_label(const struct selectable *in, const struct pair *label)
{
    for (size_t i = 0; i < in->service_count; i++)
        if (selector_match_labels(label, 1, in->services[i]->labels, in->services[i]->label_count))
            return true;
    return false;
}

static bool check_labels(const struct selectable *in, const struct matcher_at *at,
                         struct arena *arena)
{
    const struct service_matcher *matcher = at->matcher;
    bool all = true;

    for (size_t i = 0; i < matcher->label_count; i++) {
        const struct pair *label = &matcher->labels[i];

        if (has_label(in, label))
            continue;
        messages_add(at->warnings, arena, W42_NO_LABEL, at->path, in->noun, label->key,
                     label->value, at->effect, label_remedy(in, label, arena));
        messages_place(at->warnings, matcher->label_places[i]);
        all = false;
    }
    return all;
}

static bool selects_any(const struct selectable *in, const struct service_matcher *matcher)
{
    const struct destination_selector selector = { .matcher = matcher };

    for (size_t i = 0; i < in->service_count; i++)
        if (selector_match_destination(&selector, in->services[i]))
            return true;
    return false;
}

static void check_matcher(const struct selectable *in, const struct matcher_at *at,
                          struct arena *arena)
{
    bool known = check_namespaces(in, at, arena);

    known &= check_clusters(in, at, arena);
    known &= check_labels(in, at, arena);
    if (!known || !in->service_count || selects_any(in, at->matcher))
        return;
    messages_add(at->warnings, arena, W43_NOT_TOGETHER, at->path, in->noun, at->effect);
    messages_place(at->warnings, at->matcher->place);
}

static void check_selectors(const struct selectable *in,
                            const struct destination_selector *selectors, size_t count,
                            const char *path, const char *effect, struct messages *warnings,
                            struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        const struct matcher_at at = { selectors[i].matcher,
                                       arena_printf(arena, "%s[%zu].kubeServiceMatcher", path, i),
                                       effect, warnings };

        if (at.matcher)
            check_matcher(in, &at, arena);
    }
}

/* --- sources --- */

static void check_caller_namespaces(const struct selectable *all,
                                    const struct identity_selector *source, size_t index,
                                    struct messages *warnings, struct arena *arena)
{
    const struct names *names = &all->caller_namespaces;

    for (size_t i = 0; i < source->namespace_count; i++) {
        const char *name = source->namespaces[i];

        if (map_find(names->known, name)
            || (!map_count(all->watched) && !suggest_nearest(name, names->list, names->count)))
            continue;
        messages_add(warnings, arena, W40_NO_NAMESPACE,
                     arena_printf(arena, "spec.sourceSelector[%zu].kubeIdentityMatcher", index), i,
                     "Workload or Service of the specs", name, "lets in no caller that is known",
                     did_you_mean(name, names, "correct the name, or take the entry out", arena));
        messages_place(warnings, source->namespace_places[i]);
    }
}

static bool is_any_or(const char *wanted, const char *text)
{
    return text_empty(wanted) || text_equal(wanted, text);
}

static bool runs_as(const struct workload *workload, struct cluster_ref account)
{
    return is_any_or(account.name, workload->service_account)
           && is_any_or(account.namespace, workload->controller.namespace)
           && is_any_or(account.cluster, workload->controller.cluster);
}

static bool is_used(const struct specs *specs, struct cluster_ref account)
{
    for (size_t i = 0; i < specs->workload_count; i++)
        if (runs_as(&specs->workloads[i], account))
            return true;
    return false;
}

/* Accounts of the namespace, else namespaces with such an account. */
static const char *account_remedy(const struct specs *specs, struct cluster_ref account,
                                  struct arena *arena)
{
    struct names accounts = { .known = map_new(arena) }, namespaces = { .known = map_new(arena) };
    const char *near;

    for (size_t i = 0; i < specs->workload_count; i++) {
        const struct workload *workload = &specs->workloads[i];

        if (!is_any_or(account.cluster, workload->controller.cluster))
            continue;
        if (text_equal(workload->controller.namespace, account.namespace))
            names_add(&accounts, workload->service_account, arena);
        if (text_equal(workload->service_account, account.name))
            names_add(&namespaces, workload->controller.namespace, arena);
    }
    near = suggest_nearest(account.name, accounts.list, accounts.count);
    if (near)
        return arena_printf(arena, "did you mean service account \"%s\"?", near);
    near = suggest_nearest(account.namespace, namespaces.list, namespaces.count);
    if (near)
        return arena_printf(arena, "did you mean namespace \"%s\"?", near);
    return "correct the entry, or take it out";
}

static void check_accounts(const struct selectable *all, const struct identity_selector *source,
                           size_t index, struct messages *warnings, struct arena *arena)
{
    for (size_t i = 0; i < source->account_count; i++) {
        const struct cluster_ref account = source->accounts[i];

        if (text_empty(account.name) || text_empty(account.namespace)
            || (text_empty(account.cluster) ? !map_count(all->watched)
                                            : !map_find(all->watched, account.cluster))
            || is_used(all->resolved->specs, account))
            continue;
        messages_add(warnings, arena, W44_NO_ACCOUNT,
                     arena_printf(arena, "spec.sourceSelector[%zu].kubeServiceAccountRefs", index),
                     i, account.namespace, account.name,
                     text_empty(account.cluster) ? "" : " in cluster ",
                     text_empty(account.cluster) ? "" : account.cluster,
                     account_remedy(all->resolved->specs, account, arena));
        messages_place(warnings, source->account_places[i]);
    }
}

void unmatched_policy(const struct selectable *all, const struct access_policy *policy,
                      struct policy_status *status, struct arena *arena)
{
    if (!judges(all->resolved))
        return;
    check_selectors(all, policy->destinations, policy->destination_count,
                    "spec.destinationSelector", "selects no Service", &status->warnings, arena);
    for (size_t i = 0; i < policy->source_count; i++) {
        check_caller_namespaces(all, &policy->sources[i], i, &status->warnings, arena);
        check_accounts(all, &policy->sources[i], i, &status->warnings, arena);
    }
}

/* ENABLED denies what no policy allows; everything else leaves such a Service open. */
static const char *without_policy(const struct resolved *resolved)
{
    size_t closed = 0;

    for (size_t i = 0; i < resolved->virtual_mesh_count; i++)
        closed += resolved->virtual_meshes[i].spec
                  && resolved->virtual_meshes[i].spec->access == ACCESS_ENABLED;
    if (!closed)
        return "is open to every workload";
    return closed == resolved->virtual_mesh_count
               ? "refuses every request (globalAccessPolicy ENABLED)"
               : "refuses every request where globalAccessPolicy is ENABLED, and is open to every "
                 "workload where it is not";
}

void unmatched_effect(const struct resolved *resolved, struct policy_status *status,
                      struct arena *arena)
{
    if (status->errors.count || status->destination_count || !resolved->target_count
        || !judges(resolved))
        return;
    messages_add(&status->warnings, arena, W45_POLICY_WITHOUT_SERVICE, without_policy(resolved));
}

/* --- VirtualMeshes --- */

static size_t count_services(const struct resolved_virtual_mesh *virtual_mesh)
{
    size_t count = 0;

    for (size_t i = 0; i < virtual_mesh->mesh_count; i++)
        count += virtual_mesh->meshes[i]->destination_count;
    return count;
}

void unmatched_federation(const struct resolved *resolved,
                          const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    const struct federation *federation = &virtual_mesh->spec->federation;
    struct messages *warnings = &virtual_mesh->plan->status.warnings;
    struct selectable *members;

    if (!judges(resolved))
        return;
    members = begin(resolved, "Service of this virtual mesh", count_services(virtual_mesh), arena);
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++)
        for (size_t k = 0; k < virtual_mesh->meshes[i]->destination_count; k++)
            add_service(members, virtual_mesh->meshes[i]->destinations[k], arena);
    for (size_t i = 0; i < federation->selector_count; i++)
        check_selectors(
            members, federation->selectors[i].destinations,
            federation->selectors[i].destination_count,
            arena_printf(arena, "spec.federation.selectors[%zu].destinationSelectors", i),
            "federates nothing", warnings, arena);
    for (size_t i = 0; i < federation->gateway_count && !virtual_mesh->flat; i++)
        check_selectors(
            members, federation->gateways[i].destinations,
            federation->gateways[i].destination_count,
            arena_printf(arena, "spec.federation.ingressGatewaySelectors[%zu].destinationSelectors",
                         i),
            "selects no gateway", warnings, arena);
}
