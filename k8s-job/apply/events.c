/* k8s-job/apply/events.c - posts Events.  The name of an Event is a digest of its content, so
 * that the same Event of the same object is found again.
 *
 * A POST of an Event that exists is answered with 409. Its count is then increased by a patch, so
 * a condition that lasts for days is one Event with a series and not one for each pass. The digest
 * covers the object's uid: an object that was deleted and created again begins a series of its
 * own.
 *
 * Events come from the difference between the live status and the posted one, and only for posts
 * that were written. A pass that is killed after the write and before the Event loses that Event;
 * the status itself is there. The reverse order would announce what may never be stored.
 *
 * Limits are those of the API server's validation: 1,024 bytes for a note, 128 for reason, action
 * and instance. It refuses a longer one, so texts are cut here. */
#include "k8s-job/apply/events.h"
#include "base/http_url.h"
#include "base/write_json.h"
#include "k8s-job/apply/status_conditions.h"
#include "k8s-job/client/scheduler.h"

#include "base/digest.h"
#include "base/write.h"
#include "k8s-job/apply/lease.h"
#include "k8s-job/apply/status_object.h"
#include "k8s-job/client/objects.h"

#include <string.h>

enum { NOTE_MAX = 1024, FIELD_MAX = 128, NAME_MAX_BYTES = 200 };

#define EVENTS_API "events.k8s.io/v1"

const char *events_name(const struct kube_event *event, struct arena *arena)
{
    const char *said = arena_printf(arena, "%s\n%s\n%s\n%s\n%s", event->uid ? event->uid : "",
                                    event->warning ? "Warning" : "Normal", event->reason,
                                    event->action, event->note);
    char hex[65];

    sha256_hex(hex, said, strlen(said));
    return arena_printf(arena, "%.*s.%.16s", NAME_MAX_BYTES, event->name, hex);
}

/* At most max bytes, never cut inside a UTF-8 sequence. */
static const char *cut(const char *text, size_t max, struct arena *arena)
{
    return arena_bytes(arena, text, text_cut(text, max));
}

static struct node *regarding(const struct kube_event *event, struct arena *arena)
{
    struct node *out = node_map(arena);

    node_set_text(arena, out, "apiVersion", event->api_version);
    node_set_text(arena, out, "kind", event->kind);
    node_set_text(arena, out, "namespace", event->namespace);
    node_set_text(arena, out, "name", event->name);
    node_set_text(arena, out, "uid", event->uid);
    node_set_text(arena, out, "resourceVersion", event->resource_version);
    return out;
}

struct node *events_object(const struct kube_event *event, const struct event_source *source,
                           struct arena *arena)
{
    struct node *out = node_map(arena), *metadata;

    node_set_text(arena, out, "apiVersion", EVENTS_API);
    node_set_text(arena, out, "kind", "Event");
    metadata = node_set(out, "metadata", node_map(arena));
    node_set_text(arena, metadata, "name", events_name(event, arena));
    node_set_text(arena, metadata, "namespace", event->namespace);
    node_set_text(arena, out, "eventTime", lease_micro_time(source->now, arena));
    node_set_text(arena, out, "reportingController", "weft.dev/reconciler");
    node_set_text(arena, out, "reportingInstance", cut(source->instance, FIELD_MAX, arena));
    node_set_text(arena, out, "action", cut(event->action, FIELD_MAX, arena));
    node_set_text(arena, out, "reason", cut(event->reason, FIELD_MAX, arena));
    node_set_text(arena, out, "type", event->warning ? "Warning" : "Normal");
    node_set_text(arena, out, "note", cut(event->note, NOTE_MAX, arena));
    node_set(out, "regarding", regarding(event, arena));
    return out;
}

struct node *events_series(const struct node *live, int64_t now, struct arena *arena)
{
    const char *text = node_get(live, "series", "count", NULL);
    struct node *out = node_map(arena), *series = node_set(out, "series", node_map(arena));
    int64_t count;

    /* The API wants at least 2: the first one was the event itself. */
    if (!text || !parse_int(text, 2, INT32_MAX - 1, &count))
        count = 1;
    node_set_int(arena, series, "count", count + 1);
    node_set_text(arena, series, "lastObservedTime", lease_micro_time(now, arena));
    return out;
}

/* One Event while its requests run: POST; if it exists, GET and a PATCH that increments its count.
 */
struct event_post {
    const struct kube_event *event;
    const struct event_source *source;
    const char *path; /* of the event */
    size_t *arrived;
};

static const char *json_text(const struct node *node, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    write_json(&out, node, false);
    return arena_bytes(arena, out.bytes, out.len);
}

static bool next_request(struct kube_call *call, struct arena *arena)
{
    struct event_post *event_post = call->context;
    const char *method = call->request.method;

    if (call->err.kind != ERR_NONE)
        return false;
    if (strcmp(method, "POST") == 0 && call->answer.status == 409) {
        call->request = (struct kube_request){ .method = "GET", .path = event_post->path };
        return true;
    }
    if (strcmp(method, "GET") == 0 && call->answer.status == 200 && call->answer.body) {
        struct node *patch = events_series(call->answer.body, event_post->source->now, arena);

        call->request = (struct kube_request){
            .method = "PATCH",
            .path = arena_printf(arena, "%s?fieldManager=" KUBE_MANAGER, event_post->path),
            .content_type = "application/merge-patch+json",
            .body = json_text(patch, arena),
        };
        return true;
    }
    *event_post->arrived += call->answer.status < 300 && strcmp(method, "GET") != 0;
    return false;
}

