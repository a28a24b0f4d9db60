/* k8s-job/restart/decide.c - the order of restarts: which workload is next, which one is waited
 * for, and when to stop.  Pure: no clock, no socket.  The sentences are text.c's.
 *
 * Each stage begins when the one before it is complete, and a cluster may fall back to an earlier
 * one: nothing is remembered but which restarts were issued.  What this keeps true:
 *   - no proxy restarts before istiod has loaded the new cacerts and its namespace has the new
 *     roots, because a proxy that starts earlier gets a leaf of the old intermediate;
 *   - at most batch gateways and workloads are unfinished at a time, whichever pass issued them;
 *   - a workload that is not complete before its restart is not restarted, so weft never adds to an
 *     outage, and one that OnDelete or a pause keeps from rolling is left to an operator;
 *   - a rollout that fails stops the cluster, and only that one;
 *   - for one epoch a workload is restarted once: restart_issued is true from the patch on, in the
 *     pod template and in the state file. */
#include "k8s-job/restart/decide.h"

#include <string.h>

static const char *const stage_names[] = {
    [RESTART_DELIVERY] = "delivery",   [RESTART_CONTROL_PLANE] = "control_plane",
    [RESTART_ROOTS] = "roots",         [RESTART_GATEWAYS] = "gateways",
    [RESTART_WORKLOADS] = "workloads", [RESTART_DONE] = "done",
};
_Static_assert(LENGTH(stage_names) == RESTART_DONE + 1, "every stage has a name");
const struct enum_table restart_stages = ENUM_TABLE(stage_names);

int restart_item_compare(const void *a, const void *b)
{
    const struct restart_item *x = a, *y = b;
    int order = (x->rank > y->rank) - (x->rank < y->rank);

    order = order ? order : strcmp(x->namespace, y->namespace);
    order = order ? order : strcmp(x->kind, y->kind);
    return order ? order : strcmp(x->name, y->name);
}

bool restart_issued(const struct restart_item *item, const char *epoch)
{
    return item->recorded || (item->found && text_equal(item->live.epoch, epoch));
}

int64_t restart_at(const struct restart_item *item, const char *epoch)
{
    if (item->recorded)
        return item->recorded_at;
    return item->found && text_equal(item->live.epoch, epoch) ? item->live.at : 0;
}

static bool is_late(const struct restart_item *item, const struct restart_facts *facts)
{
    int64_t at = restart_at(item, facts->epoch);

    return at > 0 && facts->now - at > facts->deadline_s;
}

/* The state of an item whose restart was issued for this epoch. */
static enum restart_state state_after(const struct restart_item *item,
                                      const struct restart_facts *facts)
{
    const struct restart_live *live = &item->live;

    if (live->complete)
        return live->partition > 0 ? RESTART_STATE_LEFT : RESTART_STATE_DONE;
    if (live->paused || live->by_hand)
        return RESTART_STATE_LEFT;
    return live->stuck || is_late(item, facts) ? RESTART_STATE_FAILED : RESTART_STATE_RUNNING;
}

enum restart_state restart_state(const struct restart_item *item, const struct restart_facts *facts)
{
    if (!item->found)
        return RESTART_STATE_GONE;
    if (item->recorded_settled)
        return RESTART_STATE_DONE;
    if (item->refused)
        return RESTART_STATE_LEFT;
    if (restart_issued(item, facts->epoch))
        return state_after(item, facts);
    if (item->deferred)
        return RESTART_STATE_BUSY;
    if (item->live.paused || item->live.stuck)
        return RESTART_STATE_LEFT;
    /* With OnDelete the patch replaces no pod, so it cannot disturb a rollout. */
    return item->live.complete || item->live.by_hand ? RESTART_STATE_READY : RESTART_STATE_BUSY;
}

size_t restart_count(const struct restart_facts *facts, enum restart_rank rank,
                     enum restart_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < facts->count; i++)
        count += facts->items[i].rank == rank && restart_state(&facts->items[i], facts) == state;
    return count;
}

size_t restart_count_live(const struct restart_facts *facts, enum restart_rank rank)
{
    size_t count = 0;

    for (size_t i = 0; i < facts->count; i++)
        count += facts->items[i].rank == rank && facts->items[i].found;
    return count;
}

static size_t count_all(const struct restart_facts *facts, enum restart_state state)
{
    return restart_count(facts, RESTART_RANK_ISTIOD, state)
           + restart_count(facts, RESTART_RANK_GATEWAY, state)
           + restart_count(facts, RESTART_RANK_WORKLOAD, state);
}

/* Picks items of a rank (in one namespace; NULL: in any) while slots last.  A workload with
 * OnDelete takes no slot, because its patch replaces no pod. */
static void pick(struct restart_decision *out, const struct restart_facts *facts,
                 enum restart_rank rank, const char *namespace, size_t slots, struct arena *arena)
{
    for (size_t i = 0; i < facts->count; i++) {
        const struct restart_item *item = &facts->items[i];
        bool takes_no_slot = item->live.by_hand;

        if (item->rank != rank || (namespace && !text_equal(item->namespace, namespace))
            || restart_state(item, facts) != RESTART_STATE_READY || (!takes_no_slot && slots == 0))
            continue;
        slots -= takes_no_slot ? 0 : 1;
        *ARENA_PUSH(arena, out->picks, out->pick_count) = i;
    }
}

