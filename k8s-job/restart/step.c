/* k8s-job/restart/step.c - one pass of rolling restarts: read, decide, patch, report.  The rules
 * for one cluster are decide.c's; this file adds the one that concerns several, that clusters of a
 * virtual mesh restart their gateways one after the other.
 *
 * A cluster holds the others from the patch of its first gateway until its last one is seen rolled
 * out.  Unknown is not passed: for a cluster that cannot be read the records of the state file
 * count, of any epoch, because the gateways of two clusters that are down at once cut the traffic
 * between all of them. */
#include "k8s-job/restart/step.h"

#include "k8s-job/restart/patch.h"
#include "k8s-job/restart/read.h"
#include "k8s-job/restart/session.h"
#include "k8s-job/restart/text.h"

#include <stdlib.h>

static struct map *records_of(const struct restart_cluster *cluster, struct arena *arena)
{
    struct map *out = map_new(arena);

    for (size_t i = 0; i < cluster->record_count; i++) {
        const struct restart_record *record = &cluster->records[i];

        if (text_equal(record->epoch, cluster->epoch))
            map_put(out, restart_key(record->kind, record->namespace, record->name, arena),
                    UNCONST(record));
    }
    return out;
}

/* Of any epoch, unlike records_of: a restart that is not known to be complete may still have
 * gateways down. */
static struct map *issued_of(const struct restart_cluster *cluster, struct arena *arena)
{
    struct map *out = map_new(arena);

    for (size_t i = 0; i < cluster->record_count; i++) {
        const struct restart_record *record = &cluster->records[i];

        if (!record->settled)
            map_put(out, restart_key(record->kind, record->namespace, record->name, arena),
                    UNCONST(record));
    }
    return out;
}

static struct restart_item item_of(const struct restart_workload *workload,
                                   const struct restart_session *session, struct arena *arena)
{
    struct restart_item item = {
        .rank = workload->gateway ? RESTART_RANK_GATEWAY : RESTART_RANK_WORKLOAD,
        .kind = workload->kind ? workload->kind : "workload",
        .namespace = workload->namespace,
        .name = workload->name,
        .live = { .version = "", .epoch = "", .progress = "" },
    };

    restart_recall(&item, session, arena);
    item.found = item.recorded_settled;
    if (restart_kind_known(item.kind))
        return item;
    item.found = true;
    item.refused = "is of a kind that weft does not restart";
    return item;
}

/* Each workload once, in the order of restarts. */
static void gather_workloads(struct restart_session *session, struct arena *arena)
{
    const struct restart_cluster *cluster = session->cluster;
    struct map *seen = map_new(arena);

    session->workloads = ARENA_NEW(arena, struct restart_item, cluster->workload_count);
    for (size_t i = 0; i < cluster->workload_count; i++) {
        struct restart_item item = item_of(&cluster->workloads[i], session, arena);

        if (!map_put(seen, restart_key(item.kind, item.namespace, item.name, arena), session))
            session->workloads[session->workload_count++] = item;
    }
    if (session->workload_count)
        qsort(session->workloads, session->workload_count, sizeof *session->workloads,
              restart_item_compare);
    session->items = map_new(arena);
    for (size_t i = 0; i < session->workload_count; i++) {
        struct restart_item *item = &session->workloads[i];

        map_put(session->items, restart_key(item->kind, item->namespace, item->name, arena), item);
    }
}

static void session_open(struct restart_session *session, struct restart_cluster *cluster,
                         struct arena *arena)
{
    cluster->known = cluster->kube != NULL;
    cluster->why = cluster->known ? "" : cluster->why;
    cluster->changed = NULL;
    cluster->changed_count = 0;
    *session = (struct restart_session){
        .cluster = cluster,
        .closed = !cluster->known,
        .records = records_of(cluster, arena),
        .issued = issued_of(cluster, arena),
        .facts = { .epoch = cluster->epoch,
                   .now = cluster->now,
                   .deadline_s = cluster->deadline_s ? cluster->deadline_s : RESTART_DEADLINE_S,
                   .batch = cluster->batch ? cluster->batch : RESTART_BATCH,
                   .delivered = cluster->delivered,
                   .control_plane = cluster->control_plane,
                   .roots_known = cluster->root_count > 0,
                   .namespace = cluster->namespace },
    };
    session->shared = cluster->shared;
    if (!session->shared)
        session->shared = ARENA_NEW(arena, struct shared_read, 1);
    if (!session->shared->arena)
        session->shared->arena = arena;
    gather_workloads(session, arena);
    session->facts.unread_count = session->workload_count;
}

/* Whether a restart of one of its gateways was issued and is not known to be rolled out. */
static bool has_unfinished_gateways(const struct restart_session *session, struct arena *arena)
{
    const struct restart_facts *facts = &session->facts;
    bool seen = !session->closed && facts->workloads_read;

    if (session->closed && session->decision.stage == RESTART_GATEWAYS
        && session->decision.pick_count)
        return true; /* the connection failed while they were patched */
    if (seen)
        return restart_count(facts, RESTART_RANK_GATEWAY, RESTART_STATE_RUNNING)
               || restart_count(facts, RESTART_RANK_GATEWAY, RESTART_STATE_FAILED);
    for (size_t i = 0; i < session->workload_count; i++) {
        const struct restart_item *item = &session->workloads[i];
        bool issued = session->closed
                          ? map_find(session->issued,
                                     restart_key(item->kind, item->namespace, item->name, arena))
                                != NULL
                          : item->recorded && !item->recorded_settled;

        if (item->rank == RESTART_RANK_GATEWAY && issued)
            return true;
    }
    return false;
}

