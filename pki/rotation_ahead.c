/* pki/rotation_ahead.c - what is still to come of a rotation, and what a shortcut would cost. Pure:
 * no clock, no files, no keys. */
#include "pki/rotation.h"

#include "base/clock.h"
#include "base/text.h"

struct ahead {
    const struct rotation *r;
    const struct rotation_facts *facts;
    struct arena *arena;
    struct rotation_milestone *list;
    size_t count;
    int64_t earliest, latest; /* where the way has come to; latest 0: no limit */
    bool at_once;             /* strategy NONE, or an emergency: step 3 alone */
};

static void add(struct ahead *a, int step, bool person, const char *what, const char *waits)
{
    if (person)
        a->latest = 0;
    *ARENA_PUSH(a->arena, a->list, a->count) = (struct rotation_milestone){
        .step = step,
        .what = what,
        .waits = waits,
        .earliest = a->earliest,
        .latest = a->latest,
        .person = person,
    };
}

static void pass_by(struct ahead *a, int64_t least, int64_t most)
{
    a->earliest += least;
    if (a->latest != 0)
        a->latest += most;
}

static bool watched(const struct ahead *a)
{
    for (size_t i = 0; i < a->facts->mesh_count; i++)
        if (a->facts->meshes[i].evidence.best < EVIDENCE_LOADED)
            return false;
    return a->facts->mesh_count > 0;
}

static const char *step_title(int step, bool back)
{
    static const char *const forward[] = {
        "",
        "commit step 1: every cluster trusts the new root beside the old one",
        "commit step 2: every cluster signs under the new root",
        "commit step 3: every cluster trusts the new root alone",
    };
    static const char *const backward[] = {
        "commit step 0 again: every cluster trusts the old root alone",
        "commit step 1 again: every cluster signs under the old root",
        "commit step 2 again: every cluster trusts the old root, too",
        "",
    };

    return back ? backward[step] : forward[step];
}

static void add_commit(struct ahead *a, int step)
{
    add(a, step, false, step_title(step, a->r->back), "the next pass");
}

/* How long leaves of the step before can live once this one is loaded. */
static int64_t wait_after(const struct ahead *a, int step)
{
    const struct evidence_policy *policy = a->facts->policy;
    bool last = a->r->back ? step == 0 : step == 3;

    return last ? policy->skew : policy->leaf_ttl + policy->skew;
}

static void add_loaded(struct ahead *a, int step)
{
    const struct evidence_policy *policy = a->facts->policy;
    bool seen = watched(a);

    pass_by(a, seen ? 0 : policy->sync_allowance,
            seen ? policy->fail_after : policy->sync_allowance);
    add(a, step, false, arena_printf(a->arena, "step %d is loaded everywhere", step),
        seen ? "evidence from every cluster; one that lags holds all"
             : arena_printf(a->arena, "time alone: %s after the commit, assumed",
                            duration_text(policy->sync_allowance, a->arena)));
}

static void add_gate(struct ahead *a, int step)
{
    int64_t wait = wait_after(a, step);

    pass_by(a, wait, wait);
    add(a, step, false, arena_printf(a->arena, "the gate of step %d opens", step),
        arena_printf(a->arena, "%s, after which no leaf of the step before lives",
                     duration_text(wait, a->arena)));
}

static void add_approval(struct ahead *a, int step)
{
    bool given = (a->r->approved & (1u << step)) != 0 && rotation_running(a->r);

    if (a->facts->verification == VERIFY_MANUAL && !a->r->back && !given)
        add(a, step, true, arena_printf(a->arena, "step %d is approved", step),
            arena_printf(a->arena, "a person: weft.dev/rotation-approved: \"%s/%d\"",
                         rotation_running(a->r) ? a->r->id : "<rotation id>", step));
}

