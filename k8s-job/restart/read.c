/* k8s-job/restart/read.c - reads istiods, roots and workloads of many clusters.  Writes nothing. */

#include "k8s-job/restart/read.h"
#include "k8s-job/client/objects.h"
#include "k8s-job/observe/cluster.h"

#include <string.h>

#define ROOT_MAP "istio-ca-root-cert"

/* Lists that are in memory at a time: those of a large fleet would fill it. */
enum { LISTS_AT_ONCE = 32 };

/* One list, and what to do with it. */
struct look {
    struct session *session;
    const char *kind;      /* of the items */
    const char *namespace; /* of workloads */
    void (*take)(const struct look *look, const struct kube_list *list, struct arena *arena);
    /* Instead of take, of a list that is too large to be kept: each item, as reader.each. */
    void (*each)(void *look, const struct node *item);
    const char *path;
    struct arena *arena; /* of what each keeps */
};

static bool is_leaving(const struct node *object)
{
    return node_get(object, "metadata", "deletionTimestamp", NULL) != NULL;
}

static const char *name_of(const struct node *object)
{
    const char *name = node_get(object, "metadata", "name", NULL);

    return name ? name : "";
}

static bool is_istiod(const struct session *session, const struct node *deployment)
{
    return restart_is_istiod(deployment, session->cluster->istiod_labels,
                             session->cluster->istiod_label_count);
}

static void take_istiods(const struct look *look, const struct kube_list *list, struct arena *arena)
{
    struct session *session = look->session;

    for (size_t i = 0; i < list->count; i++) {
        const struct node *node = list->items[i].node;
        struct restart_item item = { .rank = RESTART_RANK_ISTIOD,
                                     .kind = look->kind,
                                     .namespace = look->namespace,
                                     .found = true };

        if (!is_istiod(session, node) || is_leaving(node))
            continue;
        item.name = arena_text(arena, name_of(node));
        item.live = restart_live_of(look->kind, node, arena);
        restart_recall(&item, session, arena);
        *ARENA_PUSH(arena, session->istiods, session->istiod_count) = item;
    }
}

static bool is_wanted(const char *root, const struct restart_cluster *cluster)
{
    for (size_t i = 0; i < cluster->root_count; i++)
        if (text_equal(cluster->roots[i], root))
            return true;
    return false;
}

/* The same set, whatever the order, and however often one is named. */
static bool has_wanted_roots(const char *pem, const struct restart_cluster *cluster)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct map *held = map_new(scratch);
    size_t count;
    const char **roots = cluster_pem_fingerprints(pem ? pem : "", &count, scratch);

    for (size_t i = 0; i < count; i++) {
        map_put(held, roots[i], scratch);
        if (!is_wanted(roots[i], cluster))
            return false;
    }
    for (size_t i = 0; i < cluster->root_count; i++)
        if (!map_find(held, cluster->roots[i]))
            return false;
    return cluster->root_count > 0;
}

/* A cluster has one for each namespace, so they are looked at one by one. */
static void take_roots(void *context, const struct node *map)
{
    const struct look *look = context;
    struct session *session = look->session;
    const char *namespace = map ? node_get(map, "metadata", "namespace", NULL) : NULL;

    if (!map) /* the list begins anew */
        session->roots = map_new(look->arena);
    else if (namespace
             && has_wanted_roots(node_get(map, "data", "root-cert.pem", NULL), session->cluster))
        map_put(session->roots, arena_text(look->arena, namespace), session);
}

/* istiod is never restarted as a workload: with Vault not at all, else before all others. */
static void take_workloads(const struct look *look, const struct kube_list *list,
                           struct arena *arena)
{
    struct session *session = look->session;
    bool istiods = text_equal(look->namespace, session->cluster->namespace)
                   && text_equal(look->kind, "Deployment");

    for (size_t i = 0; i < list->count; i++) {
        const struct node *node = list->items[i].node;
        struct restart_item *item = map_find(
            session->items, restart_key(look->kind, look->namespace, name_of(node), arena));

        if (!item || is_leaving(node) || (istiods && is_istiod(session, node)))
            continue;
        item->found = true;
        item->live = restart_live_of(look->kind, node, arena);
    }
}

static bool is_of(const struct restart_item *item, const struct look *look)
{
    return text_equal(item->kind, look->kind) && text_equal(item->namespace, look->namespace);
}

/* One namespace that may not be read does not hold up the others. */
static void refuse(const struct look *look, struct arena *arena)
{
    const char *why =
        arena_printf(arena, "cannot be read: grant list of %ss (apps) in namespace %s",
                     restart_resource(look->kind, arena), look->namespace);

    for (size_t i = 0; i < look->session->workload_count; i++) {
        struct restart_item *item = &look->session->workloads[i];

        if (!is_of(item, look) || item->recorded_settled)
            continue;
        item->found = true;
        item->refused = why;
    }
}

