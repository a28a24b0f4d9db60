/* rotation/timeline.c - what is still to come of a rotation.  Pure: no clock, no files, no keys.
 *
 * Two walks over the passes to come, by the clock that the gates use (rotation_clock.h):
 *   earliest  the next pass is now, clusters show each step as soon as their source can, and a pass
 *             is there when a gate opens
 *   latest    the next pass is up to a whole period away, a cluster shows each step just before it
 * would count as failed, and a gate is seen open by the first pass after it A pass adds `gain` to
 * the gate clock and takes `period`.  Where gain is less than period, waits are so many passes
 * long, whatever they say in hours.  The phases follow the table of rotation/transition.h: the rows
 * that are expected there are taken in its order, each when its wait is over. */
#include "rotation/timeline.h"
#include "rotation/ca.h"
#include "rotation/private.h"
#include "rotation/timeline_wait.h"
#include "rotation/timeline_window.h"

#include "base/clock.h"
#include "base/text.h"
#include <assert.h>

struct ahead {
    const struct rotation *r;
    const struct rotation_facts *facts;
    struct arena *arena;
    struct rotation_milestone *list;
    size_t count;
    int64_t period, gain;
    int64_t leaf_ttl; /* the longest anywhere */
    struct timeline_walk earliest, latest;
    struct rotation assumed; /* the record as it will be; only its position counts */
    bool done;
};

static void add(struct ahead *a, int step, bool person, const char *what, const char *waits)
{
    if (person)
        a->latest.endless = true;
    *ARENA_PUSH(a->arena, a->list, a->count) = (struct rotation_milestone){
        .step = step,
        .what = what,
        .waits = waits,
        .earliest = a->earliest.at,
        .latest = a->latest.endless ? 0 : a->latest.at,
        .person = person,
    };
}

/* --- the walks --- */

static void next_pass(struct ahead *a)
{
    a->earliest.at += a->period;
    a->earliest.gate += a->gain;
    a->latest.at += a->period;
    a->latest.gate += a->gain;
}

/* A pass may start the moment that a gate opens, so nothing is rounded up where every second
 * counts.
 */
static void come_to(struct ahead *a, int64_t goal)
{
    struct timeline_walk *walk = &a->earliest;
    int64_t left = goal - walk->gate, passes;

    if (left <= 0)
        return;
    if (a->gain >= a->period) {
        walk->at += left;
        walk->gate = goal;
        return;
    }
    passes = (left + a->gain - 1) / a->gain;
    walk->at += passes * a->period;
    walk->gate += passes * a->gain;
}

enum { ROUNDED = 60 }; /* a gain below this is not corrected for clocks that round to seconds */

/* The last moment of the first pass after goal: when passes come is not known to the minute, so it
 * is a whole period after the gate opens, counted from the last commit or from now.  Two clocks in
 * whole seconds may take one second off each interval. */
static void come_past(struct ahead *a, int64_t goal)
{
    int64_t gain = a->gain - (a->gain > ROUNDED && !a->facts->time.trusted);
    struct timeline_walk *walk = &a->latest;
    int64_t left = goal > walk->from_gate ? goal - walk->from_gate : 0;

    walk->at = walk->from_at + left * a->period / gain + a->period;
    walk->gate = walk->from_gate + left + gain;
}

static bool is_slow(const struct ahead *a) { return a->gain < a->period; }

/* --- milestones --- */

static const char *counted(const struct ahead *a, int64_t wait)
{
    const char *text = clock_duration_text(wait, a->arena);

    if (!is_slow(a))
        return text;
    return arena_printf(a->arena, "%s, of which each pass counts %s", text,
                        clock_duration_text(a->gain, a->arena));
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
        "commit step 2 again: every cluster trusts both roots",
        "",
    };

    return back ? backward[step] : forward[step];
}

static void begin_wait(struct ahead *a)
{
    a->earliest.since = a->earliest.gate;
    a->latest.since = a->latest.from_gate = a->latest.gate;
    a->latest.from_at = a->latest.at;
}

