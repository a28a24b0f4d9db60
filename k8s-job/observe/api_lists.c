/* k8s-job/observe/api_lists.c - lists of many API servers, item by item.  Must not judge what an
 * item means.
 * Invariants: an absent object is taken for deleted later on, so a list is complete only when its
 * last page came at the resourceVersion of its first one.  The list reader starts again at 410 and
 * never takes the token that continues at another version.  A part of a list is read without pages:
 * to start it again would mean to drop the other parts, too.  403 and 401 count as refusals only
 * in a Status object, because a proxy or load balancer does not decide about rights. */
#include "k8s-job/observe/api_lists.h"

#include "base/http_url.h"
#include "k8s-job/client/objects.h"
#include <assert.h>
#include <string.h>

struct resource {
    const char *name, *kind, *group, *version;
    const char *selector; /* of a list of all */
    bool optional;        /* its API is not part of every Kubernetes */
};

/* clang-format off */
static const struct resource resources[] = {
    { "namespaces", "Namespace", "", "v1", NULL, false },
    { "services", "Service", "", "v1", NULL, false },
    { "configmaps", "ConfigMap", "", "v1", NULL, false },
    { "nodes", "Node", "", "v1", NULL, false },
    { "deployments", "Deployment", "apps", "v1", NULL, false },
    { "daemonsets", "DaemonSet", "apps", "v1", NULL, false },
    { "statefulsets", "StatefulSet", "apps", "v1", NULL, false },
    { "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", "admissionregistration.k8s.io", "v1", "labelSelector=app%3Dsidecar-injector", false },
    { "endpointslices", "EndpointSlice", "discovery.k8s.io", "v1", NULL, false },
    { "gateways", "Gateway", "gateway.networking.k8s.io", "v1", NULL, true },
    { "serviceexports", "ServiceExport", "multicluster.x-k8s.io", "v1alpha1", NULL, true },
};
/* clang-format on */

static const struct resource *find_resource(const char *name)
{
    for (size_t i = 0; i < LENGTH(resources); i++)
        if (text_equal(resources[i].name, name))
            return &resources[i];
    return NULL;
}

bool api_lists_knows(const char *resource) { return find_resource(resource) != NULL; }

/* Of a name that api_lists_knows. */
static const struct resource *known_resource(const char *name)
{
    const struct resource *resource = find_resource(name);

    assert(resource);
    return resource ? resource : &resources[0];
}

static const char *path_of(const struct api_list *list, const struct resource *resource,
                           struct arena *arena)
{
    const char *root = *resource->group ? arena_printf(arena, "/apis/%s", resource->group) : "/api";
    const char *in = list->namespace ? arena_printf(arena, "namespaces/%s/",
                                                    http_url_escape(list->namespace, arena))
                                     : "";
    const char *path =
        arena_printf(arena, "%s/%s/%s%s", root, resource->version, in, resource->name);

    if (list->object)
        return arena_printf(arena, "%s?fieldSelector=metadata.name%%3D%s", path,
                            http_url_escape(list->object, arena));
    return resource->selector ? arena_printf(arena, "%s?%s", path, resource->selector) : path;
}

static void begin(struct kube_list_reader *reader, const struct api_list *list,
                  struct arena *scratch)
{
    const struct resource *resource = known_resource(list->resource);

    objects_list_begin(reader, list->kube, resource->kind, path_of(list, resource, scratch),
                       scratch);
    reader->each = list->each;
    reader->context = list->context;
    if (list->namespace || list->object) {
        reader->paged = false;
        reader->call.request.path = reader->path;
    }
}

/* A line for the rules of a ClusterRole or Role. */
static const char *rule_text(const struct api_list *list, struct arena *arena)
{
    const struct resource *resource = known_resource(list->resource);
    const char *names =
        list->object ? arena_printf(arena, ", resourceNames: [\"%s\"]", list->object) : "";
    const char *where =
        list->namespace ? arena_printf(arena, " in namespace %s", list->namespace) : "";

    return arena_printf(arena,
                        "add the rule {apiGroups: ['%s'], resources: [%s]%s, verbs: [list]}%s",
                        resource->group, resource->name, names, where);
}

static const char *refusal(const struct api_list *list, const struct kube_answer *answer,
                           struct arena *arena)
{
    if (answer->status == 401)
        return "the API server does not accept the credential (HTTP 401): it expired, or is meant "
               "for another cluster; renew it";
    return arena_printf(arena, "%s: %.400s", rule_text(list, arena), answer->message);
}

/* Kubernetes answers in plain text for a group that it does not know; a proxy would in HTML. */
static bool is_absent(const struct api_list *list, const struct kube_answer *answer)
{
    return known_resource(list->resource)->optional && answer->status == 404
           && text_starts(answer->type, "text/plain");
}

/* EndpointSlices are part of every Kubernetes since 1.21. */
static bool is_too_old(const struct api_list *list, const struct kube_answer *answer)
{
    return text_equal(list->resource, "endpointslices") && answer->status == 404
           && text_starts(answer->type, "text/plain");
}

static void end(struct api_list *list, struct kube_list_reader *reader, struct arena *arena)
{
    const struct kube_answer *answer = &reader->call.answer;
    const bool answered = reader->call.err.kind == ERR_NONE;
    struct kube_list empty;
    struct err err;

    list->end = API_LIST_COMPLETE;
    list->why = "";
    list->failure = NULL;
    list->at = reader->at;
    if (objects_list_end(&empty, reader, &err) == 0 || (answered && is_absent(list, answer)))
        return;
    list->end = API_LIST_UNREAD;
    list->why = answered && is_too_old(list, answer)
                    ? "the server does not have discovery.k8s.io/v1: upgrade it to Kubernetes 1.21 "
                      "or newer"
                    : arena_text(arena, err.text);
    list->failure = ARENA_NEW(arena, struct err, 1);
    *list->failure = err;
    if (answered && (answer->status == 401 || answer->status == 403)
        && kube_answer_is_status(answer)) {
        list->end = API_LIST_REFUSED;
        list->why = refusal(list, answer, arena);
    }
}

void api_lists_read(struct api_list *lists, size_t count, struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct kube_list_reader *readers = ARENA_NEW(scratch, struct kube_list_reader, count);

    for (size_t i = 0; i < count; i++)
        begin(&readers[i], &lists[i], scratch);
    objects_list_all(readers, count, scratch);
    for (size_t i = 0; i < count; i++)
        end(&lists[i], &readers[i], arena);
}
