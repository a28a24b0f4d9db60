/* k8s-job/restart/read.c - reads istiods, roots and workloads of many clusters.  Writes nothing.
 *
 * The few istiods and the published roots of all clusters come first, because in most passes they
 * show that nothing may be restarted yet; workloads are listed only for clusters whose decision
 * asks for them.  A list that could not be read completely closes its cluster for this pass: a
 * workload that is missing from half a list must not count as gone. */
#include "k8s-job/restart/read.h"
#include "k8s-job/client/objects.h"
#include "k8s-job/observe/cluster.h"

#include <string.h>

/* How many lists are in memory at a time, so that many clusters do not fill it. */
enum { LISTS_AT_ONCE = 32 };

/* What a list holds: it decides what is taken from it, and what a refusal means. */
enum listed { LISTED_ISTIODS, LISTED_ROOTS, LISTED_WORKLOADS };

/* One list of one cluster. */
struct listing {
    struct restart_session *session;
    enum listed listed;
    const char *kind;      /* of the items */
    const char *namespace; /* of istiods and workloads; roots are in all namespaces */
    const char *path;
    struct restart_roots *roots; /* of LISTED_ROOTS */
    struct arena *arena;         /* likewise: they are taken item by item */
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

static bool is_istiod(const struct restart_session *session, const struct node *deployment)
{
    return restart_is_istiod(deployment, session->cluster->istiod_labels,
                             session->cluster->istiod_label_count);
}

static void take_istiods(const struct listing *listing, const struct kube_list *list,
                         struct arena *arena)
{
    struct restart_session *session = listing->session;

    for (size_t i = 0; i < list->count; i++) {
        const struct node *node = list->items[i].node;
        struct restart_item item = { .rank = RESTART_RANK_ISTIOD,
                                     .kind = listing->kind,
                                     .namespace = listing->namespace,
                                     .found = true };

        if (!is_istiod(session, node) || is_leaving(node))
            continue;
        root_source_add(&session->sources, node, arena);
        item.name = arena_text(arena, name_of(node));
        item.live = restart_live_of(listing->kind, node, arena);
        restart_recall(&item, session, arena);
        *ARENA_PUSH(arena, session->istiods, session->istiod_count) = item;
    }
}

static bool is_desired(const char *root, const struct restart_cluster *cluster)
{
    for (size_t i = 0; i < cluster->root_count; i++)
        if (text_equal(cluster->roots[i], root))
            return true;
    return false;
}

/* Whether the PEM holds exactly the desired roots, in any order, duplicates allowed. */
static bool has_desired_roots(const char *pem, const struct restart_cluster *cluster)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct map *held = map_new(scratch);
    size_t count;
    const char **roots = cluster_pem_fingerprints(pem, &count, scratch);

    for (size_t i = 0; i < count; i++) {
        map_put(held, roots[i], scratch);
        if (!is_desired(roots[i], cluster))
            return false;
    }
    for (size_t i = 0; i < cluster->root_count; i++)
        if (!map_find(held, cluster->roots[i]))
            return false;
    return cluster->root_count > 0;
}

/* A cluster has one ConfigMap for each namespace, so each is reduced to a name as it arrives.
 * object NULL: the list starts again. */
static void take_roots(void *context, const struct node *object)
{
    const struct listing *listing = context;
    struct restart_roots *roots = listing->roots;
    const char *namespace = object ? node_get(object, "metadata", "namespace", NULL) : NULL;

    if (!object) {
        roots->namespaces = map_new(listing->arena);
        roots->everywhere = false;
    } else if (has_desired_roots(root_source_pem(roots->source, object),
                                 listing->session->cluster)) {
        roots->everywhere = roots->source->trust_bundle;
        if (namespace)
            map_put(roots->namespaces, arena_text(listing->arena, namespace), roots);
    }
}

/* istiod is never restarted as a workload: with Vault it is not restarted at all, otherwise it is
 * restarted before all others. */
static void take_workloads(const struct listing *listing, const struct kube_list *list,
                           struct arena *arena)
{
    struct restart_session *session = listing->session;
    bool istiods = text_equal(listing->namespace, session->cluster->namespace)
                   && text_equal(listing->kind, "Deployment");