/* What a commit waits for, by the rule of rotation/window.c; otherwise: when it need not. */
static const char *wait_open(struct ahead *a, const char *otherwise)
{
    const struct timeline_pace pace = { &a->assumed, a->facts, a->period, a->gain, a->arena };

    return timeline_window_both(&pace, &a->earliest, &a->latest) ? "rotation.windows and freeze"
                                                                 : otherwise;
}

static void add_commit(struct ahead *a, int step)
{
    const bool back = timeline_wait_goes_back(a->r);
    const char *waits = back ? "the next pass" : wait_open(a, "the next pass");

    begin_wait(a);
    add(a, step, false, step_title(step, back), waits);
}

/* since: when it was committed.  Afterwards: when it was proven. */
static void wait_loaded(struct ahead *a)
{
    bool seen = timeline_wait_weakest(a->facts) >= EVIDENCE_LOADED;

    a->earliest.since += timeline_wait_loaded_least(a->facts);
    come_to(a, a->earliest.since);
    come_past(a, a->latest.since + timeline_wait_loaded_most(a->r, a->facts));
    a->latest.since = timeline_wait_is_watched(a->facts)
                          ? a->latest.gate
                          : a->latest.since + timeline_wait_loaded_most(a->r, a->facts);
    if (seen && a->earliest.gate > a->earliest.since)
        a->earliest.since = a->earliest.gate;
}

static void add_loaded(struct ahead *a, int step)
{
    wait_loaded(a);
    add(a, step, false, arena_printf(a->arena, "step %d is loaded everywhere", step),
        timeline_wait_weakest(a->facts) >= EVIDENCE_LOADED
            ? "evidence from every cluster; the slowest one decides"
            : arena_printf(a->arena, "time alone: %s after the commit, assumed",
                           counted(a, a->facts->policy->sync_allowance)));
}

static void add_gate(struct ahead *a, int step)
{
    int64_t wait = timeline_wait_leaves(a->r, a->facts->policy, a->leaf_ttl, step);
    bool turned =
        timeline_wait_weakest(a->facts) == EVIDENCE_TURNED && wait > a->facts->policy->skew;

    come_to(a, turned ? a->earliest.since : a->earliest.since + wait);
    come_past(a, a->latest.since + wait);
    add(a, step, false, arena_printf(a->arena, "the gate of step %d opens", step),
        arena_printf(a->arena, "%s, until earlier workload certificates have expired",
                     counted(a, wait)));
}

static void add_approval(struct ahead *a, int step)
{
    bool given = a->r->approval[step].approved && rotation_running(a->r);

    if (a->facts->verification == VERIFY_MANUAL && !timeline_wait_goes_back(a->r) && !given)
        add(a, step, true, arena_printf(a->arena, "step %d is approved", step),
            arena_printf(a->arena, "an operator: weft.dev/rotation-approved: \"%s/%d\"",
                         rotation_running(a->r) ? a->r->id : "<rotation id>", step));
}

/* The others follow the canary in the pass that sees it loaded. */
static bool has_canary(const struct ahead *a, int step)
{
    if (step != 2 || timeline_wait_goes_back(a->r) || !a->facts->canary)
        return false;
    for (size_t i = 0; i < a->facts->mesh_count; i++)
        if (text_equal(a->facts->meshes[i].mesh, a->facts->canary))
            return true;
    return false;
}

static void add_followers(struct ahead *a, int step)
{
    const char *waits;

    wait_loaded(a);
    waits = wait_open(a, "the canary");
    begin_wait(a);
    add(a, step, false,
        arena_printf(a->arena, "commit step %d for the other clusters: the canary has loaded it",
                     step),
        waits);
}

/* --- the rows that an undisturbed rotation takes --- */

static void ahead_commit(struct ahead *a, enum phase phase)
{
    add_commit(a, (int)phase);
    if (has_canary(a, (int)phase))
        add_followers(a, (int)phase);
    a->assumed.at.phase = phase;
    a->assumed.at.progress = PROGRESS_COMMITTED;
}

static void ahead_end(struct ahead *a)
{
    add(a, 0, false, "FINISHED", "the next pass");
    a->done = true;
}

