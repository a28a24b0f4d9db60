/* app/pass/policy_status.c - posts the statuses of AccessPolicies; decides none. */
#include "app/pass/policy_status.h"
#include "app/pass/lock.h"
#include "k8s-job/apply/events.h"
#include <string.h>

static const struct access_policy *spec_of(const struct pass *pass, struct object_ref ref)
{
    for (size_t i = 0; i < pass->specs.access_policy_count; i++) {
        const struct meta *meta = &pass->specs.access_policies[i].meta;

        if (object_ref_equal((struct object_ref){ meta->name, meta->namespace }, ref))
            return &pass->specs.access_policies[i];
    }
    return NULL;
}

static struct status_post *make_posts(const struct pass *pass)
{
    struct status_post *posts = ARENA_NEW(pass->arena, struct status_post, pass->plan.policy_count);

    for (size_t i = 0; i < pass->plan.policy_count; i++) {
        const struct policy_status *status = &pass->plan.policies[i];

        posts[i] = (struct status_post){
            .policy = status,
            .access_policy = spec_of(pass, status->ref),
            .commit = *pass->published.commit ? pass->published.commit : NULL,
            .specs_commit = pass->specs_commit,
            .now = pass->options->now,
        };
        if (!posts[i].access_policy)
            posts[i].reason = "SpecRefused";
    }
    return posts;
}

/* A cluster without the CRD, or without the right, says the same of each of them. */
static void tell(const struct pass *pass, const struct status_post *posts, size_t count)
{
    size_t counts[POST_REPORTED_UNCHANGED + 1] = { 0 };

    for (size_t i = 0; i < count; i++)
        counts[posts[i].result] += posts[i].text != NULL;
    for (size_t i = 0; i < count; i++) {
        size_t *left = &counts[posts[i].result];

        if (!posts[i].text || !*left)
            continue;
        progress_warn(pass->progress, "status of AccessPolicy %s: %s%s",
                      object_ref_text(posts[i].policy->ref, pass->arena), posts[i].text,
                      *left > 1 ? arena_printf(pass->arena, " (and of %zu more)", *left - 1) : "");
        *left = 0;
    }
}

void policy_status_post(struct pass *pass, struct kube *kube)
{
    const struct event_source source = { pass_instance(pass), pass->options->now };
    const size_t count = pass->plan.policy_count;
    struct status_post *posts;
    struct kube_event *events;

    if (pass->stopped || !count)
        return;
    posts = make_posts(pass);
    status_apply(kube, posts, count, pass->arena);
    tell(pass, posts, count);
    if (!pass->config->management.events)
        return;
    events = ARENA_NEW(pass->arena, struct kube_event, 2 * count);
    events_post(kube, events, events_of_posts(events, posts, count, pass->arena), &source,
                pass->arena);
}

/* --- what a virtual mesh has to do with them --- */

static const struct destination *find_destination(const struct specs *specs, const char *key)
{
    for (size_t i = 0; i < specs->destination_count; i++)
        if (strcmp(specs->destinations[i].meta.key, key) == 0)
            return &specs->destinations[i];
    return NULL;
}

static bool is_member(const struct virtual_mesh *spec, struct object_ref mesh)
{
    for (size_t i = 0; i < spec->mesh_count; i++)
        if (object_ref_equal(spec->meshes[i], mesh))
            return true;
    return false;
}

static bool concerns(const struct pass *pass, const struct policy_status *policy,
                     const struct planned_virtual_mesh *mesh)
{
    for (size_t i = 0; i < policy->destination_count; i++) {
        const struct destination *destination =
            find_destination(&pass->specs, policy->destinations[i].key);

        if (policy->destinations[i].state != APPROVAL_ACCEPTED && destination && mesh->virtual_mesh
            && is_member(mesh->virtual_mesh, destination->mesh))
            return true;
    }
    return policy->destination_count == 0;
}

enum { NAMES_MAX = 10 };

const char *policy_status_remark(const struct pass *pass, const struct planned_virtual_mesh *mesh)
{
    const char *names = "";
    size_t count = 0;

    for (size_t i = 0; i < pass->plan.policy_count; i++) {
        const struct policy_status *policy = &pass->plan.policies[i];

        if (policy->state == APPROVAL_ACCEPTED || !concerns(pass, policy, mesh))
            continue;
        if (count++ < NAMES_MAX)
            names = arena_printf(pass->arena, "%s%s%s", names, *names ? ", " : "",
                                 object_ref_text(policy->ref, pass->arena));
    }
    if (!count)
        return "";
    return arena_printf(pass->arena, "%zu AccessPolic%s that concern%s it %s refused: %s%s", count,
                        count == 1 ? "y" : "ies", count == 1 ? "s" : "", count == 1 ? "is" : "are",
                        names, count > NAMES_MAX ? ", ..." : "");
}
