/* k8s-job/restart/text.c - one line about the restarts of a cluster, and what an operator must
 * do.  Pure: decides nothing.
 *
 * The texts are posted with the status and compared with the live one, so they hold nothing that
 * changes by itself: no durations, and names in the order of the items. At most three items are
 * named, because a cluster may have thousands and the message of a condition is read in a
 * terminal. Where an operator must act the text ends with the command, with namespace and name
 * filled in. */
#include "k8s-job/restart/text.h"
#include "k8s-job/observe/root_source.h"

#include "base/clock.h"
#include "base/plural.h"

enum { NAMED_MAX = 3 };

/* As kubectl writes it: "deployment/web". */
static const char *kubectl_name(const struct restart_item *item, struct arena *arena)
{
    return arena_printf(arena, "%s/%s", restart_resource(item->kind, arena), item->name);
}

static const char *name_of(const struct restart_item *item, struct arena *arena)
{
    return arena_printf(arena, "%s %s/%s", item->kind, item->namespace, item->name);
}

static const char *paused_text(const struct restart_item *item, struct arena *arena)
{
    return arena_printf(arena, "is paused (kubectl -n %s rollout resume %s)", item->namespace,
                        kubectl_name(item, arena));
}

/* "is paused (kubectl ...)": why weft cannot restart the item. */
static const char *left_text(const struct restart_item *item, struct arena *arena)
{
    const struct restart_live *live = &item->live;

    if (item->refused)
        return item->refused;
    if (live->paused)
        return paused_text(item, arena);
    if (live->by_hand)
        return arena_printf(arena, "has the strategy OnDelete: delete its pods by hand (%s)",
                            live->progress);
    if (live->partition > 0)
        return arena_printf(arena, "keeps the pods below ordinal %lld by its partition",
                            (long long)live->partition);
    return arena_printf(arena,
                        "was stuck before its restart (%s), so it is not restarted until it is "
                        "repaired",
                        live->progress);
}

/* Without durations, so that the line is the same in each pass and the status is posted once. */
static const char *failed_text(const struct restart_item *item, const struct restart_facts *facts,
                               struct arena *arena)
{
    int64_t at = restart_at(item, facts->epoch);

    return arena_printf(arena, "%s%s is not rolled out (%s%s)",
                        at > 0 ? "that was restarted at " : "that was restarted",
                        at > 0 ? clock_text(at, arena) : "",
                        item->live.stuck ? "ProgressDeadlineExceeded, " : "", item->live.progress);
}

static const char *item_text(const struct restart_item *item, const struct restart_facts *facts,
                             enum restart_state state, struct arena *arena)
{
    const char *name = name_of(item, arena);

    switch (state) {
    case RESTART_STATE_LEFT:
        return arena_printf(arena, "%s %s", name, left_text(item, arena));
    case RESTART_STATE_FAILED:
        return arena_printf(arena, "%s %s", name, failed_text(item, facts, arena));
    case RESTART_STATE_BUSY:
        return arena_printf(arena, "%s, which is not complete before its restart (%s)", name,
                            item->live.progress);
    case RESTART_STATE_RUNNING:
        return arena_printf(arena, "%s (%s)", name, item->live.progress);
    case RESTART_STATE_GONE:
    case RESTART_STATE_DONE:
    case RESTART_STATE_READY:
    case RESTART_STATE_COUNT:
        break;
    }
    return name;
}

/* The items in a state, a few of them by name; "" when there is none.  rank -1: any. */
static const char *list_text(const struct restart_facts *facts, int rank, enum restart_state state,
                             const char *separator, struct arena *arena)
{
    const char *out = "";
    size_t found = 0;

    for (size_t i = 0; i < facts->count; i++) {
        const struct restart_item *item = &facts->items[i];

        if ((rank >= 0 && (int)item->rank != rank) || restart_state(item, facts) != state)
            continue;
        if (found++ < NAMED_MAX)
            out = arena_printf(arena, "%s%s%s", out, found > 1 ? separator : "",
                               item_text(item, facts, state, arena));
    }
    return found > NAMED_MAX
               ? arena_printf(arena, "%s%sand %zu more", out, separator, found - NAMED_MAX)
               : out;
}

static const struct restart_item *first_of(const struct restart_facts *facts,
                                           enum restart_state state)
{
    for (size_t i = 0; i < facts->count; i++)
        if (restart_state(&facts->items[i], facts) == state)
            return &facts->items[i];
    return NULL;
}

