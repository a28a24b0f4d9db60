/* k8s-job/apply/report_configmap.c - reads and writes the ConfigMaps that hold statuses of objects
 * that are not on the cluster.  Must not touch a post that was written to its object.
 *
 * Where the CRDs are not installed, or the specs are not applied to the management cluster,
 * kubectl users still find the status of a VirtualMesh in a ConfigMap of weft's namespace. It
 * holds the same JSON as /status would. The server-side apply does not force, so a ConfigMap of
 * that name which another manager wrote stays as it is, and the post says so.
 *
 * Names end at 253 bytes (RFC 1123 subdomain). A longer one is cut and gets 16 hex digits of the
 * digest of the whole, so that two long names with the same beginning have two ConfigMaps. */
#include "k8s-job/apply/report_configmap.h"
#include "base/http_url.h"
#include "base/write_json.h"
#include "k8s-job/client/scheduler.h"

#include "base/digest.h"
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "k8s-job/apply/status_object.h"
#include "k8s-job/client/answer.h"
#include "k8s-job/client/objects.h"

#include <string.h>

#define KEY "status.json"

enum { NAME_MAX_BYTES = 253, DIGEST_CHARS = 16 };

const char *report_configmap_name(const struct object_ref *ref, struct arena *arena)
{
    const char *name = arena_printf(arena, "weft-report-%s.%s", ref->namespace, ref->name);
    char hex[65];

    if (strlen(name) <= NAME_MAX_BYTES)
        return name;
    sha256_hex(hex, name, strlen(name));
    return arena_printf(arena, "%.*s.%.*s", NAME_MAX_BYTES - DIGEST_CHARS - 1, name, DIGEST_CHARS,
                        hex);
}

/* NULL: there is no report, or its content is not JSON. */
static const struct node *live_report(const struct node *live, struct arena *arena)
{
    const char *json = node_get(live, "data", KEY, NULL);
    const struct node *report;
    struct err ignored;

    return json && parse_json(&report, json, strlen(json), arena, &ignored) == 0 ? report : NULL;
}

struct node *report_configmap_object(const struct status_post *post, const char *namespace,
                                     const struct node *live, bool *changed, struct arena *arena)
{
    const struct object_ref *ref = &post->status->ref;
    const struct node *was = live_report(live, arena);
    struct node *report = status_object_report(post, was, arena);
    struct node *object = node_map(arena), *metadata, *data;
    AUTO_TEXT json = { 0 };

    *changed = !status_object_same(was, report, arena);
    write_json(&json, report, false);
    node_set_text(arena, object, "apiVersion", "v1");
    node_set_text(arena, object, "kind", "ConfigMap");
    metadata = node_set(object, "metadata", node_map(arena));
    node_set_text(arena, metadata, "name", report_configmap_name(ref, arena));
    node_set_text(arena, metadata, "namespace", namespace);
    node_set_text(arena, node_set(metadata, "labels", node_map(arena)),
                  "app.kubernetes.io/managed-by", "weft");
    /* A label's value ends at 63 bytes; two names may be longer. */
    node_set_text(arena, node_set(metadata, "annotations", node_map(arena)),
                  "weft.dev/virtual-mesh", arena_printf(arena, "%s.%s", ref->namespace, ref->name));
    data = node_set(object, "data", node_map(arena));
    node_set_text(arena, data, KEY, arena_bytes(arena, json.bytes, json.len));
    return object;
}

/* One report while its requests run: read, then written when it has changed. */
struct report_write {
    struct status_post *post;
    const char *namespace, *name, *path; /* name: "ConfigMap ns/name" */
    bool writing;
};

static bool end_reported(struct report_write *report_write, enum post_result result,
                         struct arena *arena)
{
    report_write->post->result = result;
    report_write->post->text = arena_printf(arena, "%s; until then it is in %s, key " KEY,
                                            report_write->post->text, report_write->name);
    return false;
}

/* The post keeps its first failure as well: it is the cause, and what an operator has to repair. */
static bool end_failed(struct report_write *report_write, const char *cause, struct arena *arena)
{
    report_write->post->text =
        arena_printf(arena, "%s; nor could it be reported: %s", report_write->post->text, cause);
    return false;
}

static bool request_write(struct report_write *report_write, struct kube_call *call,
                          const struct node *live, struct arena *arena)
{
    bool changed;
    const struct node *object =
        report_configmap_object(report_write->post, report_write->namespace, live, &changed, arena);
    struct kube_call apply;

    if (!changed)
        return end_reported(report_write, POST_REPORTED_UNCHANGED, arena);
    apply = objects_apply_call(call->kube, report_write->path, object, false, arena);
    call->request = apply.request;
    report_write->writing = true;
    return true;
}

static bool next_request(struct kube_call *call, struct arena *arena)
{
    struct report_write *report_write = call->context;
    struct err err;

    if (call->err.kind != ERR_NONE)
        return end_failed(report_write,
                          arena_printf(arena, "%s: %s", report_write->name, call->err.text), arena);
    if (!report_write->writing && call->answer.status == 200 && call->answer.body)
        return request_write(report_write, call, call->answer.body, arena);
    if (!report_write->writing && call->answer.status == 404
        && kube_answer_is_status(&call->answer))
        return request_write(report_write, call, NULL, arena);
    if (report_write->writing && call->answer.status < 300)
        return end_reported(report_write, POST_REPORTED, arena);
    kube_answer_failure(&err, &call->answer, report_write->name);
    return end_failed(report_write, arena_text(arena, err.text), arena);
}

void report_configmap_apply(struct kube *kube, const char *namespace, struct status_post *posts,
                            size_t count, struct arena *arena)
{
    struct kube_call *calls = ARENA_NEW(arena, struct kube_call, count);
    struct report_write *report_writes = ARENA_NEW(arena, struct report_write, count);
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        const char *name = report_configmap_name(&posts[i].status->ref, arena);

        if (posts[i].result != POST_NO_CRD && posts[i].result != POST_NO_OBJECT)
            continue;
        report_writes[used] = (struct report_write){
            .post = &posts[i],
            .namespace = namespace,
            .name = arena_printf(arena, "ConfigMap %s/%s", namespace, name),
            .path = arena_printf(arena, "/api/v1/namespaces/%s/configmaps/%s",
                                 http_url_escape(namespace, arena), http_url_escape(name, arena)),
        };
        calls[used] = (struct kube_call){ .kube = kube,
                                          .next = next_request,
                                          .context = &report_writes[used] };
        calls[used].request = (struct kube_request){
            .method = "GET", .path = report_writes[used].path, .kind = "ConfigMap", .name = name
        };
        used++;
    }
    kube_all(calls, used, arena);
}
