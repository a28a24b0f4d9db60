/* app/pass/events.c - which Events a pass is worth: transitions only, found by the status that was
 * remembered last. */
#include "app/pass/events.h"
#include "k8s-job/apply/events.h"
#include "k8s-job/restart/step.h"
#include <stdio.h>
#include <string.h>

static const char *silence(const struct observation *sight, struct arena *arena)
{
    return arena_printf(arena, "cluster %s does not answer", sight->cluster);
}

static bool is_silent(const struct observation *sight)
{
    return sight->watched && sight->at == 0 && !sight->refused;
}

static const char *trouble(const struct observation *sight, struct arena *arena)
{
    if (sight->refused)
        return arena_printf(arena, "cluster %s answers, and does not let weft look: %s",
                            sight->cluster, sight->refused);
    return is_silent(sight) ? silence(sight, arena) : NULL;
}

/* The server's own words are left to the log: they may read differently each time, and a status
 * shall not change for that. */
void pass_note_unreachable(struct session *session, const struct resolved_specs *resolved,
                           const struct observed *observed)
{
    for (size_t i = 0; i < observed->count; i++)
        for (size_t k = 0; k < resolved->plan.mesh_count; k++) {
            struct planned_virtual_mesh *mesh = &resolved->plan.meshes[k];
            const char *text = trouble(&observed->observations[i], session->arena);

            if (text && mesh->trust
                && strcmp(mesh->trust->name, observed->observations[i].virtual_mesh) == 0)
                messages_add(&mesh->status.warnings, session->arena, "%s", text);
        }
}

struct collecting {
    struct session *session;
    const struct observed *observed;
    const struct restarted *restarted;
    struct kube_event *list;
    size_t count;
};

static void add(struct collecting *c, struct kube_event event)
{
    *ARENA_PUSH(c->session->arena, c->list, c->count) = event;
}

static bool is_about(const struct status_post *post, const char *virtual_mesh, struct arena *arena)
{
    return strcmp(object_ref_text(post->status->ref, arena), virtual_mesh) == 0;
}

static void add_reach(struct collecting *c, const struct status_post *post,
                      const struct observation *sight)
{
    struct arena *arena = c->session->arena;
    const struct ledger_status *last = ledger_find_status(&c->session->ledger, sight->virtual_mesh);
    bool was = last && strstr(last->json, silence(sight, arena)), is = is_silent(sight);

    if (was != is)
        add(c, events_reach(post, sight->cluster, is ? sight->roots.text : NULL, arena));
}

static void add_restarts(struct collecting *c, const struct status_post *post,
                         const struct restart_cluster *cluster)
{
    for (size_t i = 0; i < cluster->changed_count; i++) {
        const struct restart_record *record = &cluster->changed[i];

        if (!record->settled && record->at == c->session->options->now)
            add(c, events_restart(post, cluster->cluster,
                                  arena_printf(c->session->arena, "%s %s/%s", record->kind,
                                               record->namespace, record->name),
                                  "its certificates changed (autoRestartPods)", c->session->arena));
    }
}

static void add_post(struct collecting *c, const struct status_post *post)
{
    struct session *session = c->session;
    const struct observed *observed = c->observed;
    const struct restarted *restarted = c->restarted;

    for (size_t i = 0; i < observed->count; i++)
        if (observed->observations[i].watched
            && is_about(post, observed->observations[i].virtual_mesh, session->arena))
            add_reach(c, post, &observed->observations[i]);
    for (size_t i = 0; i < restarted->count; i++)
        if (is_about(post, restarted->clusters[i].fleet, session->arena))
            add_restarts(c, post, &restarted->clusters[i]);
}

size_t pass_events(struct kube_event **out, struct session *session,
                   const struct observed *observed, const struct restarted *restarted,
                   const struct status_post *posts, size_t count)
{
    struct collecting c = { .session = session, .observed = observed, .restarted = restarted };
    struct kube_event *transitions = ARENA_NEW(session->arena, struct kube_event, 2 * count + 1);
    size_t found = events_of_posts(transitions, posts, count, session->arena);

    for (size_t i = 0; i < found; i++)
        add(&c, transitions[i]);
    for (size_t i = 0; i < count; i++)
        if (posts[i].live)
            add_post(&c, &posts[i]);
    *out = c.list;
    return c.count;
}
