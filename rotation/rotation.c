/* rotation/rotation.c - when the trust of a virtual mesh may move on.  Pure: no clock, no files, no
 * keys, no randomness. */
#include "rotation/rotation.h"
#include "rotation/ca.h"

#include "base/clock.h"
#include "base/text.h"
#include "rotation/private.h"

enum { STATES_A_PASS = 8 }; /* more than a pass can go through */
enum { PUSH_MAX = 86400 };  /* no pass takes longer: the clock jumped */

struct rotation rotation_none(void)
{
    return (struct rotation){ .id = "",
                              .state = ROTATION_NOT_ROTATING,
                              .deployed = "",
                              .deployed_trust = "",
                              .old = "",
                              .new = "",
                              .pending = "",
                              .trust = "",
                              .digest = "",
                              .rejected = "",
                              .hold = "",
                              .force = "",
                              .words = "",
                              .published = true };
}

/* A member whose certificates could not be delivered is not waited for by the clock: it keeps every
 * gate closed until they are out. */
void rotation_published(struct rotation *rotation, int64_t now,
                        const struct rotation_delivered *delivered)
{
    int64_t since = now > rotation->clock.local ? now - rotation->clock.local : 0;

    if (since > PUSH_MAX)
        since = PUSH_MAX;
    rotation->published = true;
    for (size_t i = 0; i < rotation->member_count; i++) {
        struct member *member = &rotation->members[i];

        if (member->committed == 0
            && (!delivered || delivered->is_out(delivered->context, member->mesh)))
            member->committed = rotation->clock.gate + since;
    }
}

void rotation_withdrawn(struct rotation *rotation)
{
    rotation->published = false;
    for (size_t i = 0; i < rotation->member_count; i++) {
        struct member *member = &rotation->members[i];

        if (rotation_running(rotation)
            || !text_equal(member_wanted(member)->signer, member->held[0].signer))
            member_resurrect(member); /* else weft gave it nothing yet */
    }
}

void rotation_told(struct rotation *rotation) { rotation->words = ""; }

/* --- forward --- */

static bool is_late(const struct work *w, const struct member *member)
{
    return member->proven == 0 && member->committed != 0
           && w->clock.now > member->committed + w->facts->policy->sync_allowance;
}

static bool is_lost(const struct work *w, const struct member *member)
{
    return member->proven == 0 && member->committed != 0
           && w->clock.now > member->committed + w->facts->policy->fail_after;
}

static void fail(struct work *w, const char *lost)
{
    struct rotation *r = w->r;

    r->failed_in = r->state;
    r->state = ROTATION_FAILED;
    add_condition(
        w, r->state,
        arena_printf(w->arena, "not loaded for %s by: %s",
                     clock_duration_text(w->facts->policy->fail_after, w->arena), lost),
        "rotation %s stands in step %d; what clusters hold stays valid, and it goes on by "
        "itself when they have loaded it",
        r->id, r->step);
}

/* Row 27. */
static bool overdue(struct work *w)
{
    const char *late = cluster_words(w, is_late), *lost = cluster_words(w, is_lost);
    struct rotation *r = w->r;

    if (!*late)
        return false;
    add_note(w, false, "", "step %d of rotation %s is overdue in: %s", r->step, r->id, late);
    if (w->facts->policy->rollback_on_deadline && !r->back && !r->at_once && r->step < 3)
        return begin_back(w, arena_printf(w->arena, "overdue in %s", late));
    if (!*lost)
        return false;
    fail(w, lost);
    return true;
}

static const char *step_words(const struct work *w, int step)
{
    const char *ca = ca_words(w, w->r->new);

    switch (step) {
    case 1:
        return arena_printf(w->arena, "rotation %s: root %s is added", w->r->id, ca);
    case 2:
        return arena_printf(w->arena, "rotation %s: intermediates under root %s go out", w->r->id,
                            ca);
    default:
        return arena_printf(w->arena, "rotation %s: root %s is trusted alone", w->r->id, ca);
    }
}

static void finish(struct work *w)
{
    struct rotation *r = w->r;

    for (size_t i = 0; i < r->bundle.count; i++)
        for (size_t k = 0; k < w->facts->ca_count; k++) {
            const struct rotation_ca *ca = &w->facts->cas[k];

            if (text_equal(ca->anchor, r->bundle.roots[i])
                && !text_equal(ca->anchor, anchor_of(w, r->new)))
                retire_ca(w, ca->id);
        }
    r->deployed = r->new;
    r->deployed_trust = r->trust;
    r->state = ROTATION_FINISHED;
    r->pending = "";
    add_condition(w, r->state, NULL, "rotation %s is done: root %s is trusted alone", r->id,
                  ca_words(w, r->new));
}

static bool all_at_step(const struct work *w)
{
    for (size_t i = 0; i < w->r->member_count; i++)
        if (!member_at_step(w, &w->r->members[i]))
            return false;
    return true;
}