static void ahead_start(struct ahead *a)
{
    a->assumed.at.direction = DIRECTION_FORWARD;
    a->assumed.immediate = false;
    ahead_commit(a, PHASE_BOTH);
}

static void ahead_start_at_once(struct ahead *a)
{
    a->assumed.at.direction = DIRECTION_FORWARD;
    a->assumed.immediate = true;
    ahead_commit(a, PHASE_NEW);
}

static void ahead_loaded(struct ahead *a)
{
    add_loaded(a, (int)a->assumed.at.phase);
    a->assumed.at.progress = PROGRESS_LOADED;
}

static void ahead_verified(struct ahead *a)
{
    add_gate(a, (int)a->assumed.at.phase);
    add_approval(a, (int)a->assumed.at.phase);
    next_pass(a);
    a->assumed.at.progress = PROGRESS_VERIFIED;
}

static void ahead_next(struct ahead *a) { ahead_commit(a, a->assumed.at.phase + 1); }

/* What was verified, or where the rotation turned around, waits for nothing more. */
static void ahead_back(struct ahead *a)
{
    if (a->assumed.at.progress == PROGRESS_LOADED)
        ahead_verified(a);
    ahead_commit(a, a->assumed.at.phase - 1);
}

static void ahead_rolled_back(struct ahead *a)
{
    ahead_loaded(a);
    ahead_verified(a);
    ahead_end(a);
}

static void ahead_finished_at_once(struct ahead *a)
{
    ahead_loaded(a);
    ahead_end(a);
}

/* What the action of a row means for the walks. */
static const struct {
    void (*action)(struct work *w);
    void (*ahead)(struct ahead *a);
} meanings[] = {
    { start, ahead_start },
    { start_at_once, ahead_start_at_once },
    { mark_loaded, ahead_loaded },
    { mark_verified, ahead_verified },
    { commit_next, ahead_next },
    { go_back_to_old, ahead_back },
    { go_back_to_both, ahead_back },
    { go_back_to_reissued, ahead_back },
    { finish_back, ahead_rolled_back },
};

static void take_meaning(struct ahead *a, const struct transition *row)
{
    if (row->action == finish) {
        if (row->place == PLACE_COMMITTED)
            ahead_finished_at_once(a);
        else
            ahead_end(a);
        return;
    }
    for (size_t i = 0; i < LENGTH(meanings); i++)
        if (meanings[i].action == row->action) {
            meanings[i].ahead(a);
            return;
        }
    assert(false); /* a row that is expected has a meaning */
}

/* The first row that an undisturbed rotation takes here, in the order of the table.  None: the way
 * back is over. */
static void take_row(struct ahead *a)
{
    for (size_t i = 0; i < transition_count; i++) {
        const struct transition *row = &transitions[i];

        if (row->expected && transition_at(row->place, &a->assumed)
            && row->expected(&a->assumed, a->facts)) {
            take_meaning(a, row);
            return;
        }
    }
    ahead_end(a);
}

/* --- the step that was committed already --- */

/* When the last member was committed, or proven when all are; true: all are. */
static bool find_since(struct ahead *a)
{
    int64_t committed = 0, proven = 0;
    bool all = true, pushed = true;

    for (size_t i = 0; i < a->r->member_count; i++) {
        const struct member *member = &a->r->members[i];

        all &= member->proven != 0;
        pushed &= member->committed != 0;
        if (member->proven == 0 && member->committed > committed)
            committed = member->committed;
        if (member->proven == 0 && member->doubted > committed && member->committed != 0
            && !timeline_wait_is_watched(a->facts))
            committed = member->doubted;
        if (member->proven > proven)
            proven = member->proven;
    }
    if (!pushed) { /* it goes out in the next pass */
        come_past(a, a->latest.gate);
        begin_wait(a);
    }
    if (all)
        a->earliest.since = a->latest.since = proven;
    else if (pushed)
        a->earliest.since = a->latest.since = committed;
    return all;
}

/* All leaves of former steps are gone for sure. */
static bool all_turned(const struct rotation *r)
{
    for (size_t i = 0; i < r->member_count; i++)
        if (!r->members[i].turned)
            return false;
    return r->member_count > 0;
}

