/* app/pass/events.c - which Events a pass is worth: what differs from what was remembered last.
 *
 * The facts that the last pass remembered are compared with those of this one, so this must run
 * before reach_remember overwrites them (app/pass/status.c). A pass that is killed in between
 * posts the same Event again, which increases the count of the first (k8s-job/apply/events.c).
 * Virtual meshes without a live object on the management cluster have none: an Event needs the uid
 * of what it is about.
 *
 * Each virtual mesh goes through all observations: comparisons of short texts, the number of
 * virtual meshes times that of observations. */
#include "app/pass/events.h"
#include "app/pass/reach.h"
#include <string.h>

struct collecting {
    const struct event_facts *facts;
    struct kube_event *list;
    size_t count;
    struct arena *arena;
};

static void add(struct collecting *c, struct kube_event event)
{
    *ARENA_PUSH(c->arena, c->list, c->count) = event;
}

static bool is_about(const struct status_post *post, const char *virtual_mesh, struct arena *arena)
{
    return strcmp(object_ref_text(post->status->ref, arena), virtual_mesh) == 0;
}

static void add_reach(struct collecting *c, const struct status_post *post,
                      const struct observation *observation)
{
    const bool was = reach_was_unreachable(c->facts->ledger, observation->virtual_mesh,
                                           observation->cluster, c->arena);
    const bool is = reach_of(observation) == REACH_UNREACHABLE;

    if (was != is)
        add(c, events_reach(post, observation->cluster,
                            is ? observation->shown[SOURCE_ROOTS].text : NULL, c->arena));
}

/* A record stays until its workload has settled, perhaps for many passes; its time tells the pass
 * that asked for the restart from those that wait for it. */
static void add_restarts(struct collecting *c, const struct status_post *post,
                         const struct restart_cluster *cluster)
{
    for (size_t i = 0; i < cluster->changed_count; i++) {
        const struct restart_record *record = &cluster->changed[i];

        if (!record->settled && record->at == c->facts->now)
            add(c, events_restart(post, cluster->cluster,
                                  arena_printf(c->arena, "%s %s/%s", record->kind,
                                               record->namespace, record->name),
                                  "its certificates changed (autoRestartPods)", c->arena));
    }
}

static void add_post(struct collecting *c, const struct status_post *post)
{
    const struct observed *observed = c->facts->observed;
    const struct restarted *restarted = c->facts->restarted;

    for (size_t i = 0; i < observed->count; i++)
        if (reach_of(&observed->observations[i]) != REACH_UNWATCHED
            && is_about(post, observed->observations[i].virtual_mesh, c->arena))
            add_reach(c, post, &observed->observations[i]);
    for (size_t i = 0; i < restarted->count; i++)
        if (is_about(post, restarted->clusters[i].virtual_mesh, c->arena))
            add_restarts(c, post, &restarted->clusters[i]);
}

size_t pass_events(struct kube_event **out, const struct event_facts *facts,
                   const struct status_post *posts, size_t count, struct arena *arena)
{
    struct collecting c = { .facts = facts, .arena = arena };
    struct kube_event *transitions = ARENA_NEW(arena, struct kube_event, 2 * count + 1);
    size_t found = events_of_posts(transitions, posts, count, arena);

    for (size_t i = 0; i < found; i++)
        add(&c, transitions[i]);
    for (size_t i = 0; i < count; i++)
        if (posts[i].live)
            add_post(&c, &posts[i]);
    *out = c.list;
    return c.count;
}