/* The one that was to go first is not there: then nobody goes. */
static bool lacks_canary(struct work *w)
{
    const char *canary = w->facts->canary;

    if (!canary || find_mesh(w, canary))
        return false;
    add_note(w, true, "",
             "the canary %s takes no part in rotation %s, so step 2 waits: name another cluster in "
             "the annotation weft.dev/rotation-canary, or none",
             canary, w->r->id);
    return true;
}

static bool others_follow(struct work *w)
{
    return commit_step(w, w->r->step, false,
                       arena_printf(w->arena,
                                    "rotation %s: the canary holds step %d, the others follow",
                                    w->r->id, w->r->step));
}

/* Rows 6, 11 and 13: everybody holds it. */
static bool active_next(struct work *w)
{
    struct rotation *r = w->r;
    struct gate loaded = gate_loaded(r->members, r->member_count);

    w->out->gate = loaded;
    if (loaded.reason != GATE_OPEN && !step_forced(r, r->step))
        return overdue(w);
    if (r->back && r->step == 0) {
        finish_back(w);
        return true;
    }
    if (r->at_once) {
        finish(w);
        return true;
    }
    if (!r->back && !all_at_step(w))
        return !lacks_canary(w) && others_follow(w);
    r->state = ROTATION_VERIFYING;
    r->entered = w->clock.now;
    if (loaded.reason != GATE_OPEN)
        add_condition(w, r->state, NULL,
                      "step %d of rotation %s goes on although not all %zu clusters are known to "
                      "hold it: FORCED: %s",
                      r->step, r->id, r->member_count, r->force);
    else
        add_condition(w, r->state, NULL, "all %zu clusters hold step %d of rotation %s%s",
                      r->member_count, r->step, r->id,
                      loaded.assumed ? " (assumed: by time alone, not by evidence)" : "");
    return true;
}

/* What step k waits for before it is VERIFIED. */
static struct gate step_gate(const struct work *w)
{
    const struct rotation *r = w->r;
    struct material *next = ARENA_NEW(w->arena, struct material, r->member_count);
    struct gate gate = gate_turned(r->members, r->member_count, w->clock);

    if (r->step == 3) { /* G3: loaded, and clocks may differ */
        gate = gate_loaded(r->members, r->member_count);
        for (size_t i = 0; gate.reason == GATE_OPEN && i < r->member_count; i++)
            if (w->clock.now < r->members[i].proven + w->facts->policy->skew)
                gate = (struct gate){ .reason = GATE_LEAVES,
                                      .member = i,
                                      .opens = r->members[i].proven + w->facts->policy->skew };
        return gate;
    }
    if (gate.reason != GATE_OPEN)
        return gate;
    for (size_t i = 0; i < r->member_count; i++)
        next[i] = step_material(w, r->step + 1, member_wanted(&r->members[i])->signer);
    return gate_fits(r->members, next, r->member_count, w->clock);
}

/* Rows 7 and 8.  An approval never opens a gate; only force does. */
static bool verifying_next(struct work *w)
{
    struct rotation *r = w->r;

    if (r->back)
        return back_next(w);
    w->out->gate = step_gate(w);
    if (w->out->gate.reason == GATE_NOT_LOADED && !step_forced(r, r->step) && overdue(w))
        return true;
    if (w->out->gate.reason != GATE_OPEN && !step_forced(r, r->step))
        return false;
    if (w->facts->verification == VERIFY_MANUAL && !(r->approved & (1u << r->step)))
        return false;
    r->state = ROTATION_VERIFIED;
    add_condition(w, r->state, NULL, "step %d of rotation %s is verified%s", r->step, r->id,
                  step_forced(r, r->step) ? " (FORCED)" : "");
    return false; /* the next pass goes on */
}

/* Rows 10, 12 and 14.  What happened since may have closed the gate again. */
static bool verified_next(struct work *w)
{
    struct rotation *r = w->r;
    bool force = step_forced(r, r->step);

    w->out->gate = step_gate(w);
    if (w->out->gate.reason != GATE_OPEN && !force) {
        r->state = ROTATION_VERIFYING;
        add_condition(w, r->state, NULL, "step %d of rotation %s is verified anew: %s", r->step,
                      r->id, gate_words(&w->out->gate, r->members, w->clock, w->arena));
        return false;
    }
    if (r->step == 3) {
        finish(w);
        return true;
    }
    if (r->step == 1 && lacks_canary(w))
        return false;
    return commit_step(w, r->step + 1, force, step_words(w, r->step + 1));
}

/* Row 28. */
static bool failed_next(struct work *w)
{
    struct rotation *r = w->r;

    if (gate_loaded(r->members, r->member_count).reason != GATE_OPEN && !w->retry) {
        add_note(w, true, "", "rotation %s failed in step %d: not loaded by %s", r->id, r->step,
                 cluster_words(w, is_lost));
        return false;
    }
    r->state = r->failed_in;
    for (size_t i = 0; w->retry && i < r->member_count; i++)
        if (r->members[i].proven == 0)
            r->members[i].committed = w->clock.now; /* a new deadline */
    add_condition(w, r->state, NULL, "rotation %s goes on in step %d", r->id, r->step);
    return true;
}