static const char *namespaces_text(const struct restart_facts *facts, struct arena *arena)
{
    return facts->stale_count == 1
               ? arena_printf(arena, "namespace %s", facts->stale_namespaces[0])
               : arena_printf(arena, "namespace %s and %zu more", facts->stale_namespaces[0],
                              facts->stale_count - 1);
}

static const char *roots_text(const struct restart_decision *decision,
                              const struct restart_facts *facts, struct arena *arena)
{
    const char *source = facts->roots_source ? facts->roots_source : ROOT_SOURCE_MAP;

    if (!facts->roots_known)
        return "roots: which ones the cluster must hold is not known, so only istiod is restarted";
    if (!decision->failed)
        return arena_printf(arena, "roots: %s does not hold the new roots yet in %s", source,
                            namespaces_text(facts, arena));
    return arena_printf(
        arena,
        "stopped: %s does not hold the new roots in %s although "
        "istiod was restarted long ago, so it loaded something else: check that the "
        "Secret %s/cacerts is the new one, then restart istiod (kubectl -n %s "
        "rollout restart deployment/istiod); weft continues when the roots are there",
        source, namespaces_text(facts, arena), facts->namespace, facts->namespace);
}

static const char *stopped_text(const struct restart_facts *facts, struct arena *arena)
{
    const struct restart_item *item = first_of(facts, RESTART_STATE_FAILED);

    if (!item)
        return "stopped";
    return arena_printf(arena,
                        "stopped: %s; check its pods (kubectl -n %s rollout status %s); nothing "
                        "else is restarted in this cluster until it is rolled out",
                        list_text(facts, -1, RESTART_STATE_FAILED, ", ", arena), item->namespace,
                        kubectl_name(item, arena));
}

static const char *earlier_cluster_text(const struct restart_facts *facts, struct arena *arena)
{
    return arena_printf(arena, "the gateways of cluster %s%s", facts->before,
                        facts->before_unreachable
                            ? " (restarted; their progress is not known, because it "
                              "does not answer)"
                            : "");
}

/* "gateways: 1 of 3 restarted, waits for ..." */
static const char *rank_text(const struct restart_facts *facts, enum restart_rank rank,
                             const char *what, struct arena *arena)
{
    const char *wait = list_text(facts, (int)rank, RESTART_STATE_RUNNING, ", ", arena);
    bool waits = rank == RESTART_RANK_GATEWAY && facts->before && text_empty(wait);

    if (text_empty(wait))
        wait = waits ? earlier_cluster_text(facts, arena)
                     : list_text(facts, (int)rank, RESTART_STATE_BUSY, ", ", arena);
    return arena_printf(
        arena, "%s: %zu of %zu restarted%s%s", what, restart_count(facts, rank, RESTART_STATE_DONE),
        restart_count_live(facts, rank), text_empty(wait) ? "" : ", waits for ", wait);
}

static const char *stage_text(const struct restart_decision *decision,
                              const struct restart_facts *facts, struct arena *arena)
{
    switch (decision->stage) {
    case RESTART_DELIVERY:
        return "waits until the new cacerts is in the cluster";
    case RESTART_CONTROL_PLANE:
        if (restart_count_live(facts, RESTART_RANK_ISTIOD) == 0)
            return arena_printf(arena,
                                "control plane: there is no Deployment of istiod in namespace %s; "
                                "check the Mesh in the specs",
                                facts->namespace);
        return rank_text(facts, RESTART_RANK_ISTIOD, "control plane", arena);
    case RESTART_ROOTS:
        return decision->read_workloads ? "control plane: restarted"
                                        : roots_text(decision, facts, arena);
    case RESTART_GATEWAYS:
        return rank_text(facts, RESTART_RANK_GATEWAY, "gateways", arena);
    case RESTART_WORKLOADS:
        return rank_text(facts, RESTART_RANK_WORKLOAD, "workloads", arena);
    case RESTART_DONE:
        break;
    }
    return arena_printf(arena, "%zu of %s restarted", decision->restarted,
                        plural_count(decision->total, "workload", arena));
}

const char *restart_text(const struct restart_decision *decision, const struct restart_facts *facts,
                         struct arena *arena)
{
    const char *left = list_text(facts, -1, RESTART_STATE_LEFT, "; ", arena);
    const char *stage = decision->failed && decision->stage != RESTART_ROOTS
                            ? stopped_text(facts, arena)
                            : stage_text(decision, facts, arena);

    return text_empty(left) ? stage : arena_printf(arena, "%s; for an operator: %s", stage, left);
}
