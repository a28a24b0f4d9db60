/* rotation/branch.c - a record and an output branch that disagree.  Pure: no clock, no files, no
 * keys.
 *
 * A reset of the branch may bring any older file into any cluster, so no material counts as dead or
 * loaded afterwards, and what was wanted last is pushed again.  One thing may not be pushed again:
 * a commit that was decided but never pushed was proved against what was alive before the reset.
 * When it no longer fits, it is withdrawn, and the phase before it is verified again.
 *
 * A branch that is further than the record means that this state is a restored backup.  The newer
 * state had proved that step, and clusters may hold it, so the record follows; but only where no
 * intermediate is signed again: certificates that this state does not know stop a pass before
 * (pki/stale_state.c). */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/text.h"

/* What members hold in the phase that the branch has come to; NULL: another key would sign. */
static struct material *branch_materials(const struct work *w)
{
    const struct rotation *r = w->r;
    struct material *next = ARENA_NEW(w->arena, struct material, r->member_count);

    for (size_t i = 0; i < r->member_count; i++) {
        const struct material *now = member_wanted(&r->members[i]);

        next[i] = phase_material(w, r, PHASE_NEW, now->signer);
        if (!text_equal(next[i].signer, now->signer))
            return NULL;
    }
    return next;
}

bool branch_is_ahead(const struct work *w, struct obstacle *left)
{
    const struct rotation *r = w->r;

    (void)left;
    return w->facts->branch_step == PHASE_NEW && r->at.direction == DIRECTION_FORWARD
           && r->at.phase < PHASE_NEW && branch_materials(w);
}

void branch_catch_up(struct work *w)
{
    struct rotation *r = w->r;

    commit_materials(w, branch_materials(w));
    waiting_forget(r);
    w->caught_up = true;
    w->out->forced = true; /* it is out already, whatever could be proved here */
    r->at.phase = PHASE_NEW;
    r->at.progress = PROGRESS_COMMITTED;
    r->failed = false;
    r->published = false;
    condition(w, NULL, R61_BRANCH_AHEAD, (int)r->at.phase, r->id);
}

static struct member *resurrected(const struct work *w)
{
    const struct rotation *r = w->r;
    struct member *members = ARENA_NEW(w->arena, struct member, r->member_count);

    for (size_t i = 0; i < r->member_count; i++) {
        members[i] = r->members[i];
        member_resurrect(&members[i]);
    }
    return members;
}

bool branch_was_reset(const struct work *w, struct obstacle *left)
{
    (void)left;
    return w->facts->reverted && !w->caught_up;
}

bool intent_is_unsafe(const struct work *w, struct obstacle *left)
{
    const struct rotation *r = w->r;

    return branch_was_reset(w, left) && !r->published && !r->immediate && !r->failed
           && r->at.progress == PROGRESS_COMMITTED && w->facts->branch_step != (int)r->at.phase
           && gate_wanted_fit(resurrected(w), r->member_count, w->clock).reason != GATE_OPEN;
}

/* It joined in the commit that is withdrawn: what it held before is nothing, or of another virtual
 * mesh. */
static bool joined_just_now(const struct rotation *r, const struct member *member)
{
    return member->held_count < 2
           || !bundle_has(&r->bundle, member->held[member->held_count - 2].signer);
}

/* Every member is asked for what it held before, and one that joined meanwhile for what the others
 * hold: left at the withdrawn phase it would be the only cluster there. */
void intent_withdraw(struct work *w)
{
    struct rotation *r = w->r;
    const char *signer = anchor_of(w, r->old);

    r->members = resurrected(w);
    r->at.phase = r->at.direction == DIRECTION_BACK ? r->at.phase + 1 : r->at.phase - 1;
    r->at.progress = PROGRESS_LOADED;
    w->out->moved = true;
    for (size_t i = 0; i < r->member_count; i++)
        if (!joined_just_now(r, &r->members[i])) {
            const struct material before = r->members[i].held[r->members[i].held_count - 2];

            member_set_committed(&r->members[i], &before, w->clock);
            signer = before.signer;
        }
    for (size_t i = 0; i < r->member_count; i++)
        if (joined_just_now(r, &r->members[i])) {
            const struct material next = phase_material(w, r, r->at.phase, signer);

            member_set_committed(&r->members[i], &next, w->clock);
        }
}

void branch_push_again(struct work *w)
{
    struct rotation *r = w->r;

    r->members = resurrected(w);
    r->published = false;
    condition(w, NULL, R60_BRANCH_RESET, (int)r->at.phase);
}