/* The root may be in wrong hands: no gates any more, straight to the new one alone, also from the
 * way back to the old one. */
static bool hurry(struct work *w)
{
    struct rotation *r = w->r;
    const struct rotation before = *r;

    if (!w->start_compromised || !rotation_running(r) || r->at_once)
        return false;
    r->at_once = true;
    r->back = false;
    if (commit_step(w, 3, true,
                    arena_printf(w->arena,
                                 "rotation %s: EMERGENCY, root %s is trusted alone at once", r->id,
                                 ca_words(w, r->new))))
        return true;
    *r = before;
    return false;
}

static bool next(struct work *w)
{
    struct rotation *r = w->r;

    if (!rotation_running(r))
        return rest_next(w);
    if (stands_still(r))
        return false;
    if (hurry(w) || target_changed(w))
        return true;
    switch (r->state) {
    case ROTATION_NOT_ROTATING:
    case ROTATION_FINISHED:
        return false;
    case ROTATION_PREVIOUS_CA:
    case ROTATION_ADDING_NEW_ROOT:
    case ROTATION_PROPAGATING_NEW_INTERMEDIATE:
    case ROTATION_DELETING_OLD_ROOT:
        return active_next(w);
    case ROTATION_VERIFYING:
        return verifying_next(w);
    case ROTATION_VERIFIED:
        return verified_next(w);
    case ROTATION_ROLLING_BACK:
        return back_next(w);
    case ROTATION_FAILED:
        return failed_next(w);
    }
    return false;
}

/* --- one plan --- */

static void *copy(struct arena *arena, const void *list, size_t count, size_t size)
{
    return count ? arena_grow(arena, list, count, count, size) : NULL;
}

static struct work begin(struct rotation_plan *out, const struct rotation *was,
                         const struct rotation_facts *facts, struct arena *arena)
{
    struct work w = { .out = out, .r = &out->next, .facts = facts, .arena = arena };
    struct rotation *r = w.r;
    bool behind;

    *out = (struct rotation_plan){ .next = *was };
    r->members = copy(arena, was->members, was->member_count, sizeof *was->members);
    r->retired = copy(arena, was->retired, was->retired_count, sizeof *was->retired);
    r->commands = copy(arena, was->commands, was->command_count, sizeof *was->commands);
    r->conditions = copy(arena, was->conditions, was->condition_count, sizeof *was->conditions);
    r->clock = rotation_clock_next(&was->clock, &facts->time, &behind);
    w.clock = (struct gate_clock){ .now = r->clock.gate,
                                   .shown = facts->time.local - r->clock.gate,
                                   .gain = rotation_clock_gain(&facts->time, facts->policy->period),
                                   .policy = facts->policy };
    if (behind)
        add_note(&w, true, "",
                 "the clock of this machine is behind that of others by more than %d minutes",
                 CLOCK_UNCONFIRMED / 60);
    return w;
}

/* Nothing that is written by such a clock could be taken back: the record stays as it is, the clock
 * of the last pass with it, and no certificate is issued. */
static bool clock_jumped(struct work *w, const struct rotation *was)
{
    enum clock_doubt doubt = rotation_clock_doubt(&was->clock, &w->facts->time);

    if (doubt == CLOCK_PLAUSIBLE)
        return false;
    w->out->next = *was;
    add_note(
        w, true, "",
        "the clock jumped: that of this machine is %s; no certificate is issued and no rotation "
        "begins or goes on until it is set right (if it is right, set evidence.trustClock: true "
        "for a pass)",
        w->facts->time.second != 0
            ? (doubt == CLOCK_AHEAD ? "more than a day later than a server's"
                                    : "more than a day earlier than a server's")
            : (doubt == CLOCK_AHEAD ? "more than a year later than the last pass and the newest "
                                      "commit of the output branch"
                                    : "more than a day earlier than the last pass"));
    w->out->words = "waits until this machine's clock is set right";
    return true;
}

/* A pass may go through several states, but never further than one commit, and never past VERIFIED
 * or FINISHED. */
void rotation_next(struct rotation_plan *out, const struct rotation *was,
                   const struct rotation_facts *facts, struct arena *arena)
{
    struct work w = begin(out, was, facts, arena);
    struct rotation *r = w.r;

    if (clock_jumped(&w, was))
        return;
    commands_take(&w);
    if (rotation_running(r))
        members_update(&w);
    else
        adoptions_update(&w);
    w.deaf = stands_still(r);
    for (int i = 0; i < STATES_A_PASS && !out->moved && next(&w); i++)
        if (r->state == ROTATION_FINISHED)
            break;
    members_join(&w);
    commands_drop(&w);
    plan_issues(&w);
    plan_disposal(&w);
    plan_warnings(&w);
    describe(&w);
}
