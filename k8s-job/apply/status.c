/* k8s-job/apply/status.c - posts statuses: reads the object, writes its status when it changed, and
 * never fights for it. */
#include "k8s-job/apply/status.h"
#include "base/http_url.h"
#include "k8s-job/client/scheduler.h"

#include "k8s-job/apply/status_object.h"
#include "k8s-job/client/answer.h"
#include "k8s-job/client/objects.h"

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

/* One post on its way: read, then write, perhaps again. */
struct job {
    struct status_post *post;
    struct kube_call *call;
    const char *name; /* "VirtualMesh ns/name" */
    const char *path;
    const struct node *live;
    int conflicts;
    bool writing, reduced;
    const char *refusal; /* of the whole status, when it was reduced */
};

static bool end(struct job *job, enum post_result result, const char *text)
{
    job->post->result = result;
    job->post->text = text;
    return false;
}

static bool end_failed(struct job *job, enum post_result result, const char *hint,
                       struct arena *arena)
{
    struct err err;

    kube_answer_failure(&err, &job->call->answer, job->name);
    return end(job, result, arena_printf(arena, "%s%s", err.text, hint));
}

static bool ask_read(struct job *job)
{
    job->writing = false;
    job->call->request = (struct kube_request){ .method = "GET",
                                                .path = job->path,
                                                .kind = post_kind(job->post)->kind,
                                                .name = status_object_ref(job->post).name };
    return true;
}

static bool ask_write(struct job *job, const struct node *object, struct arena *arena)
{
    struct kube_call call =
        objects_apply_call(job->call->kube, arena_printf(arena, "%s/status", job->path), object,
                           job->post->take_over, arena);

    job->writing = true;
    job->call->request = call.request;
    return true;
}

static bool after_missing(struct job *job, struct arena *arena)
{
    if (kube_answer_is_status(&job->call->answer))
        return end(job, POST_NO_OBJECT,
                   arena_printf(arena,
                                "%s is not on the cluster (yet): its status is in %s and will be "
                                "posted once it is applied",
                                job->name,
                                job->post->policy ? "\"weft status\"" : "the output branch"));
    if (text_starts(job->call->answer.type, "text/plain"))
        return end(job, POST_NO_CRD,
                   arena_printf(arena,
                                "the cluster does not know %s: install the CRD to see statuses "
                                "there (they are in %s, too)",
                                post_kind(job->post)->kind,
                                job->post->policy ? "\"weft status\"" : "the output branch"));
    return end_failed(job, POST_FAILED, "", arena);
}

static bool after_read(struct job *job, struct arena *arena)
{
    const struct node *live = job->call->answer.body;
    const char *owner;
    struct node *object;

    if (!live)
        return end_failed(job, POST_FAILED, "", arena);
    job->live = job->post->live = live;
    if (node_get(live, "metadata", "deletionTimestamp", NULL))
        return end(job, POST_GONE, arena_printf(arena, "%s is being deleted", job->name));
    owner = status_object_foreign_owner(live);
    if (owner && !job->post->take_over)
        return end(job, POST_FOREIGN,
                   arena_printf(arena,
                                "the status of %s is written by \"%s\" (its Gloo Mesh?): weft "
                                "does not fight for it; stop that controller, delete the "
                                "object and let GitOps apply it again, for the owner of a status "
                                "stays its owner",
                                job->name, owner));
    object = status_object(job->post, live, job->reduced, arena);
    if (status_object_unchanged(live, object, arena))
        return end(job, POST_UNCHANGED, NULL);
    return ask_write(job, object, arena);
}

static bool after_conflict(struct job *job, struct arena *arena)
{
    if (objects_field_conflict(&job->call->answer))
        return end_failed(job, POST_FOREIGN, "; weft does not fight for it", arena);
    if (++job->conflicts >= CONFLICT_TRIES)
        return end_failed(job, POST_FAILED, "; it changes faster than it can be written", arena);
    return ask_read(job);
}

/* The CRD there is older or another one: once more with the fields that all of them have. */
static bool after_schema(struct job *job, struct arena *arena)
{
    struct err err;

    if (job->reduced)
        return end_failed(job, POST_FAILED, "; the CRD there is not the one of this weft", arena);
    kube_answer_failure(&err, &job->call->answer, job->name);
    job->refusal =
        arena_printf(arena, "%s; only the fields that every CRD has were written", err.text);
    job->reduced = true;
    return ask_write(job, status_object(job->post, job->live, true, arena), arena);
}

static bool after_write(struct job *job)
{
    const char *before = node_get(job->live, "metadata", "resourceVersion", NULL);
    const char *after = node_get(job->call->answer.body, "metadata", "resourceVersion", NULL);

    /* The server drops what its CRD does not know; what is left may be no change. */
    return end(job, before && text_equal(before, after) ? POST_UNCHANGED : POST_WRITTEN,
               job->refusal);
}

static bool next(struct kube_call *call, struct arena *arena)
{
    struct job *job = call->context;

    if (call->err.kind != ERR_NONE)
        return end(job, POST_FAILED, arena_printf(arena, "%s: %s", job->name, call->err.text));
    switch (call->answer.status) {
    case 200:
    case 201:
        return job->writing ? after_write(job) : after_read(job, arena);
    case 403:
        return end_failed(job, POST_FORBIDDEN, "", arena);
    case 404:
        return after_missing(job, arena);
    case 409:
        return after_conflict(job, arena);
    case 422:
    case 500:
        if (job->writing
            && (call->answer.status == 422
                || strstr(call->answer.message, "not declared in schema")))
            return after_schema(job, arena);
        return end_failed(job, POST_FAILED, "", arena);
    default:
        return end_failed(job, POST_FAILED, "", arena);
    }
}

void status_apply(struct kube *kube, struct status_post *posts, size_t count, struct arena *arena)
{
    struct kube_call *calls = ARENA_NEW(arena, struct kube_call, count);
    struct job *jobs = ARENA_NEW(arena, struct job, count);

    for (size_t i = 0; i < count; i++) {
        const struct object_ref ref = status_object_ref(&posts[i]);
        const struct post_kind *kind = post_kind(&posts[i]);

        posts[i].result = POST_FAILED;
        posts[i].text = "not tried";
        jobs[i] = (struct job){
            .post = &posts[i],
            .call = &calls[i],
            .name = arena_printf(arena, "%s %s/%s", kind->kind, ref.namespace, ref.name),
            .path = arena_printf(arena, "/apis/%s/namespaces/%s/%s/%s", kind->api_version,
                                 http_url_escape(ref.namespace, arena), kind->plural,
                                 http_url_escape(ref.name, arena)),
        };
        calls[i] = (struct kube_call){ .kube = kube, .next = next, .context = &jobs[i] };
        ask_read(&jobs[i]);
    }
    kube_all(calls, count, arena);
}
