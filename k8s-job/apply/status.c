/* k8s-job/apply/status.c - posts statuses: reads each object, writes its status when it changed,
 * and never takes it from another field manager.
 *
 * A post is a chain of requests that next_request continues: GET, then a server-side apply of
 * /status with the resourceVersion that was read.  A 409 for that version reads again, a few times;
 * a 409 for fields of another manager ends the post; a schema error applies again, with the
 * fields that every CRD has.  Each chain ends with one result, and no failure stops the other
 * chains. */
#include "k8s-job/apply/status.h"
#include "base/http_url.h"
#include "k8s-job/client/scheduler.h"

#include "k8s-job/apply/status_object.h"
#include "k8s-job/client/answer.h"
#include "k8s-job/client/objects.h"
#include "k8s-job/messages.h"

#include <assert.h>
#include <string.h>

enum { CONFLICT_TRIES = 5 };

static const char *const post_result_names[] = {
    [POST_WRITTEN] = "written",     [POST_UNCHANGED] = "unchanged",
    [POST_NO_CRD] = "no_crd",       [POST_NO_OBJECT] = "no_object",
    [POST_GONE] = "gone",           [POST_FOREIGN] = "foreign",
    [POST_FORBIDDEN] = "forbidden", [POST_FAILED] = "failed",
    [POST_REPORTED] = "reported",   [POST_REPORTED_UNCHANGED] = "reported_unchanged",
};
static_assert(LENGTH(post_result_names) == POST_REPORTED_UNCHANGED + 1, "every result has a name");
const struct enum_table post_results = ENUM_TABLE(post_result_names);

/* One post while its requests run. */
struct posting {
    struct status_post *post;
    struct kube_call *call;
    const char *name; /* "VirtualMesh ns/name" */
    const char *path;
    const struct node *live;
    int conflicts;
    bool writing, reduced;
    struct messages message; /* of a reduced status: why the whole one was refused */
};

