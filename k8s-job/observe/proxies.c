/* k8s-job/observe/proxies.c - reads pods with a proxy and those of istiod, and reduces each as it
 * arrives.  Istio's templates give every pod with a proxy the label
 * service.istio.io/canonical-name, the pods of ztunnel app=ztunnel, those of istiod app=istiod.  A
 * pod that ended has no proxy. */
#include "k8s-job/observe/proxies.h"

#include "base/clock.h"
#include "base/http_url.h"
#include "base/intern.h"
#include "k8s-job/client/objects.h"
#include "k8s-job/observe/istiod.h"

#include <string.h>

#define CONTAINER "istio-proxy"
#define ALIVE "&fieldSelector=status.phase%3D%3DRunning"
#define ALL_ALIVE "&fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed"

/* --- one pod --- */

static const struct node *in_list(const struct node *list, const char *name)
{
    const struct node *item = list && list->kind == NODE_LIST ? list->first : NULL;

    while (item && !text_equal(node_get(item, "name", NULL), name))
        item = item->next;
    return item;
}

/* A native sidecar is an init container. */
static const struct node *in_either(const struct node *map, const char *plain, const char *init)
{
    const struct node *found = in_list(node_find(map, plain), CONTAINER);

    return found ? found : in_list(node_find(map, init), CONTAINER);
}

static int64_t time_of(const char *text)
{
    int64_t out;

    return text && clock_parse(text, &out) ? out : 0;
}

/* Without a status of the container the pod's own age is the best that is known: no proxy is older.
 */
static int64_t started_at(const struct node *pod, const struct node *status)
{
    const struct node *state = node_find(status, "state");
    const char *created = node_get(pod, "metadata", "creationTimestamp", NULL);
    int64_t running = time_of(node_get(state, "running", "startedAt", NULL));

    if (running)
        return running;
    return node_find(state, "waiting") || node_find(state, "terminated") ? 0 : time_of(created);
}

static const struct node *variable(const struct node *container, const char *name)
{
    return node_find(in_list(node_find(container, "env"), name), "value");
}

/* "istiod.istio-system.svc:15012" without its port. */
static const char *ca_of(const struct node *container, struct arena *arena)
{
    const struct node *value = variable(container, "CA_ADDR");
    const char *text = node_text(value ? value : variable(container, "CA_ADDRESS"));

    struct url_parts parts;

    if (text && !strstr(text, "://"))
        text = arena_printf(arena, "https://%s", text);
    return text && url_parts_read(&parts, text, arena) == URL_FAULT_NONE ? parts.bare_host : "";
}

/* A Deployment's pods belong to a ReplicaSet, whose name is that of the Deployment and a hash. */
static void set_workload(struct proxy *out, const struct node *pod, struct arena *arena)
{
    const struct node *meta = node_find(pod, "metadata");
    const struct node *list = node_find(meta, "ownerReferences");
    const char *hash = node_get(meta, "labels", "pod-template-hash", NULL), *kind, *name;
    const struct node *owner = list && list->kind == NODE_LIST ? list->first : NULL;
    size_t len;

    while (owner && !text_equal(node_get(owner, "controller", NULL), "true"))
        owner = owner->next;
    kind = owner ? node_get(owner, "kind", NULL) : NULL;
    name = owner ? node_get(owner, "name", NULL) : NULL;
    out->kind = kind && name ? arena_text(arena, kind) : "Pod";
    out->workload = kind && name ? arena_text(arena, name) : out->pod;
    len = strlen(out->workload);
    if (strcmp(out->kind, "ReplicaSet") != 0 || text_empty(hash) || len < strlen(hash) + 2
        || !text_ends(out->workload, hash) || out->workload[len - strlen(hash) - 1] != '-')
        return;
    out->kind = "Deployment";
    out->workload = arena_bytes(arena, out->workload, len - strlen(hash) - 1);
}

static const char *text_at(const struct node *map, const char *key, struct arena *arena)
{
    const char *text = node_get(map, "metadata", key, NULL);

    return text ? arena_text(arena, text) : "";
}

bool proxies_take(struct proxy *out, const struct node *pod, struct arena *arena)
{
    const struct node *container =
        in_either(node_find(pod, "spec"), "containers", "initContainers");
    const struct node *status =
        in_either(node_find(pod, "status"), "containerStatuses", "initContainerStatuses");
    const char *image = container ? node_get(container, "image", NULL) : NULL;

    if (!container)
        return false;
    *out = (struct proxy){
        .namespace = text_at(pod, "namespace", arena),
        .pod = text_at(pod, "name", arena),
        .ztunnel = text_equal(node_get(pod, "metadata", "labels", "app", NULL), "ztunnel"),
        .version = image ? istiod_image_tag(image, arena) : "",
        .ca = ca_of(container, arena),
        .started = started_at(pod, status),
    };
    if (variable(container, "SECRET_TTL"))
        out->life = istiod_seconds(variable(container, "SECRET_TTL"), arena);
    set_workload(out, pod, arena);
    return true;
}

/* --- the lists --- */

struct reading {
    struct proxy_pods *pods;
    const char *what; /* for people */
    struct arena *arena;
    struct intern *strings;
    struct proxy *proxies; /* of this list */
    size_t count;
    struct proxy_istiod *istiods;
    size_t istiod_count;
};

static const char *shared(const struct reading *reading, const char *text)
{
    return text ? intern_text(reading->strings, text, strlen(text)) : "";
}

