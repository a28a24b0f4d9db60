/* rotation/forward.c - the way from one phase to the next.  Pure: no clock, no files, no keys.
 *
 * Each phase is committed, then loaded by every member, then verified: its gate is open, and where
 * the specs ask for that an operator approved it.  The pass after that commits the next one, if the
 * gate is still open by then.  An approval never opens a gate; only force does, and with a reason.
 */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/text.h"

static bool is_forced(const struct rotation *r) { return r->approval[r->at.phase].forced; }

bool is_paused(const struct work *w, struct obstacle *left)
{
    (void)left;
    return !text_empty(w->r->pause);
}

/* A rotation that has turned around takes back what waits, whether it was published or not. */
bool is_unpublished(const struct work *w, struct obstacle *left)
{
    const struct position at = w->r->at;

    (void)left;
    return !w->r->published
           && !(at.direction == DIRECTION_BACK && at.progress == PROGRESS_VERIFIED);
}

/* --- an emergency --- */

/* The root may be in wrong hands: no gates any more, straight to the new one alone, also from the
 * way back to the old one. */
static struct rotation hurried(const struct work *w)
{
    struct rotation next = *w->r;

    next.immediate = true;
    next.at.direction = DIRECTION_FORWARD;
    return next;
}

bool wants_emergency(const struct work *w, struct obstacle *left)
{
    const struct rotation next = hurried(w);

    return w->start_compromised && !w->r->immediate && commit_fits(w, &next, PHASE_NEW, true, left);
}

void commit_new_at_once(struct work *w)
{
    *w->r = hurried(w);
    commit_phase(w, PHASE_NEW, true, R16_EMERGENCY, w->r->id, text_of_ca(w, w->r->new));
}

/* --- the canary --- */

static bool all_at_phase(const struct work *w)
{
    for (size_t i = 0; i < w->r->member_count; i++)
        if (!member_at_phase(w, &w->r->members[i]))
            return false;
    return true;
}

static bool lacks_canary(const struct work *w)
{
    return w->facts->canary && !find_mesh(w, w->facts->canary);
}

static bool loaded_or_forced(const struct work *w, struct obstacle *left)
{
    const struct rotation *r = w->r;

    obstacle_judge(left, gate_loaded(r->members, r->member_count));
    return left->gate.reason == GATE_OPEN || is_forced(r);
}

/* Some members were left out of the phase: the canary went first. */
static bool followers_wait(const struct work *w, struct obstacle *left)
{
    return w->r->at.direction == DIRECTION_FORWARD && !w->r->immediate && loaded_or_forced(w, left)
           && !all_at_phase(w);
}

/* The member that was to go first is not there: then none goes. */
bool canary_is_gone(const struct work *w, struct obstacle *left)
{
    return lacks_canary(w) && followers_wait(w, left);
}

bool canary_is_missing(const struct work *w, struct obstacle *left)
{
    (void)left;
    return lacks_canary(w) && w->r->at.phase == PHASE_BOTH;
}

void name_missing_canary(struct work *w)
{
    note(w, true, "", R14_CANARY_MISSING, w->facts->canary, w->r->id);
}

bool followers_can_follow(const struct work *w, struct obstacle *left)
{
    return followers_wait(w, left) && commit_fits(w, w->r, w->r->at.phase, false, left);
}

void commit_followers(struct work *w)
{
    commit_phase(w, w->r->at.phase, false, R13_FOLLOWERS, w->r->id, (int)w->r->at.phase);
}

/* --- loaded --- */

bool all_loaded(const struct work *w, struct obstacle *left)
{
    const struct rotation *r = w->r;

    if (r->at.direction == DIRECTION_FORWARD && !all_at_phase(w))
        return false; /* the followers' commit says what it waits for */
    return loaded_or_forced(w, left);
}

void mark_loaded(struct work *w)
{
    struct rotation *r = w->r;
    const struct gate loaded = gate_loaded(r->members, r->member_count);

    r->at.progress = PROGRESS_LOADED;
    r->entered = w->clock.now;
    if (loaded.reason != GATE_OPEN)
        condition(w, NULL, R8_LOADED_FORCED, (int)r->at.phase, r->id, r->member_count, r->force);
    else
        condition(w, NULL, R8_LOADED, r->member_count, (int)r->at.phase, r->id,
                  loaded.assumed ? " (assumed from time alone, without evidence)" : "");
}