/* Whether its decision restarts gateways now. */
static bool would_restart_gateways(const struct restart_session *session)
{
    return !session->closed && session->decision.stage == RESTART_GATEWAYS
           && session->decision.pick_count;
}

/* The cluster of a virtual mesh that may restart gateways: one that has unfinished gateways,
 * otherwise the first that would restart some.  NULL: none. */
static const struct restart_session *next_gateway_cluster(const struct restart_session *sessions,
                                                          size_t count, const char *virtual_mesh)
{
    const struct restart_session *first = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct restart_session *session = &sessions[i];

        if (!text_equal(session->cluster->virtual_mesh, virtual_mesh))
            continue;
        if (session->gateways_unfinished)
            return session;
        if (!first && would_restart_gateways(session))
            first = session;
    }
    return first;
}

static void order_gateways(struct restart_session *sessions, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++)
        sessions[i].gateways_unfinished = has_unfinished_gateways(&sessions[i], arena);
    for (size_t i = 0; i < count; i++) {
        struct restart_session *session = &sessions[i];
        const struct restart_session *next;

        if (!session->cluster->virtual_mesh || !would_restart_gateways(session))
            continue;
        next = next_gateway_cluster(sessions, count, session->cluster->virtual_mesh);
        if (next == session)
            continue;
        session->facts.before = next->cluster->cluster;
        session->facts.before_unreachable = next->closed;
        session->decision = restart_decide(&session->facts, arena);
    }
}

/* Returns whether there is a workload to restart. */
static bool decide_all(struct restart_session *sessions, size_t count, struct arena *arena)
{
    bool picked = false;

    for (size_t i = 0; i < count; i++) {
        struct restart_session *session = &sessions[i];

        session->facts.before = NULL;
        session->facts.before_unreachable = false;
        if (!session->closed)
            session->decision = restart_decide(&session->facts, arena);
    }
    order_gateways(sessions, count, arena);
    for (size_t i = 0; i < count; i++)
        picked = picked || (!sessions[i].closed && sessions[i].decision.pick_count);
    return picked;
}

/* Adds the record of one item when the state file does not have it yet. A time of the live object
 * that lies in the future comes from another clock. It would put off the deadline, so the present
 * counts instead. */
static void add_record(struct restart_session *session, const struct restart_item *item,
                       struct restart_record **out, size_t *count, struct arena *arena)
{
    const struct restart_facts *facts = &session->facts;
    bool settled = restart_state(item, facts) == RESTART_STATE_DONE;
    int64_t at = restart_at(item, facts->epoch);

    if (!item->found || !restart_issued(item, facts->epoch)
        || (item->recorded && settled == item->recorded_settled))
        return;
    *ARENA_PUSH(arena, *out, *count) = (struct restart_record){
        .epoch = facts->epoch,
        .kind = item->kind,
        .namespace = item->namespace,
        .name = item->name,
        .at = at > 0 && at <= facts->now ? at : facts->now,
        .settled = settled,
    };
}

static void session_close(struct restart_session *session, struct arena *arena)
{
    struct restart_cluster *cluster = session->cluster;
    const struct restart_decision *decision = &session->decision;
    struct restart_record *changed = NULL;

    for (size_t i = 0; i < session->facts.count; i++)
        add_record(session, &session->facts.items[i], &changed, &cluster->changed_count, arena);
    cluster->changed = changed;
    cluster->stage = decision->stage;
    cluster->finished = cluster->known && decision->finished;
    cluster->failed = cluster->known && decision->failed;
    cluster->restarted = decision->restarted;
    cluster->total = decision->total;
    cluster->left = decision->left;
    cluster->text = cluster->known ? restart_text(decision, &session->facts, arena)
                                   : arena_printf(arena, "not known: %s", cluster->why);
}

/* A limit for the loop below: each round patches at least one item, and no item is picked twice, so
 * one round for each item is enough, and a fault in the rules cannot cause endless requests. */
static size_t rounds_limit(const struct restart_session *sessions, size_t count)
{
    size_t rounds = 0;

    for (size_t i = 0; i < count; i++)
        rounds += sessions[i].facts.count;
    return rounds;
}

void restart_step(struct restart_cluster *clusters, size_t count, struct arena *arena)
{
    struct restart_session *sessions = ARENA_NEW(arena, struct restart_session, count);
    size_t rounds;

    for (size_t i = 0; i < count; i++)
        session_open(&sessions[i], &clusters[i], arena);
    restart_read_first(sessions, count, arena);
    (void)decide_all(sessions, count, arena);
    restart_read_workloads(sessions, count, arena);
    rounds = rounds_limit(sessions, count);
    while (decide_all(sessions, count, arena) && rounds--)
        restart_patch(sessions, count, arena);
    for (size_t i = 0; i < count; i++)
        session_close(&sessions[i], arena);
}