/* pod NULL: the list starts again. */
static void take_proxy(void *context, const struct node *pod)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct reading *reading = context;
    struct proxy proxy;

    if (!pod)
        reading->count = 0;
    if (!pod || !proxies_take(&proxy, pod, scratch))
        return;
    proxy.namespace = shared(reading, proxy.namespace);
    proxy.kind = shared(reading, proxy.kind);
    proxy.workload = shared(reading, proxy.workload);
    proxy.version = shared(reading, proxy.version);
    proxy.ca = shared(reading, proxy.ca);
    proxy.pod = arena_text(reading->arena, proxy.pod);
    *ARENA_PUSH(reading->arena, reading->proxies, reading->count) = proxy;
}

static void take_istiod(void *context, const struct node *pod)
{
    struct reading *reading = context;
    const char *revision = pod ? node_get(pod, "metadata", "labels", "istio.io/rev", NULL) : NULL;
    const struct node *list = node_find(node_find(pod, "status"), "containerStatuses");
    const struct node *discovery = in_list(list, "discovery");

    if (!pod) {
        reading->istiod_count = 0;
        return;
    }
    *ARENA_PUSH(reading->arena, reading->istiods, reading->istiod_count) = (struct proxy_istiod){
        .namespace = shared(reading, node_get(pod, "metadata", "namespace", NULL)),
        .revision = shared(reading, revision ? revision : ""),
        .started = started_at(pod, discovery                         ? discovery
                                   : list && list->kind == NODE_LIST ? list->first
                                                                     : NULL),
    };
}

struct round {
    struct reading *readings;
    struct kube_list_reader *readers; /* parallel */
    size_t count;
    struct arena *arena, *scratch;
};

static const char *pods_path(const char *namespace, struct arena *arena)
{
    return namespace ? arena_printf(arena, "/api/v1/namespaces/%s/pods",
                                    http_url_escape(namespace, arena))
                     : "/api/v1/pods";
}

static void ask(struct round *round, struct proxy_pods *pods, const char *namespace,
                const char *query, void (*take)(void *, const struct node *))
{
    struct reading *reading = &round->readings[round->count];
    struct kube_list_reader *reader = &round->readers[round->count++];

    *reading = (struct reading){ .pods = pods,
                                 .what = namespace ? arena_printf(round->scratch,
                                                                  "pods of namespace %s", namespace)
                                                   : "pods",
                                 .arena = round->arena,
                                 .strings = intern_new(round->arena) };
    objects_list_begin(
        reader, pods->kube, "Pod",
        arena_printf(round->scratch, "%s?%s", pods_path(namespace, round->scratch), query),
        round->scratch);
    reader->each = take;
    reader->context = reading;
}

static void ask_cluster(struct round *round, struct proxy_pods *pods)
{
    static const char *const all[] = { NULL };
    const char *const *where = pods->listed_count ? pods->listed : all;
    const size_t count = pods->listed_count ? pods->listed_count : 1;

    for (size_t i = 0; i < pods->namespace_count; i++)
        ask(round, pods, pods->namespaces[i], "labelSelector=app%3Distiod" ALIVE, take_istiod);
    for (size_t i = 0; i < count; i++) {
        ask(round, pods, where[i], "labelSelector=app%3Dztunnel" ALL_ALIVE, take_proxy);
        ask(round, pods, where[i], "labelSelector=service.istio.io%2Fcanonical-name" ALL_ALIVE,
            take_proxy);
    }
}

static void end_reading(const struct reading *reading, struct kube_list_reader *reader)
{
    struct proxy_pods *pods = reading->pods;
    struct arena *arena = reading->arena;
    struct kube_list empty;
    struct err err;

    if (!pods->known)
        return;
    if (objects_list_end(&empty, reader, &err) < 0) {
        pods->known = false;
        pods->why = err.kind == ERR_KUBE && err.code == 403
                        ? arena_printf(arena,
                                       "%s cannot be read: add the rule {apiGroups: [''], "
                                       "resources: [pods], verbs: [list]} (cluster/workloads.yaml)",
                                       reading->what)
                        : arena_printf(arena, "%s cannot be read: %s", reading->what, err.text);
        return;
    }
    pods->at = reader->call.answer.server_time;
    for (size_t i = 0; i < reading->count; i++)
        *ARENA_PUSH(arena, pods->items, pods->count) = reading->proxies[i];
    for (size_t i = 0; i < reading->istiod_count; i++)
        *ARENA_PUSH(arena, pods->istiods, pods->istiod_count) = reading->istiods[i];
}

void proxies_read(struct proxy_pods *lists, size_t count, struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct round round = { .arena = arena, .scratch = scratch };
    size_t room = 0;

    for (size_t i = 0; i < count; i++)
        room += lists[i].namespace_count + 2 * (lists[i].listed_count + 1);
    round.readings = ARENA_NEW(scratch, struct reading, room);
    round.readers = ARENA_NEW(scratch, struct kube_list_reader, room);
    for (size_t i = 0; i < count; i++) {
        lists[i].known = true;
        lists[i].why = "";
        lists[i].items = NULL;
        lists[i].istiods = NULL;
        lists[i].count = lists[i].istiod_count = 0;
        ask_cluster(&round, &lists[i]);
    }
    objects_list_all(round.readers, round.count, scratch);
    for (size_t i = 0; i < round.count; i++)
        end_reading(&round.readings[i], &round.readers[i]);
}