static bool canary_alone(const struct ahead *a)
{
    const struct rotation *r = a->r;

    for (size_t i = 1; has_canary(a, (int)r->at.phase) && i < r->member_count; i++)
        if (!material_equal(member_wanted(&r->members[i]), member_wanted(&r->members[0])))
            return true;
    return false;
}

static void add_open_gate(struct ahead *a)
{
    int64_t wait =
        all_turned(a->r) && (int)a->r->at.phase != 3
            ? 0
            : timeline_wait_leaves(a->r, a->facts->policy, a->leaf_ttl, (int)a->r->at.phase);

    come_to(a, a->earliest.since + wait);
    come_past(a, a->latest.since + wait);
    add(a, (int)a->r->at.phase, false,
        arena_printf(a->arena, "the gate of step %d opens", (int)a->r->at.phase),
        is_slow(a)
            ? arena_printf(a->arena, "earlier workload certificates to expire; each pass counts %s",
                           clock_duration_text(a->gain, a->arena))
            : "earlier workload certificates to expire");
}

static void add_current(struct ahead *a)
{
    const struct rotation *r = a->r;
    bool all = find_since(a);

    a->latest.endless = timeline_wait_is_stuck(r);
    if (canary_alone(a)) {
        add_followers(a, (int)r->at.phase);
        all = false;
    }
    if (!all)
        add_loaded(a, (int)r->at.phase);
    if (r->immediate)
        return;
    if (!r->failed && r->at.direction == DIRECTION_FORWARD && r->at.progress == PROGRESS_VERIFIED) {
        come_past(a, a->latest.from_gate);
        return;
    }
    if (all)
        add_open_gate(a);
    else
        add_gate(a, (int)r->at.phase);
    add_approval(a, (int)r->at.phase);
    next_pass(a);
}

/* --- the whole way --- */

static struct timeline_walk walk_now(const struct ahead *a)
{
    bool behind;

    return (struct timeline_walk){
        .at = a->facts->time.local,
        .gate = rotation_clock_next(&a->r->clock, &a->facts->time, &behind).gate,
    };
}

/* Where not all time since the last pass is known to count, none of it does. */
static struct timeline_walk walk_late(const struct ahead *a)
{
    struct timeline_walk walk = walk_now(a);

    if (a->facts->time.trusted || (a->r->clock.agreed && rotation_clock_agrees(&a->facts->time)))
        return walk;
    walk.at += is_slow(a) ? 0 : a->period;
    walk.gate = a->r->clock.gate;
    return walk;
}

/* What is committed already is half way: its waits count from when it was committed or proven. From
 * there, or from rest, every further row is assumed to be taken as soon as its wait is over. */
struct rotation_milestone *rotation_timeline(size_t *count, const struct rotation *rotation,
                                             const struct rotation_facts *facts,
                                             struct arena *arena)
{
    struct ahead a = { .r = rotation,
                       .assumed = *rotation,
                       .facts = facts,
                       .arena = arena,
                       .period = facts->policy->period,
                       .gain = rotation_clock_gain(&facts->time, facts->policy->period),
                       .leaf_ttl = timeline_wait_longest_leaf(rotation, facts) };

    a.earliest = walk_now(&a);
    a.latest = walk_late(&a);
    begin_wait(&a);
    a.assumed.failed = false;
    if (rotation_running(rotation)) {
        add_current(&a);
        a.assumed.at.progress = PROGRESS_VERIFIED;
    } else {
        come_past(&a, a.latest.gate); /* the next pass */
    }
    while (!a.done)
        take_row(&a);
    *count = a.count;
    return a.list;
}

const char *rotation_slow(const struct rotation_facts *facts, struct arena *arena)
{
    int64_t period = facts->policy->period, gain = rotation_clock_gain(&facts->time, period);

    if (gain >= period)
        return NULL;
    return arena_printf(arena, R3_SLOW, clock_duration_text(period, arena),
                        clock_duration_text(gain, arena),
                        clock_duration_text(CLOCK_UNCONFIRMED, arena));
}