/* Each of these returns true, with out filled in, when its stage is not complete. */

static bool control_plane_holds(struct restart_decision *out, const struct restart_facts *facts,
                                struct arena *arena)
{
    size_t live = restart_count_live(facts, RESTART_RANK_ISTIOD);

    if (!facts->control_plane
        || (live && restart_count(facts, RESTART_RANK_ISTIOD, RESTART_STATE_DONE) == live))
        return false;
    out->stage = RESTART_CONTROL_PLANE;
    pick(out, facts, RESTART_RANK_ISTIOD, NULL, facts->count, arena);
    return true;
}

/* Whether the bundle is missing long after the restart of istiod, so istiod loaded another one. */
static bool roots_are_late(const struct restart_facts *facts)
{
    int64_t last = 0;

    for (size_t i = 0; i < facts->count; i++)
        if (facts->items[i].rank == RESTART_RANK_ISTIOD
            && restart_at(&facts->items[i], facts->epoch) > last)
            last = restart_at(&facts->items[i], facts->epoch);
    return facts->roots_known && !facts->roots_seen && last > 0
           && facts->now - last > facts->deadline_s;
}

static bool roots_hold(struct restart_decision *out, const struct restart_facts *facts)
{
    if (facts->stale_count == 0)
        return false;
    out->stage = RESTART_ROOTS;
    out->failed = roots_are_late(facts);
    return true;
}

static size_t slots_of(const struct restart_decision *out, const struct restart_facts *facts)
{
    return facts->batch > out->running ? facts->batch - out->running : 0;
}

static bool gateways_hold(struct restart_decision *out, const struct restart_facts *facts,
                          struct arena *arena)
{
    enum restart_rank rank = RESTART_RANK_GATEWAY;
    size_t open = restart_count(facts, rank, RESTART_STATE_RUNNING)
                  + restart_count(facts, rank, RESTART_STATE_READY)
                  + restart_count(facts, rank, RESTART_STATE_BUSY);

    if (open == 0)
        return false;
    out->stage = RESTART_GATEWAYS;
    if (!facts->before)
        pick(out, facts, rank, NULL, slots_of(out, facts), arena);
    return true;
}

/* The first namespace with a restart that is running or to be issued: one namespace at a time. */
static const char *current_namespace(const struct restart_facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        enum restart_state state = restart_state(&facts->items[i], facts);

        if (facts->items[i].rank == RESTART_RANK_WORKLOAD
            && (state == RESTART_STATE_RUNNING || state == RESTART_STATE_READY))
            return facts->items[i].namespace;
    }
    return NULL;
}

static bool workloads_hold(struct restart_decision *out, const struct restart_facts *facts,
                           struct arena *arena)
{
    const char *namespace = current_namespace(facts);

    if (!namespace && restart_count(facts, RESTART_RANK_WORKLOAD, RESTART_STATE_BUSY) == 0)
        return false;
    out->stage = RESTART_WORKLOADS;
    if (namespace)
        pick(out, facts, RESTART_RANK_WORKLOAD, namespace, slots_of(out, facts), arena);
    return true;
}

/* Where a rollout failed. */
static enum restart_stage failed_stage(const struct restart_facts *facts)
{
    if (restart_count(facts, RESTART_RANK_ISTIOD, RESTART_STATE_FAILED))
        return RESTART_CONTROL_PLANE;
    return restart_count(facts, RESTART_RANK_GATEWAY, RESTART_STATE_FAILED) ? RESTART_GATEWAYS
                                                                            : RESTART_WORKLOADS;
}

static void choose(struct restart_decision *out, const struct restart_facts *facts,
                   struct arena *arena)
{
    if (!facts->delivered) {
        out->stage = RESTART_DELIVERY;
    } else if (count_all(facts, RESTART_STATE_FAILED)) {
        out->failed = true;
        out->stage = failed_stage(facts);
    } else if (control_plane_holds(out, facts, arena)) {
        return;
    } else if (!facts->workloads_read) {
        out->read_workloads = true;
        out->stage = RESTART_ROOTS;
    } else if (!roots_hold(out, facts) && !gateways_hold(out, facts, arena)
               && !workloads_hold(out, facts, arena)) {
        out->stage = RESTART_DONE;
        out->finished = out->left == 0;
    }
}

struct restart_decision restart_decide(const struct restart_facts *facts, struct arena *arena)
{
    struct restart_decision out = {
        .running = restart_count(facts, RESTART_RANK_GATEWAY, RESTART_STATE_RUNNING)
                   + restart_count(facts, RESTART_RANK_WORKLOAD, RESTART_STATE_RUNNING),
        .restarted = count_all(facts, RESTART_STATE_DONE),
        .left = count_all(facts, RESTART_STATE_LEFT),
        .total = facts->count - count_all(facts, RESTART_STATE_GONE) + facts->unread_count,
    };

    choose(&out, facts, arena);
    return out;
}
