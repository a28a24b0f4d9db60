/* k8s-job/restart/read.c - reads istiods, roots and workloads of many clusters.  Writes nothing.
 *
 * The few istiods and the published roots of all clusters come first, because in most passes they
 * show that nothing may be restarted yet; workloads are listed only for clusters whose decision
 * asks for them.  The former are taken from what discovery or evidence has read in this pass
 * (k8s-job/observe/shared_read.h); workloads are read right before they may be patched.  A list
 * that could not be read completely closes its cluster for this pass: a workload that is missing
 * from half a list must not count as gone. */
#include "k8s-job/restart/read.h"
#include "k8s-job/client/objects.h"
#include "k8s-job/observe/istiod.h"

#include <string.h>

/* How many lists are in memory at a time, so that many clusters do not fill it. */
enum { LISTS_AT_ONCE = 32 };

/* One list of workloads of one cluster. */
struct listing {
    struct restart_session *session;
    const char *kind, *namespace; /* of the items */
    const char *path;
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
    return istiod_is(deployment, session->cluster->istiod_labels,
                     session->cluster->istiod_label_count);
}

static void take_istiods(struct restart_session *session, const struct shared_istiods *list,
                         struct arena *arena)
{
    const char *namespace = session->cluster->namespace;

    for (size_t i = 0; i < list->count; i++) {
        const struct node *node = list->items[i];
        struct restart_item item = {
            .rank = RESTART_RANK_ISTIOD, .kind = "Deployment", .namespace = namespace, .found = true
        };

        if (!shared_istiods_in(list, i, namespace) || !is_istiod(session, node) || is_leaving(node))
            continue;
        root_source_add(&session->sources, node, arena);
        item.name = arena_text(arena, name_of(node));
        item.live = restart_live_of(item.kind, node, arena);
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

/* Whether it holds exactly the desired roots, in any order. */
static bool has_desired_roots(const struct root_bundle *bundle,
                              const struct restart_cluster *cluster)
{
    for (size_t i = 0; i < bundle->count; i++)
        if (!is_desired(bundle->roots[i], cluster))
            return false;
    for (size_t i = 0; i < cluster->root_count; i++)
        if (!text_listed(bundle->roots, bundle->count, cluster->roots[i]))
            return false;
    return cluster->root_count > 0;
}

static void take_roots(struct restart_roots *roots, const struct shared_roots *found,
                       const struct restart_session *session, struct arena *arena)
{
    roots->namespaces = map_new(arena);
    for (size_t i = 0; i < found->namespace_count; i++) {
        const struct shared_namespace *namespace = &found->namespaces[i];

        if (!has_desired_roots(&found->bundles[namespace->bundle], session->cluster))
            continue;
        roots->everywhere |= found->source.trust_bundle;
        map_put(roots->namespaces, namespace->name, roots);
    }
}

/* istiod is never restarted as a workload: with Vault it is not restarted at all, otherwise it is
 * restarted before all others. */
static void take_workload(const struct listing *listing, const struct node *node,
                          struct arena *arena)
{
    struct restart_session *session = listing->session;
    bool istiods = text_equal(listing->namespace, session->cluster->namespace)
                   && text_equal(listing->kind, "Deployment");
    struct restart_item *item = map_find(
        session->items, restart_key(listing->kind, listing->namespace, name_of(node), arena));

    if (!item || is_leaving(node) || (istiods && is_istiod(session, node)))
        return;
    item->found = true;
    item->live = restart_live_of(listing->kind, node, arena);
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

static void fail_listing(const struct listing *listing, const struct err *err, struct arena *arena)
{
    if (err->kind == ERR_KUBE && err->code == 403)
        refuse_workloads(listing, arena);
    else
        restart_give_up(listing->session, listing->path, err, arena);
}

/* A namespace whose workloads may not be listed concerns only these workloads. */
static void end_listing(const struct listing *listing, struct kube_list_reader *reader,
                        struct arena *arena)
{
    struct kube_list list;
    struct err err;

    if (objects_list_end(&list, reader, &err) < 0) {
        fail_listing(listing, &err, arena);
        return;
    }
    for (size_t i = 0; i < list.count; i++)
        take_workload(listing, list.items[i].node, arena);
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
            objects_list_begin(&readers[used], listings[i].session->cluster->kube, listings[i].kind,
                               listings[i].path, scratch);
            asked[used++] = &listings[i];
        }
    objects_list_all(readers, used, scratch);
    for (size_t i = 0; i < used; i++)
        end_listing(asked[i], &readers[i], arena);
}

static struct shared_want want_of(const struct restart_session *session)
{
    const struct restart_cluster *cluster = session->cluster;

    return (struct shared_want){ .shared = session->shared,
                                 .kube = cluster->kube,
                                 .all = true,
                                 .labels = cluster->istiod_labels,
                                 .label_count = cluster->istiod_label_count };
}

static struct shared_want istiods_of(const struct restart_session *session)
{
    struct shared_want want = want_of(session);

    want.namespace = session->cluster->namespace;
    return want;
}

static bool wants_first(const struct restart_session *session)
{
    return session->cluster->delivered && !session->closed;
}

static void read_istiods(struct restart_session *sessions, size_t count, struct arena *arena)
{
    struct shared_want *wants = NULL;
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        if (wants_first(&sessions[i]) && sessions[i].cluster->control_plane)
            *ARENA_PUSH(arena, wants, used) = istiods_of(&sessions[i]);
    shared_read_fetch(wants, used);
    for (size_t i = 0; i < count; i++) {
        const struct shared_want want = istiods_of(&sessions[i]);
        const struct shared_istiods *istiods = shared_read_istiods(&want);

        if (!wants_first(&sessions[i]) || !sessions[i].cluster->control_plane || !istiods)
            continue;
        if (istiods->list.failure)
            restart_give_up(&sessions[i], restart_path("Deployment", want.namespace, arena),
                            istiods->list.failure, arena);
        else
            take_istiods(&sessions[i], istiods, arena);
    }
}

/* Where the roots of a cluster are: without an istiod nothing says otherwise than the usual. */
static const struct root_source *source_of(const struct restart_session *session, size_t i)
{
    return session->sources.count ? &session->sources.list[i] : &root_source_usual;
}

static void list_sources(struct restart_session *session, struct shared_want **wants, size_t *count,
                         struct arena *arena)
{
    session->root_list_count = session->sources.count ? session->sources.count : 1;
    session->roots = ARENA_NEW(arena, struct restart_roots, session->root_list_count);
    for (size_t i = 0; i < session->root_list_count; i++) {
        struct shared_want want = want_of(session);

        want.roots = session->roots[i].source = source_of(session, i);
        *ARENA_PUSH(arena, *wants, *count) = want;
        if (!root_source_equal(want.roots, &root_source_usual))
            session->facts.roots_source = root_source_text(want.roots, arena);
    }
}

static void take_sources(struct restart_session *session, struct arena *arena)
{
    for (size_t i = 0; i < session->root_list_count && !session->closed; i++) {
        struct restart_roots *roots = &session->roots[i];
        const struct shared_roots *found = shared_read_roots(session->shared, roots->source);

        if (found && found->list.failure)
            restart_give_up(session, root_source_text(roots->source, arena), found->list.failure,
                            arena);
        else if (found)
            take_roots(roots, found, session, arena);
    }
}

static void read_roots(struct restart_session *sessions, size_t count, struct arena *arena)
{
    struct shared_want *wants = NULL;
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        if (wants_first(&sessions[i]))
            list_sources(&sessions[i], &wants, &used, arena);
    shared_read_fetch(wants, used);
    for (size_t i = 0; i < count; i++)
        take_sources(&sessions[i], arena);
}

/* Where they publish roots says the Deployment of istiod, so these are read first. */
void restart_read_first(struct restart_session *sessions, size_t count, struct arena *arena)
{
    read_istiods(sessions, count, arena);
    read_roots(sessions, count, arena);
    for (size_t i = 0; i < count; i++) {
        sessions[i].facts.items = sessions[i].istiods;
        sessions[i].facts.count = sessions[i].istiod_count;
    }
}

/* True: the list was read in this pass already. */
static bool take_shared(const struct listing *listing, struct arena *arena)
{
    const struct shared_istiods *list =
        text_equal(listing->kind, "Deployment")
            ? shared_read_deployments(listing->session->shared, listing->namespace)
            : NULL;

    if (list && list->list.failure)
        fail_listing(listing, list->list.failure, arena);
    for (size_t i = 0; list && !list->list.failure && i < list->count; i++)
        take_workload(listing, list->items[i], arena);
    return list != NULL;
}

/* One list for each kind and namespace with a workload that is not settled. */
static void add_listings(struct listing **listings, size_t *count, struct restart_session *session,
                         struct arena *arena)
{
    struct map *asked = map_new(arena);

    for (size_t i = 0; i < session->workload_count; i++) {
        const struct restart_item *item = &session->workloads[i];
        struct listing listing;

        if (item->recorded_settled || item->refused
            || map_put(asked, restart_key(item->kind, item->namespace, "", arena), session))
            continue;
        listing = (struct listing){ .session = session,
                                    .kind = item->kind,
                                    .namespace = item->namespace,
                                    .path = restart_path(item->kind, item->namespace, arena) };
        if (!take_shared(&listing, arena))
            *ARENA_PUSH(arena, *listings, *count) = listing;
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
