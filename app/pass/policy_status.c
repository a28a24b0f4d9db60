/* app/pass/policy_status.c - posts the statuses of AccessPolicies; decides none.
 *
 * The pass has published when these are posted, so a failure is a warning and never the end of a
 * pass. Virtual meshes and policies share the writer (status_apply) and its results. A missing CRD
 * or a missing right fails for each policy in the same way: one warning for each kind of result,
 * with the number of the others, keeps a log of thousands of policies readable. */
#include "app/pass/policy_status.h"
#include "app/pass/lock.h"
#include "k8s-job/apply/events.h"
#include <string.h>

static const struct access_policy *spec_of(const struct specs *specs, struct object_ref ref)
{
    for (size_t i = 0; i < specs->access_policy_count; i++) {
        const struct meta *meta = &specs->access_policies[i].meta;

        if (object_ref_equal((struct object_ref){ meta->name, meta->namespace }, ref))
            return &specs->access_policies[i];
    }
    return NULL;
}

static struct status_post *make_posts(const struct session *session,
                                      const struct status_facts *facts)
{
    struct status_post *posts =
        ARENA_NEW(session->arena, struct status_post, facts->plan->policy_count);

    for (size_t i = 0; i < facts->plan->policy_count; i++) {
        const struct policy_status *status = &facts->plan->policies[i];

        posts[i] = (struct status_post){
            .policy = status,
            .access_policy = spec_of(facts->specs, status->ref),
            .commit = *facts->commit ? facts->commit : NULL,
            .specs_commit = facts->specs_commit,
            .now = session->options->now,
        };
        if (!posts[i].access_policy)
            posts[i].reason = "SpecRefused";
    }
    return posts;
}

/* A cluster without the CRD, or without the right, says the same of each of them. */
static void tell(const struct session *session, const struct status_post *posts, size_t count)
{
    size_t counts[POST_REPORTED_UNCHANGED + 1] = { 0 };

    for (size_t i = 0; i < count; i++)
        counts[posts[i].result] += posts[i].text != NULL;
    for (size_t i = 0; i < count; i++) {
        size_t *left = &counts[posts[i].result];

        if (!posts[i].text || !*left)
            continue;
        progress_warn(session->progress, "status of AccessPolicy %s: %s%s (%s)",
                      object_ref_text(posts[i].policy->ref, session->arena), posts[i].text,
                      *left > 1 ? arena_printf(session->arena, " (and of %zu more)", *left - 1)
                                : "",
                      posts[i].id);
        *left = 0;
    }
}

void policy_status_post(const struct session *session, const struct status_facts *facts,
                        struct kube *kube)
{
    const struct event_source source = { pass_instance(session), session->options->now };
    const size_t count = facts->plan->policy_count;
    struct status_post *posts;
    struct kube_event *events;

    if (!count)
        return;
    posts = make_posts(session, facts);
    status_apply(kube, posts, count, session->arena);
    tell(session, posts, count);
    if (!session->config->management.events)
        return;
    events = ARENA_NEW(session->arena, struct kube_event, 2 * count);
    events_post(kube, events, events_of_posts(events, posts, count, session->arena), &source,
                session->arena);
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

/* A policy for which no destination was resolved names nothing to narrow it by, so it is mentioned
 * at every virtual mesh: a remark too many costs a line, a missing one hides that access is not as
 * written. */
static bool concerns(const struct specs *specs, const struct policy_status *policy,
                     const struct planned_virtual_mesh *planned)
{
    for (size_t i = 0; i < policy->destination_count; i++) {
        const struct destination *destination =
            find_destination(specs, policy->destinations[i].key);

        if (policy->destinations[i].state != APPROVAL_ACCEPTED && destination
            && planned->virtual_mesh && is_member(planned->virtual_mesh, destination->mesh))
            return true;
    }
    return policy->destination_count == 0;
}

enum { NAMES_MAX = 10 };

const char *policy_status_remark(const struct specs *specs, const struct plan *plan,
                                 const struct planned_virtual_mesh *planned, struct arena *arena)
{
    const char *names = "";
    size_t count = 0;

    for (size_t i = 0; i < plan->policy_count; i++) {
        const struct policy_status *policy = &plan->policies[i];

        if (policy->state == APPROVAL_ACCEPTED || !concerns(specs, policy, planned))
            continue;
        if (count++ < NAMES_MAX)
            names = arena_printf(arena, "%s%s%s", names, *names ? ", " : "",
                                 object_ref_text(policy->ref, arena));
    }
    if (!count)
        return "";
    return arena_printf(arena, "%zu AccessPolic%s that concern%s it %s refused: %s%s", count,
                        count == 1 ? "y" : "ies", count == 1 ? "s" : "", count == 1 ? "is" : "are",
                        names, count > NAMES_MAX ? ", ..." : "");
}