    for (size_t i = 0; i < list->count; i++) {
        const struct node *node = list->items[i].node;
        struct restart_item *item = map_find(
            session->items, restart_key(listing->kind, listing->namespace, name_of(node), arena));

        if (!item || is_leaving(node) || (istiods && is_istiod(session, node)))
            continue;
        item->found = true;
        item->live = restart_live_of(listing->kind, node, arena);
    }
}

static bool is_of(const struct restart_item *item, const struct listing *listing)
{
    return text_equal(item->kind, listing->kind) && text_equal(item->namespace, listing->namespace);
}

/* Leaves the workloads of a namespace that may not be listed to an operator. */
static void refuse_workloads(const struct listing *listing, struct arena *arena)
{
    const char *why =
        arena_printf(arena, "cannot be read: grant list of %ss (apps) in namespace %s",
                     restart_resource(listing->kind, arena), listing->namespace);

    for (size_t i = 0; i < listing->session->workload_count; i++) {
        struct restart_item *item = &listing->session->workloads[i];

        if (!is_of(item, listing) || item->recorded_settled)
            continue;
        item->found = true;
        item->refused = why;
    }
}

static void take_list(const struct listing *listing, const struct kube_list *list,
                      struct arena *arena)
{
    switch (listing->listed) {
    case LISTED_ISTIODS:
        take_istiods(listing, list, arena);
        break;
    case LISTED_WORKLOADS:
        take_workloads(listing, list, arena);
        break;
    case LISTED_ROOTS: /* take_roots has taken the items */
        break;
    }
}

/* Without istiods or roots nothing can be decided about a cluster; a namespace whose workloads may
 * not be listed concerns only these workloads. */
static void end_listing(const struct listing *listing, struct kube_list_reader *reader,
                        struct arena *arena)
{
    struct kube_list list;
    struct err err;

    if (objects_list_end(&list, reader, &err) == 0)
        take_list(listing, &list, arena);
    else if (listing->listed == LISTED_WORKLOADS && err.kind == ERR_KUBE && err.code == 403)
        refuse_workloads(listing, arena);
    else
        restart_give_up(listing->session, listing->path, &err, arena);
}

static void begin_listing(struct kube_list_reader *reader, const struct listing *listing,
                          struct arena *scratch)
{
    struct kube *kube = listing->session->cluster->kube;

    if (listing->listed != LISTED_ROOTS) {
        objects_list_begin(reader, kube, listing->kind, listing->path, scratch);
        return;
    }
    root_source_begin(reader, listing->roots->source, kube, scratch);
    reader->each = take_roots;
}

/* Reads these lists in parallel.  Their trees are in scratch memory: only what was taken remains.
 */
static void read_some(const struct listing *listings, size_t count, struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct kube_list_reader *readers = ARENA_NEW(scratch, struct kube_list_reader, count);
    const struct listing **asked = ARENA_NEW(scratch, const struct listing *, count);
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        if (!listings[i].session->closed) {
            begin_listing(&readers[used], &listings[i], scratch);
            readers[used].context = UNCONST(&listings[i]);
            asked[used++] = &listings[i];
        }
    objects_list_all(readers, used, scratch);
    for (size_t i = 0; i < used; i++)
        end_listing(asked[i], &readers[i], arena);
}

static void add_roots(struct listing **listings, size_t *count, struct restart_session *session,
                      struct arena *arena)
{
    size_t sources = session->sources.count ? session->sources.count : 1;

    session->roots = ARENA_NEW(arena, struct restart_roots, sources);
    session->root_list_count = sources;
    for (size_t i = 0; i < sources; i++) {
        struct restart_roots *roots = &session->roots[i];

        *roots = (struct restart_roots){ session->sources.count ? &session->sources.list[i]
                                                                : &root_source_usual,
                                         map_new(arena), false };
        *ARENA_PUSH(arena, *listings, *count) =
            (struct listing){ .session = session,
                              .listed = LISTED_ROOTS,
                              .path = root_source_text(roots->source, arena),
                              .roots = roots,
                              .arena = arena };
        if (!root_source_equal(roots->source, &root_source_usual))
            session->facts.roots_source = root_source_text(roots->source, arena);
    }
}