/* --- verified --- */

/* The end of a phase without successor: loaded, and clocks may differ. */
static struct gate last_gate(const struct work *w)
{
    const struct rotation *r = w->r;
    struct gate gate = gate_loaded(r->members, r->member_count);

    for (size_t i = 0; gate.reason == GATE_OPEN && i < r->member_count; i++)
        if (w->clock.now < r->members[i].proven + w->facts->policy->skew)
            gate = (struct gate){ .reason = GATE_LEAVES,
                                  .member = i,
                                  .opens = r->members[i].proven + w->facts->policy->skew };
    return gate;
}

/* What the present phase waits for before it is verified. */
static struct gate phase_gate(const struct work *w)
{
    const struct rotation *r = w->r;
    struct material *next = ARENA_NEW(w->arena, struct material, r->member_count);
    struct gate gate;

    if (r->at.phase == PHASE_NEW)
        return last_gate(w);
    gate = gate_turned(r->members, r->member_count, w->clock);
    if (gate.reason != GATE_OPEN)
        return gate;
    for (size_t i = 0; i < r->member_count; i++)
        next[i] = phase_material(w, r, r->at.phase + 1, member_wanted(&r->members[i])->signer);
    return gate_fits(r->members, next, r->member_count, w->clock);
}

bool gate_is_open(const struct work *w, struct obstacle *left)
{
    const struct rotation *r = w->r;

    obstacle_judge(left, phase_gate(w));
    if (left->gate.reason != GATE_OPEN && !is_forced(r))
        return false;
    return w->facts->verification != VERIFY_MANUAL || r->approval[r->at.phase].approved;
}

void mark_verified(struct work *w)
{
    w->r->at.progress = PROGRESS_VERIFIED;
    condition(w, NULL, R9_VERIFIED, (int)w->r->at.phase, w->r->id,
              is_forced(w->r) ? " (FORCED)" : "");
}

/* What happened since may have closed the gate again. */
bool gate_has_closed(const struct work *w, struct obstacle *left)
{
    obstacle_judge(left, phase_gate(w));
    return left->gate.reason != GATE_OPEN && !is_forced(w->r);
}

void verify_again(struct work *w)
{
    const struct gate gate = phase_gate(w);

    w->r->at.progress = PROGRESS_LOADED;
    condition(w, NULL, R10_GATE_CLOSED, (int)w->r->at.phase, w->r->id,
              gate_text(&gate, w->r->members, w->clock, w->arena));
}

bool next_phase_fits(const struct work *w, struct obstacle *left)
{
    const struct rotation *r = w->r;

    return r->at.phase < PHASE_NEW && commit_fits(w, r, r->at.phase + 1, is_forced(r), left);
}

void commit_next(struct work *w)
{
    const enum phase next = w->r->at.phase + 1;
    const bool forced = is_forced(w->r);
    const char *id = w->r->id, *ca = text_of_ca(w, w->r->new);

    switch (next) {
    case PHASE_OLD: /* is no phase that comes next */
    case PHASE_BOTH:
        commit_phase(w, next, forced, R12_PHASE_BOTH, id, ca);
        return;
    case PHASE_REISSUED:
        commit_phase(w, next, forced, R12_PHASE_REISSUED, id, ca);
        return;
    case PHASE_NEW:
        commit_phase(w, next, forced, R12_PHASE_NEW, id, ca);
        return;
    }
}

/* --- the end --- */

/* Without gates a rotation is over as soon as all have loaded its only phase. */
bool can_finish_at_once(const struct work *w, struct obstacle *left)
{
    return w->r->immediate && loaded_or_forced(w, left);
}

bool can_finish(const struct work *w, struct obstacle *left)
{
    (void)left;
    return w->r->at.phase == PHASE_NEW;
}

void finish(struct work *w)
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
    r->at = (struct position){ DIRECTION_FORWARD, PHASE_NEW, PROGRESS_DONE };
    r->pending = "";
    condition(w, NULL, R15_FINISHED, r->id, text_of_ca(w, r->new));
}
