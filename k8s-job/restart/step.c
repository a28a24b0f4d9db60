/* k8s-job/restart/step.c - one pass of rolling restarts: look, decide, order, remember.  The rules
 * are decide.c's. */
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

static struct map *ordered_of(const struct restart_cluster *cluster, struct arena *arena)
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
                                   const struct session *session, struct arena *arena)
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
static void gather_workloads(struct session *session, struct arena *arena)
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

static void session_open(struct session *session, struct restart_cluster *cluster,
                         struct arena *arena)
{
    cluster->known = cluster->kube != NULL;
    cluster->why = cluster->known ? "" : cluster->why;
    cluster->changed = NULL;
    cluster->changed_count = 0;
    *session = (struct session){
        .cluster = cluster,
        .over = !cluster->known,
        .records = records_of(cluster, arena),
        .ordered = ordered_of(cluster, arena),
        .roots = map_new(arena),
        .facts = { .epoch = cluster->epoch,
                   .now = cluster->now,
                   .deadline_s = cluster->deadline_s ? cluster->deadline_s : RESTART_DEADLINE_S,
                   .batch = cluster->batch ? cluster->batch : RESTART_BATCH,
                   .delivered = cluster->delivered,
                   .control_plane = cluster->control_plane,
                   .roots_known = cluster->root_count > 0,
                   .namespace = cluster->namespace },
    };
    gather_workloads(session, arena);
    session->facts.ahead = session->workload_count;
}

/* One of its gateways was ordered and is not known to be rolled out.  Others of its fleet learn
 * from that before theirs follow, and what is not known has not passed: it counts for an earlier
 * stage, and for a cluster that nobody hears. */
static bool has_begun(const struct session *session, struct arena *arena)
{
    const struct restart_facts *facts = &session->facts;
    bool seen = !session->over && facts->looked;

    if (session->over && session->decision.stage == RESTART_GATEWAYS
        && session->decision.pick_count)
        return true; /* lost while they were ordered */
    if (seen)
        return restart_count(facts, RESTART_RANK_GATEWAY, RESTART_STATE_RUNNING)
               || restart_count(facts, RESTART_RANK_GATEWAY, RESTART_STATE_FAILED);
    for (size_t i = 0; i < session->workload_count; i++) {
        const struct restart_item *item = &session->workloads[i];
        bool ordered = session->over
                           ? map_find(session->ordered,
                                      restart_key(item->kind, item->namespace, item->name, arena))
                                 != NULL
                           : item->recorded && !item->recorded_settled;

        if (item->rank == RESTART_RANK_GATEWAY && ordered)
            return true;
    }
    return false;
}

/* It would restart gateways now. */
static bool wants_the_turn(const struct session *session)
{
    return !session->over && session->decision.stage == RESTART_GATEWAYS
           && session->decision.pick_count;
}

/* Whose turn it is in a fleet: of one that began already, else of the first. */
static const struct session *turn_of(const struct session *sessions, size_t count,
                                     const char *fleet)
{
    const struct session *first = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct session *session = &sessions[i];

        if (!text_equal(session->cluster->fleet, fleet))
            continue;
        if (session->begun)
            return session;
        if (!first && wants_the_turn(session))
            first = session;
    }
    return first;
}

static void take_turns(struct session *sessions, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++)
        sessions[i].begun = has_begun(&sessions[i], arena);
    for (size_t i = 0; i < count; i++) {
        struct session *session = &sessions[i];
        const struct session *turn;

        if (!session->cluster->fleet || !wants_the_turn(session))
            continue;
        turn = turn_of(sessions, count, session->cluster->fleet);
        if (turn == session)
            continue;
        session->facts.turn = turn->cluster->cluster;
        session->facts.turn_silent = turn->over;
        session->decision = restart_decide(&session->facts, arena);
    }
}

/* True when there is something to restart. */
static bool decide_all(struct session *sessions, size_t count, struct arena *arena)
{
    bool picked = false;

    for (size_t i = 0; i < count; i++) {
        struct session *session = &sessions[i];

        session->facts.turn = NULL;
        session->facts.turn_silent = false;
        if (!session->over)
            session->decision = restart_decide(&session->facts, arena);
    }
    take_turns(sessions, count, arena);
    for (size_t i = 0; i < count; i++)
        picked = picked || (!sessions[i].over && sessions[i].decision.pick_count);
    return picked;
}

/* What the state does not know yet of one item. */
static void collect(struct session *session, const struct restart_item *item,
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

static void session_close(struct session *session, struct arena *arena)
{
    struct restart_cluster *cluster = session->cluster;
    const struct restart_decision *decision = &session->decision;
    struct restart_record *changed = NULL;

    for (size_t i = 0; i < session->facts.count; i++)
        collect(session, &session->facts.items[i], &changed, &cluster->changed_count, arena);
    cluster->changed = changed;
    cluster->stage = decision->stage;
    cluster->finished = cluster->known && decision->finished;
    cluster->failed = cluster->known && decision->failed;
    cluster->restarted = decision->restarted;
    cluster->total = decision->total;
    cluster->left = decision->left;
    cluster->words = cluster->known ? restart_text(decision, &session->facts, arena)
                                    : arena_printf(arena, "not known: %s", cluster->why);
}

/* Each round changes what is known of one item at least, and no item is picked twice: so this many
 * are enough, and a mistake here could not keep an API server busy for ever. */
static size_t rounds_of(const struct session *sessions, size_t count)
{
    size_t rounds = 0;

    for (size_t i = 0; i < count; i++)
        rounds += sessions[i].facts.count;
    return rounds;
}

void restart_step(struct restart_cluster *clusters, size_t count, struct arena *arena)
{
    struct session *sessions = ARENA_NEW(arena, struct session, count);
    size_t rounds;

    for (size_t i = 0; i < count; i++)
        session_open(&sessions[i], &clusters[i], arena);
    restart_look_first(sessions, count, arena);
    (void)decide_all(sessions, count, arena);
    restart_look_on(sessions, count, arena);
    rounds = rounds_of(sessions, count);
    while (decide_all(sessions, count, arena) && rounds--)
        restart_patch(sessions, count, arena);
    for (size_t i = 0; i < count; i++)
        session_close(&sessions[i], arena);
}
