/* rotation/commit.c - the one place that commits a phase.  Pure: no clock, no files, no keys.
 *
 * A phase is committed for all members at once, and only if two things hold.  Every member that
 * needs another intermediate has a CA that can sign it: a phase that one member cannot take is
 * taken by none.  And gate_fits proves that every material that is still alive anywhere fits every
 * material of the phase, and that each istiod takes its change of the bundle without a restart.
 * Forcing skips the second proof and never the first.
 *
 * The proof is made on a candidate, the record as it would be (superseded, turned around, started),
 * while the record itself stays as it is; only an action replaces it. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/text.h"
#include <assert.h>

void obstacle_judge(struct obstacle *left, struct gate gate)
{
    left->judged = true;
    left->gate = gate;
}

/* With a canary, step 2 is the canary's alone until it is known to have loaded it. */
static bool waits_for_canary(const struct work *w, const struct rotation *r, enum phase phase,
                             const struct member *member)
{
    const struct member *canary = w->facts->canary ? rotation_member(r, w->facts->canary) : NULL;
    const struct material next = phase_material(w, r, phase, "");

    if (phase != PHASE_REISSUED || r->at.direction == DIRECTION_BACK || !canary
        || text_equal(member->mesh, w->facts->canary))
        return false;
    return canary->proven == 0 || !material_equal(member_wanted(canary), &next);
}

static struct material *materials_of(const struct work *w, const struct rotation *r,
                                     enum phase phase)
{
    struct material *next = ARENA_NEW(w->arena, struct material, r->member_count);

    for (size_t i = 0; i < r->member_count; i++) {
        const struct material *now = member_wanted(&r->members[i]);

        next[i] = waits_for_canary(w, r, phase, &r->members[i])
                      ? *now
                      : phase_material(w, r, phase, now->signer);
    }
    return next;
}

/* The anchor under which some member needs an intermediate that nothing can sign; NULL: none. */
static const char *keyless_anchor(const struct work *w, const struct rotation *r,
                                  const struct material *next)
{
    for (size_t i = 0; i < r->member_count; i++) {
        const struct rotation_member_input *mesh = find_mesh(w, r->members[i].mesh);
        bool keeps = text_equal(member_wanted(&r->members[i])->signer, next[i].signer)
                     && !text_empty(mesh->ca);

        if (!keeps && !signing_ca(w, r, next[i].signer))
            return next[i].signer;
    }
    return NULL;
}

bool commit_fits(const struct work *w, const struct rotation *candidate, enum phase phase,
                 bool forced, struct obstacle *left)
{
    const struct material *next = materials_of(w, candidate, phase);

    left->keyless = keyless_anchor(w, candidate, next);
    if (left->keyless)
        return false;
    obstacle_judge(left, gate_fits(candidate->members, next, candidate->member_count, w->clock));
    return left->gate.reason == GATE_OPEN || forced;
}

void commit_materials(struct work *w, const struct material *next)
{
    struct rotation *r = w->r;

    for (size_t i = 0; i < r->member_count; i++) {
        if (material_equal(member_wanted(&r->members[i]), &next[i]))
            continue;
        member_set_committed(&r->members[i], &next[i], w->clock);
        w->out->moved = true;
    }
}

void commit_phase_as(struct work *w, enum phase phase, bool forced, const char *source,
                     const char *fmt, ...)
{
    struct rotation *r = w->r;
    const char *message;
    va_list args;
    const struct material *next = materials_of(w, r, phase);

    w->out->forced =
        forced && gate_fits(r->members, next, r->member_count, w->clock).reason != GATE_OPEN;
    w->out->gate = (struct gate){ .reason = GATE_OPEN };
    commit_materials(w, next);
    if (forced)
        waiting_forget(r); /* no proof is asked for */
    r->at.phase = phase;
    r->at.progress = PROGRESS_COMMITTED;
    r->failed = false;
    r->published = !w->out->moved && r->published;
    r->entered = w->clock.now;
    r->deadline = w->clock.now + w->facts->policy->sync_allowance;
    assert(position_is_legal(r->at));
    va_start(args, fmt);
    message = arena_vprintf(w->arena, fmt, args);
    va_end(args);
    condition_add(w, rotation_shown(r), NULL, source, "%s%s%s", message,
                  w->out->forced && *r->force ? "; its gate was FORCED OPEN: " : "",
                  w->out->forced ? r->force : "");
}

bool member_at_phase(const struct work *w, const struct member *member)
{
    const struct material *now = member_wanted(member);
    const struct material there = phase_material(w, w->r, w->r->at.phase, now->signer);

    return material_equal(now, &there);
}