/* Ends the post with a text of the catalogue, which gives its id. */
#define end_with(posting, result, arena, ...)                                                      \
    end_format(posting, result, arena, #__VA_ARGS__, __VA_ARGS__)

static bool end(struct posting *posting, enum post_result result)
{
    const struct messages *message = &posting->message;

    posting->post->result = result;
    posting->post->text = message->count ? message->texts[0] : NULL;
    posting->post->id = message->count ? messages_origin(message, 0).id : "";
    return false;
}

static void set_message(struct posting *posting, struct arena *arena, const char *source,
                        const char *text)
{
    posting->message = (struct messages){ .count = 0 };
    messages_format(&posting->message, false, arena, source, "%s", text);
}

PRINTF_LIKE(5, 6)
static bool end_format(struct posting *posting, enum post_result result, struct arena *arena,
                       const char *source, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    set_message(posting, arena, source, arena_vprintf(arena, fmt, args));
    va_end(args);
    return end(posting, result);
}

/* Fails with the server's own text and a hint. */
static bool end_failed(struct posting *posting, const char *hint, struct arena *arena)
{
    struct err err;

    kube_answer_failure(&err, &posting->call->answer, posting->name);
    return end_with(posting, POST_FAILED, arena, K15_NOT_POSTED, err.text, hint);
}

static bool request_read(struct posting *posting)
{
    posting->writing = false;
    posting->call->request = (struct kube_request){ .method = "GET",
                                                    .path = posting->path,
                                                    .kind = post_kind(posting->post)->kind,
                                                    .name = status_object_ref(posting->post).name };
    return true;
}

static bool request_write(struct posting *posting, const struct node *object, struct arena *arena)
{
    struct kube_call call =
        objects_apply_call(posting->call->kube, arena_printf(arena, "%s/status", posting->path),
                           object, posting->post->take_over, arena);

    posting->writing = true;
    posting->call->request = call.request;
    return true;
}

/* Where the status is meanwhile. */
static const char *elsewhere(const struct posting *posting)
{
    return posting->post->policy ? "\"weft status\"" : "the output branch";
}

/* Both are a 404. A metav1.Status comes from a server that knows the kind and lacks the object;
 * text comes from one that lacks the kind. */
static bool after_missing(struct posting *posting, struct arena *arena)
{
    if (kube_answer_is_status(&posting->call->answer))
        return end_with(posting, POST_NO_OBJECT, arena, K11_NO_OBJECT, posting->name,
                        elsewhere(posting));
    if (text_starts(posting->call->answer.type, "text/plain"))
        return end_with(posting, POST_NO_CRD, arena, K10_NO_CRD, post_kind(posting->post)->kind,
                        elsewhere(posting));
    return end_failed(posting, "", arena);
}

/* An object that is being deleted is left alone: its status has no readers any more. */
static bool after_read(struct posting *posting, struct arena *arena)
{
    const struct node *live = posting->call->answer.body;
    const char *owner;
    struct node *object;

    if (!live)
        return end_failed(posting, "", arena);
    posting->live = posting->post->live = live;
    if (node_get(live, "metadata", "deletionTimestamp", NULL))
        return end_with(posting, POST_GONE, arena, K12_BEING_DELETED, posting->name);
    owner = status_object_foreign_owner(live);
    if (owner && !posting->post->take_over)
        return end_with(posting, POST_FOREIGN, arena, K13_STATUS_OWNED, posting->name, owner);
    object = status_object(posting->post, live, posting->reduced, arena);
    if (status_object_unchanged(live, object, arena))
        return end(posting, POST_UNCHANGED);
    return request_write(posting, object, arena);
}

static bool after_conflict(struct posting *posting, struct arena *arena)
{
    struct err err;

    if (objects_field_conflict(&posting->call->answer)) {
        kube_answer_failure(&err, &posting->call->answer, posting->name);
        return end_with(posting, POST_FOREIGN, arena, K13_FIELDS_OWNED, err.text);
    }
    if (++posting->conflicts >= CONFLICT_TRIES)
        return end_failed(posting, K15_CHANGES_TOO_FAST, arena);
    return request_read(posting);
}

/* The installed CRD has another schema: applies again with the fields that every CRD has. */
static bool after_schema(struct posting *posting, struct arena *arena)
{
    struct err err;

    if (posting->reduced)
        return end_failed(posting, K15_OTHER_SCHEMA, arena);
    kube_answer_failure(&err, &posting->call->answer, posting->name);
    set_message(posting, arena, "K16_REDUCED", arena_printf(arena, K16_REDUCED, err.text));
    posting->reduced = true;
    return request_write(posting, status_object(posting->post, posting->live, true, arena), arena);
}

static bool after_write(struct posting *posting)
{
    const char *before = node_get(posting->live, "metadata", "resourceVersion", NULL);
    const char *after = node_get(posting->call->answer.body, "metadata", "resourceVersion", NULL);

    /* The server drops fields that its CRD does not have; the rest may be no change. */
    return end(posting, before && text_equal(before, after) ? POST_UNCHANGED : POST_WRITTEN);
}

static bool next_request(struct kube_call *call, struct arena *arena)
{
    struct posting *posting = call->context;
    struct err err;

    if (call->err.kind != ERR_NONE)
        return end_with(posting, POST_FAILED, arena, K15_NO_ANSWER, posting->name, call->err.text);
    switch (call->answer.status) {
    case 200:
    case 201:
        return posting->writing ? after_write(posting) : after_read(posting, arena);
    case 403:
        kube_answer_failure(&err, &call->answer, posting->name);
        return end_with(posting, POST_FORBIDDEN, arena, K14_FORBIDDEN, err.text);
    case 404:
        return after_missing(posting, arena);
    case 409:
        return after_conflict(posting, arena);
    case 422:
    case 500:
        if (posting->writing
            && (call->answer.status == 422
                || strstr(call->answer.message, "not declared in schema")))
            return after_schema(posting, arena);
        return end_failed(posting, "", arena);
    default:
        return end_failed(posting, "", arena);
    }
}

void status_apply(struct kube *kube, struct status_post *posts, size_t count, struct arena *arena)
{
    struct kube_call *calls = ARENA_NEW(arena, struct kube_call, count);
    struct posting *postings = ARENA_NEW(arena, struct posting, count);

    for (size_t i = 0; i < count; i++) {
        const struct object_ref ref = status_object_ref(&posts[i]);
        const struct post_kind *kind = post_kind(&posts[i]);

        posts[i].result = POST_FAILED;
        posts[i].text = K15_NOT_TRIED;
        posts[i].id = "K15";
        postings[i] = (struct posting){
            .post = &posts[i],
            .call = &calls[i],
            .name = arena_printf(arena, "%s %s/%s", kind->kind, ref.namespace, ref.name),
            .path = arena_printf(arena, "/apis/%s/namespaces/%s/%s/%s", kind->api_version,
                                 http_url_escape(ref.namespace, arena), kind->plural,
                                 http_url_escape(ref.name, arena)),
        };
        calls[i] =
            (struct kube_call){ .kube = kube, .next = next_request, .context = &postings[i] };
        request_read(&postings[i]);
    }
    kube_all(calls, count, arena);
}
