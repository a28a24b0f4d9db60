/* k8s-job/restart/patch.c - issues restarts: two annotations of a pod template, and nothing else.
 *
 * Each patch carries the resourceVersion that the decision was made from, so it can be sent again
 * after a broken connection, and of two concurrent passes only one restarts a workload.  After a
 * conflict (409) the workload is read again, and patched only if it is still READY. */
#include "k8s-job/restart/patch.h"
#include "base/http_url.h"
#include "base/write_json.h"
#include "k8s-job/client/scheduler.h"

#include "base/clock.h"
#include "base/write.h"
#include "k8s-job/client/answer.h"
#include "k8s-job/client/objects.h"

#include <string.h>

#define RESTARTED_AT "kubectl.kubernetes.io/restartedAt"

enum { CONFLICT_TRIES = 3 };

struct patch {
    struct restart_session *session;
    struct restart_item *item;
    bool reading; /* the last request was a read, after a conflict */
    int conflicts;
};

/* The first annotation is weft's memory: the same epoch is never issued twice. The second is the
 * one of kubectl rollout restart, so tools that watch for restarts recognise this one as well. */
static const char *body_of(const struct patch *patch, struct arena *arena)
{
    const struct restart_facts *facts = &patch->session->facts;
    struct node *root = node_map(arena), *annotations;
    AUTO_TEXT body = { 0 };

    node_set_text(arena, node_set(root, "metadata", node_map(arena)), "resourceVersion",
                  patch->item->live.version);
    annotations = node_set(node_set(root, "spec", node_map(arena)), "template", node_map(arena));
    annotations = node_set(annotations, "metadata", node_map(arena));
    annotations = node_set(annotations, "annotations", node_map(arena));
    node_set_text(arena, annotations, RESTART_EPOCH, facts->epoch);
    node_set_text(arena, annotations, RESTARTED_AT, clock_text(facts->now, arena));
    write_json(&body, root, false);
    return arena_bytes(arena, body.bytes, body.len);
}

static struct kube_request patch_request(const struct patch *patch, struct arena *arena)
{
    const struct restart_item *item = patch->item;

    return (struct kube_request){
        .method = "PATCH",
        .path = arena_printf(arena, "%s/%s?fieldManager=" KUBE_MANAGER,
                             restart_path(item->kind, item->namespace, arena),
                             http_url_escape(item->name, arena)),
        .content_type = "application/strategic-merge-patch+json",
        .body = body_of(patch, arena),
    };
}

/* A list of one item, so that the right to list is enough. */
static struct kube_request read_request(const struct patch *patch, struct arena *arena)
{
    const struct restart_item *item = patch->item;

    return (struct kube_request){
        .method = "GET",
        .path = arena_printf(arena, "%s?fieldSelector=metadata.name%%3D%s",
                             restart_path(item->kind, item->namespace, arena),
                             http_url_escape(item->name, arena)),
    };
}

/* Takes the state of the workload from the answer; false: it is gone. */
static bool read_again(struct patch *patch, const struct node *list, struct arena *arena)
{
    const struct node *items = node_find(list, "items");
    const struct node *object = items && items->kind == NODE_LIST ? items->first : NULL;

    patch->item->found = object != NULL;
    if (object)
        patch->item->live = restart_live_of(patch->item->kind, object, arena);
    return object != NULL;
}

static bool next_request(struct kube_call *call, struct arena *arena)
{
    struct patch *patch = call->context;

    if (call->err.kind != ERR_NONE)
        return false;
    if (!patch->reading) {
        patch->reading = call->answer.status == 409 && ++patch->conflicts < CONFLICT_TRIES;
        if (patch->reading)
            call->request = read_request(patch, arena);
        return patch->reading;
    }
    if (call->answer.status != 200 || !read_again(patch, call->answer.body, arena)
        || restart_state(patch->item, &patch->session->facts) != RESTART_STATE_READY)
        return false;
    patch->reading = false;
    call->request = patch_request(patch, arena);
    return true;
}

static void mark_issued(struct restart_item *item, const struct restart_facts *facts)
{
    item->live.epoch = facts->epoch;
    item->live.at = facts->now;
    item->live.complete = false;
    item->live.stuck = false;
    item->live.progress = "just restarted";
}

/* Leaves the workload to the next pass. */
static void defer(struct restart_item *item)
{
    item->deferred = true;
    item->live.progress = "another client changed it at each attempt to restart it";
}

/* RBAC grants a resource in a namespace, so the other workloads of that kind there would be
 * refused, too. */
static void refuse_kind(struct patch *patch, struct arena *arena)
{
    const struct restart_item *like = patch->item;
    const char *why =
        arena_printf(arena, "cannot be restarted: grant patch of %ss (apps) in namespace %s",
                     restart_resource(like->kind, arena), like->namespace);

    for (size_t i = 0; i < patch->session->facts.count; i++) {
        struct restart_item *item = &patch->session->facts.items[i];

        if (text_equal(item->kind, like->kind) && text_equal(item->namespace, like->namespace)
            && restart_state(item, &patch->session->facts) == RESTART_STATE_READY)
            item->refused = why;
    }
}

static void take_refusal(struct patch *patch, const struct kube_answer *answer, struct arena *arena)
{
    struct err err;

    if (answer->status == 403 && strstr(answer->message, "cannot patch resource")) {
        refuse_kind(patch, arena);
        return;
    }
    kube_answer_failure(&err, answer, "cannot be restarted");
    patch->item->refused = arena_text(arena, err.text);
}

/* A failure that is not about the workload ends the cluster's turn in this pass. Whether the patch
 * was applied is unknown then, and the next pass finds out by the annotation. */
static void close_session(struct patch *patch, const struct err *err, struct arena *arena)
{
    const struct restart_item *item = patch->item;

    restart_give_up(
        patch->session,
        arena_printf(arena, "restart %s %s/%s", item->kind, item->namespace, item->name), err,
        arena);
}

static void take_result(struct patch *patch, const struct kube_call *call, struct arena *arena)
{
    int status = call->answer.status;
    struct err err;

    if (call->err.kind != ERR_NONE) {
        close_session(patch, &call->err, arena);
    } else if (patch->reading) {
        if (status != 200)
            defer(patch->item);
    } else if (status < 300) {
        mark_issued(patch->item, &patch->session->facts);
    } else if (status == 404) {
        patch->item->found = false;
    } else if (status == 409) {
        defer(patch->item);
    } else if (status < 500 && status != 401 && status != 429) {
        take_refusal(patch, &call->answer, arena);
    } else {
        kube_answer_failure(&err, &call->answer, "patch");
        close_session(patch, &err, arena);
    }
}

static struct kube_call call_of(struct patch *patch, struct arena *arena)
{
    return (struct kube_call){
        .kube = patch->session->cluster->kube,
        .request = patch_request(patch, arena),
        .next = next_request,
        .context = patch,
    };
}

void restart_patch(struct restart_session *sessions, size_t count, struct arena *arena)
{
    struct patch *patches = NULL;
    struct kube_call *calls;
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; !sessions[i].closed && j < sessions[i].decision.pick_count; j++)
            *ARENA_PUSH(arena, patches, used) = (struct patch){
                .session = &sessions[i],
                .item = &sessions[i].facts.items[sessions[i].decision.picks[j]],
            };
    calls = ARENA_NEW(arena, struct kube_call, used);
    for (size_t i = 0; i < used; i++)
        calls[i] = call_of(&patches[i], arena);
    kube_all(calls, used, arena);
    for (size_t i = 0; i < used; i++)
        take_result(&patches[i], &calls[i], arena);
}