static void add_step(struct ahead *a, int step)
{
    pass_by(a, a->facts->policy->period, a->facts->policy->period);
    add_commit(a, step);
    add_loaded(a, step);
    if (a->at_once)
        return;
    add_gate(a, step);
    add_approval(a, step);
}

/* The step that was committed already: what is known of it shortens the wait. */
static void add_current(struct ahead *a, int64_t shown)
{
    const struct rotation *r = a->r;
    int64_t loaded = 0, wait = wait_after(a, r->step);
    bool all = true;

    for (size_t i = 0; i < r->member_count; i++) {
        all &= r->members[i].proven != 0;
        if (r->members[i].proven > loaded)
            loaded = r->members[i].proven;
    }
    if (!all)
        add_loaded(a, r->step);
    if (r->at_once || r->state == ROTATION_VERIFIED)
        return;
    if (all && loaded + shown + wait > a->earliest)
        a->earliest = a->latest = loaded + shown + wait;
    if (all)
        add(a, r->step, false, arena_printf(a->arena, "the gate of step %d opens", r->step),
            "leaves of the step before to be gone");
    else
        add_gate(a, r->step);
    add_approval(a, r->step);
}

struct rotation_milestone *rotation_timeline(size_t *count, const struct rotation *rotation,
                                             const struct rotation_facts *facts,
                                             struct arena *arena)
{
    struct ahead a = { .r = rotation,
                       .facts = facts,
                       .arena = arena,
                       .earliest = facts->time.local,
                       .latest = facts->time.local };
    bool running = rotation_running(rotation);
    int64_t shown = facts->time.local - rotation->clock.gate;

    a.at_once = running ? rotation->at_once : facts->strategy == STRATEGY_NONE;
    if (running)
        add_current(&a, shown);
    if (rotation->back)
        for (int step = rotation->step - 1; step >= 0; step--)
            add_step(&a, step);
    else
        for (int step = running ? rotation->step + 1 : a.at_once ? 3 : 1; step <= 3; step++)
            add_step(&a, step);
    pass_by(&a, facts->policy->period, facts->policy->period);
    add(&a, 0, false, "FINISHED", "the next pass");
    *count = a.count;
    return a.list;
}

/* --- emergency --- */

/* In step 2 with nothing old alive, or in step 3, the old root is not needed by anybody any more.
 */
static bool old_root_unused(const struct rotation *r, const struct rotation_facts *facts)
{
    const struct gate_clock clock = { .now = r->clock.gate, .policy = facts->policy };

    if (!rotation_running(r) || r->back || r->step < 2)
        return false;
    return gate_turned(r->members, r->member_count, clock).reason == GATE_OPEN;
}

struct rotation_breakage *rotation_emergency(size_t *count, const struct rotation *rotation,
                                             const struct rotation_facts *facts,
                                             struct arena *arena)
{
    const struct evidence_policy *policy = facts->policy;
    struct rotation_breakage *list = NULL;

    *count = 0;
    if (old_root_unused(rotation, facts) || facts->mesh_count == 0)
        return NULL;
    if (facts->mesh_count > 1)
        *ARENA_PUSH(arena, list, *count) = (struct rotation_breakage){
            arena_printf(arena,
                         "all pairs of the %zu clusters, as long as one of the two has loaded "
                         "the new root and the other has not",
                         facts->mesh_count),
            policy->sync_allowance, "neither trusts the other's root"
        };
    *ARENA_PUSH(arena, list, *count) = (struct rotation_breakage){
        "workloads with a new leaf and workloads with one from before, in and between all clusters",
        policy->leaf_ttl + policy->skew,
        "an old leaf is replaced at its renewal; restarting the workloads ends this at once"
    };
    *ARENA_PUSH(arena, list, *count) =
        (struct rotation_breakage){ "every istiod, until it is restarted", policy->sync_allowance,
                                    "istiod takes no bundle that shares no root with the one it "
                                    "has loaded; it signs by the old "
                                    "root until then" };
    return list;
}