size_t events_post(struct kube *kube, const struct kube_event *events, size_t count,
                   const struct event_source *source, struct arena *arena)
{
    struct kube_call *calls = ARENA_NEW(arena, struct kube_call, count);
    struct event_post *event_posts = ARENA_NEW(arena, struct event_post, count);
    size_t arrived = 0;

    for (size_t i = 0; i < count; i++) {
        const char *folder = arena_printf(arena, "/apis/" EVENTS_API "/namespaces/%s/events",
                                          http_url_escape(events[i].namespace, arena));

        event_posts[i] = (struct event_post){
            &events[i], source,
            arena_printf(arena, "%s/%s", folder,
                         http_url_escape(events_name(&events[i], arena), arena)),
            &arrived
        };
        calls[i] = (struct kube_call){
            .kube = kube,
            .next = next_request,
            .context = &event_posts[i],
            .request = { .method = "POST",
                         .path = folder,
                         .body = json_text(events_object(&events[i], source, arena), arena) },
        };
    }
    kube_all(calls, count, arena);
    return arrived;
}

struct kube_event events_of_post(const struct status_post *post, bool warning, const char *reason,
                                 const char *action, const char *note)
{
    return (struct kube_event){
        .kind = post_kind(post)->kind,
        .api_version = post_kind(post)->api_version,
        .namespace = status_object_ref(post).namespace,
        .name = status_object_ref(post).name,
        .uid = node_get(post->live, "metadata", "uid", NULL),
        .resource_version = node_get(post->live, "metadata", "resourceVersion", NULL),
        .warning = warning,
        .reason = reason,
        .action = action,
        .note = note,
    };
}

struct kube_event events_restart(const struct status_post *post, const char *cluster,
                                 const char *what, const char *why, struct arena *arena)
{
    return events_of_post(
        post, false, "RestartIssued", "Restart",
        arena_printf(arena, "restarted %s in cluster %s: %s", what, cluster, why));
}

struct kube_event events_reach(const struct status_post *post, const char *cluster, const char *why,
                               struct arena *arena)
{
    if (!why)
        return events_of_post(post, false, "ClusterReachable", "Observe",
                              arena_printf(arena, "cluster %s answers again", cluster));
    return events_of_post(
        post, true, "ClusterUnreachable", "Observe",
        arena_printf(arena,
                     "cluster %s cannot be reached, so no step that needs evidence "
                     "from it continues: %s",
                     cluster, why));
}

/* The last rotation step that the live status shows; "" for none. */
static const char *live_step(const struct node *live)
{
    const struct node *list = node_find(node_find(live, "status"), "conditions");
    const char *step = "";

    for (const struct node *item = list && list->kind == NODE_LIST ? list->first : NULL; item;
         item = item->next)
        if (node_get(item, "state", NULL))
            step = node_get(item, "state", NULL);
    return step;
}

static bool add_state_event(struct kube_event *out, const struct status_post *post,
                            struct arena *arena)
{
    const char *state = enums_name(&approval_states, (int)status_object_state(post));
    const char *was = node_get(post->live, "status", "state", NULL);
    const struct messages *errors = status_object_errors(post);
    const char *why = errors->count ? errors->texts[0] : "";

    if (text_equal(was, state) || status_object_state(post) == APPROVAL_PENDING)
        return false;
    *out = events_of_post(
        post, status_object_state(post) != APPROVAL_ACCEPTED, status_conditions_camel(state, arena),
        "Reconcile",
        arena_printf(arena, "%s%s%s%s%s", was ? was : "new", " -> ", state, *why ? ": " : "", why));
    return true;
}

static bool add_step_event(struct kube_event *out, const struct status_post *post,
                           struct arena *arena)
{
    const struct vm_status *status = post->status;
    const struct rotation_condition *last =
        status->condition_count ? &status->conditions[status->condition_count - 1] : NULL;
    const char *step = last ? enums_name(&rotation_states, (int)last->state) : "";

    if (!*step || text_equal(live_step(post->live), step))
        return false;
    *out = events_of_post(
        post, last->state == ROTATION_FAILED || last->state == ROTATION_ROLLING_BACK,
        status_conditions_camel(step, arena), "Rotate",
        arena_printf(arena, "rotation: %s%s%s", step, last->message && *last->message ? ": " : "",
                     last->message ? last->message : ""));
    return true;
}

size_t events_of_posts(struct kube_event *out, const struct status_post *posts, size_t count,
                       struct arena *arena)
{
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        if (posts[i].result != POST_WRITTEN || !posts[i].live)
            continue;
        used += add_state_event(&out[used], &posts[i], arena);
        used += !posts[i].policy && add_step_event(&out[used], &posts[i], arena);
    }
    return used;
}