static void finish(const struct look *look, struct kube_list_reader *reader, struct arena *arena)
{
    struct kube_list list;
    struct err err;

    if (objects_list_end(&list, reader, &err) == 0) {
        if (look->take)
            look->take(look, &list, arena);
    } else if (look->take == take_workloads && err.kind == ERR_KUBE && err.code == 403) {
        refuse(look, arena);
    } else {
        restart_give_up(look->session, look->path, &err, arena);
    }
}

/* Reads some lists at once; what they held is forgotten but for what was taken. */
static void read_some(const struct look *looks, size_t count, struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct kube_list_reader *readers = ARENA_NEW(scratch, struct kube_list_reader, count);
    const struct look **asked = ARENA_NEW(scratch, const struct look *, count);
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        if (!looks[i].session->over) {
            objects_list_begin(&readers[used], looks[i].session->cluster->kube, looks[i].kind,
                               looks[i].path, scratch);
            readers[used].each = looks[i].each;
            readers[used].context = UNCONST(&looks[i]);
            asked[used++] = &looks[i];
        }
    objects_list_all(readers, used, scratch);
    for (size_t i = 0; i < used; i++)
        finish(asked[i], &readers[i], arena);
}

void restart_look_first(struct session *sessions, size_t count, struct arena *arena)
{
    struct look *looks = NULL;
    size_t look_count = 0;

    for (size_t i = 0; i < count; i++) {
        struct session *session = &sessions[i];
        const char *namespace = session->cluster->namespace;

        if (!session->cluster->delivered)
            continue;
        if (session->cluster->control_plane)
            *ARENA_PUSH(arena, looks, look_count) =
                (struct look){ .session = session,
                               .kind = "Deployment",
                               .namespace = namespace,
                               .take = take_istiods,
                               .path = restart_path("Deployment", namespace, arena) };
        *ARENA_PUSH(arena, looks, look_count) =
            (struct look){ .session = session,
                           .kind = "ConfigMap",
                           .each = take_roots,
                           .path = "/api/v1/configmaps?fieldSelector=metadata.name%3D" ROOT_MAP,
                           .arena = arena };
    }
    read_some(looks, look_count, arena);
    for (size_t i = 0; i < count; i++) {
        sessions[i].facts.items = sessions[i].istiods;
        sessions[i].facts.count = sessions[i].istiod_count;
    }
}

/* One list for each kind and namespace that has something unsettled. */
static void add_looks(struct look **looks, size_t *count, struct session *session,
                      struct arena *arena)
{
    struct map *asked = map_new(arena);

    for (size_t i = 0; i < session->workload_count; i++) {
        const struct restart_item *item = &session->workloads[i];

        if (item->recorded_settled || item->refused
            || map_put(asked, restart_key(item->kind, item->namespace, "", arena), session))
            continue;
        *ARENA_PUSH(arena, *looks, *count) =
            (struct look){ .session = session,
                           .kind = item->kind,
                           .namespace = item->namespace,
                           .take = take_workloads,
                           .path = restart_path(item->kind, item->namespace, arena) };
    }
}

/* Namespaces in which something is still to be restarted, and whose roots are not the wanted ones.
 */
static void find_lagging(struct session *session, struct arena *arena)
{
    const char **out = NULL;
    struct map *seen = map_new(arena);

    for (size_t i = 0; i < session->workload_count; i++) {
        const struct restart_item *item = &session->workloads[i];

        if (item->found && !item->recorded_settled && !item->refused
            && !map_find(session->roots, item->namespace)
            && !map_put(seen, item->namespace, session))
            *ARENA_PUSH(arena, out, session->facts.lagging_count) = item->namespace;
    }
    session->facts.lagging = out;
    session->facts.roots_seen = map_count(session->roots) > 0;
}

/* From now on the decision sees istiods and workloads in one row. */
static void join(struct session *session, struct arena *arena)
{
    size_t count = session->istiod_count + session->workload_count;
    struct restart_item *items = ARENA_NEW(arena, struct restart_item, count);

    for (size_t i = 0; i < count; i++)
        items[i] = i < session->istiod_count ? session->istiods[i]
                                             : session->workloads[i - session->istiod_count];
    session->facts.items = items;
    session->facts.count = count;
    session->facts.looked = true;
    session->facts.ahead = 0;
}

void restart_look_on(struct session *sessions, size_t count, struct arena *arena)
{
    struct look *looks = NULL;
    size_t look_count = 0;

    for (size_t i = 0; i < count; i++)
        if (!sessions[i].over && sessions[i].decision.look)
            add_looks(&looks, &look_count, &sessions[i], arena);
    for (size_t i = 0; i < look_count; i += LISTS_AT_ONCE)
        read_some(looks + i, look_count - i < LISTS_AT_ONCE ? look_count - i : LISTS_AT_ONCE,
                  arena);
    for (size_t i = 0; i < count; i++)
        if (!sessions[i].over && sessions[i].decision.look) {
            find_lagging(&sessions[i], arena);
            join(&sessions[i], arena);
        }
}