/* Where they publish roots says the Deployment of istiod, so these are read first. */
void restart_read_first(struct restart_session *sessions, size_t count, struct arena *arena)
{
    struct listing *istiods = NULL, *roots = NULL;
    size_t istiod_count = 0, root_count = 0;

    for (size_t i = 0; i < count; i++)
        if (sessions[i].cluster->delivered && sessions[i].cluster->control_plane)
            *ARENA_PUSH(arena, istiods, istiod_count) =
                (struct listing){ .session = &sessions[i],
                                  .listed = LISTED_ISTIODS,
                                  .kind = "Deployment",
                                  .namespace = sessions[i].cluster->namespace,
                                  .path = restart_path("Deployment", sessions[i].cluster->namespace,
                                                       arena) };
    read_some(istiods, istiod_count, arena);
    for (size_t i = 0; i < count; i++)
        if (sessions[i].cluster->delivered)
            add_roots(&roots, &root_count, &sessions[i], arena);
    read_some(roots, root_count, arena);
    for (size_t i = 0; i < count; i++) {
        sessions[i].facts.items = sessions[i].istiods;
        sessions[i].facts.count = sessions[i].istiod_count;
    }
}

/* One list for each kind and namespace with a workload that is not settled. */
static void add_listings(struct listing **listings, size_t *count, struct restart_session *session,
                         struct arena *arena)
{
    struct map *asked = map_new(arena);

    for (size_t i = 0; i < session->workload_count; i++) {
        const struct restart_item *item = &session->workloads[i];

        if (item->recorded_settled || item->refused
            || map_put(asked, restart_key(item->kind, item->namespace, "", arena), session))
            continue;
        *ARENA_PUSH(arena, *listings, *count) =
            (struct listing){ .session = session,
                              .listed = LISTED_WORKLOADS,
                              .kind = item->kind,
                              .namespace = item->namespace,
                              .path = restart_path(item->kind, item->namespace, arena) };
    }
}

/* Istiods that publish in different places must all have published them. */
static bool has_roots(const struct restart_session *session, const char *namespace)
{
    for (size_t i = 0; i < session->root_list_count; i++)
        if (!session->roots[i].everywhere && !map_find(session->roots[i].namespaces, namespace))
            return false;
    return session->root_list_count > 0;
}

static bool are_roots_seen(const struct restart_session *session)
{
    for (size_t i = 0; i < session->root_list_count; i++)
        if (session->roots[i].everywhere || map_count(session->roots[i].namespaces))
            return true;
    return false;
}

/* Namespaces with workloads that are still to be restarted, and that do not get the desired roots.
 */
static void find_stale_namespaces(struct restart_session *session, struct arena *arena)
{
    const char **out = NULL;
    struct map *seen = map_new(arena);

    for (size_t i = 0; i < session->workload_count; i++) {
        const struct restart_item *item = &session->workloads[i];

        if (item->found && !item->recorded_settled && !item->refused
            && !has_roots(session, item->namespace) && !map_put(seen, item->namespace, session))
            *ARENA_PUSH(arena, out, session->facts.stale_count) = item->namespace;
    }
    session->facts.stale_namespaces = out;
    session->facts.roots_seen = are_roots_seen(session);
}

/* From here on the facts hold istiods and workloads in one array. */
static void join_items(struct restart_session *session, struct arena *arena)
{
    size_t count = session->istiod_count + session->workload_count;
    struct restart_item *items = ARENA_NEW(arena, struct restart_item, count);

    for (size_t i = 0; i < count; i++)
        items[i] = i < session->istiod_count ? session->istiods[i]
                                             : session->workloads[i - session->istiod_count];
    session->facts.items = items;
    session->facts.count = count;
    session->facts.workloads_read = true;
    session->facts.unread_count = 0;
}

void restart_read_workloads(struct restart_session *sessions, size_t count, struct arena *arena)
{
    struct listing *listings = NULL;
    size_t listing_count = 0;

    for (size_t i = 0; i < count; i++)
        if (!sessions[i].closed && sessions[i].decision.read_workloads)
            add_listings(&listings, &listing_count, &sessions[i], arena);
    for (size_t i = 0; i < listing_count; i += LISTS_AT_ONCE)
        read_some(listings + i,
                  listing_count - i < LISTS_AT_ONCE ? listing_count - i : LISTS_AT_ONCE, arena);
    for (size_t i = 0; i < count; i++)
        if (!sessions[i].closed && sessions[i].decision.read_workloads) {
            find_stale_namespaces(&sessions[i], arena);
            join_items(&sessions[i], arena);
        }
}
