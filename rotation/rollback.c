/* rotation/rollback.c - the way back: phase by phase, each as safe as a step forward.  Pure: no
 * clock, no files, no keys.
 *
 * The same gates hold in both directions, for they only ask what is alive.  The way back goes as
 * far as is safe in one commit: what has to die first decides about the rest.  Signing under the
 * old root again needs its key; without it a rotation past its second phase goes forward only, and
 * one that already trusted the new root alone goes back as far as trusting both, and stops. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/text.h"

static bool old_can_sign(const struct work *w)
{
    return signing_ca(w, w->r, anchor_of(w, w->r->old)) != NULL;
}

/* Whether some member's signer is another one than the old root's. */
static bool signed_otherwise(const struct work *w)
{
    const char *old = anchor_of(w, w->r->old);

    for (size_t i = 0; i < w->r->member_count; i++)
        if (!text_equal(member_wanted(&w->r->members[i])->signer, old))
            return true;
    return false;
}

bool can_turn_back(const struct work *w)
{
    return w->r->at.phase == PHASE_NEW || old_can_sign(w) || !signed_otherwise(w);
}

void turn_back(struct work *w, const char *why)
{
    struct rotation *r = w->r;

    r->at.direction = DIRECTION_BACK;
    r->at.progress = PROGRESS_VERIFIED;
    r->failed = false;
    condition(w, NULL, R20_TURNED_BACK, r->id, (int)r->at.phase, why);
}

void refuse_back(struct work *w, const char *why)
{
    note(w, true, "", R21_NO_WAY_BACK_ERROR);
    condition(w, R21_NO_WAY_BACK_ERROR, R21_NO_WAY_BACK, why);
}

/* --- requested by an operator --- */

static bool wants_rollback(const struct work *w) { return w->rollback && !w->r->immediate; }

bool rollback_requested(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_rollback(w) && can_turn_back(w);
}

void turn_back_requested(struct work *w) { turn_back(w, w->rollback_reason); }

bool rollback_impossible(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_rollback(w) && !can_turn_back(w);
}

void refuse_rollback(struct work *w) { refuse_back(w, w->rollback_reason); }

/* --- on the way --- */

bool way_back_ends(const struct work *w, struct obstacle *left)
{
    (void)left;
    return w->r->at.phase == PHASE_REISSUED && !old_can_sign(w);
}

void stop_way_back(struct work *w)
{
    struct rotation *r = w->r;

    r->at = (struct position){ DIRECTION_FORWARD, PHASE_REISSUED, PROGRESS_COMMITTED };
    r->pause = R23_WAY_BACK_ENDS_PAUSE;
    condition(w, r->pause, R23_WAY_BACK_ENDS, r->id);
}

static bool all_at(const struct work *w, enum phase phase)
{
    for (size_t i = 0; i < w->r->member_count; i++) {
        const struct material *now = member_wanted(&w->r->members[i]);
        const struct material there = phase_material(w, w->r, phase, now->signer);

        if (!material_equal(now, &there))
            return false;
    }
    return true;
}

/* The present phase is committed again only when the rotation turned around in it, or when some
 * member does not hold it: then the gate says what the phase before it waits for. */
static bool can_go_back_to(const struct work *w, enum phase phase, struct obstacle *left)
{
    const struct rotation *r = w->r;

    if (phase > r->at.phase)
        return false;
    if (phase == r->at.phase && r->at.progress != PROGRESS_VERIFIED && all_at(w, phase))
        return false;
    if (phase < PHASE_REISSUED && signed_otherwise(w) && !old_can_sign(w))
        return false;
    return commit_fits(w, r, phase, false, left);
}

static void go_back_to(struct work *w, enum phase phase)
{
    commit_phase(w, phase, false, R22_BACK, w->r->id, (int)phase);
}

bool can_go_back_to_old(const struct work *w, struct obstacle *left)
{
    return can_go_back_to(w, PHASE_OLD, left);
}

void go_back_to_old(struct work *w) { go_back_to(w, PHASE_OLD); }

bool can_go_back_to_both(const struct work *w, struct obstacle *left)
{
    return can_go_back_to(w, PHASE_BOTH, left);
}

void go_back_to_both(struct work *w) { go_back_to(w, PHASE_BOTH); }

bool can_go_back_to_reissued(const struct work *w, struct obstacle *left)
{
    return can_go_back_to(w, PHASE_REISSUED, left);
}

void go_back_to_reissued(struct work *w) { go_back_to(w, PHASE_REISSUED); }

/* --- the end --- */

bool is_rolled_back(const struct work *w, struct obstacle *left)
{
    const struct rotation *r = w->r;

    if (r->at.direction != DIRECTION_BACK || r->at.phase != PHASE_OLD)
        return false;
    obstacle_judge(left, gate_loaded(r->members, r->member_count));
    return left->gate.reason == GATE_OPEN;
}

/* The target is remembered as rejected, so that the next pass does not start the same rotation
 * again, unless the specs went back, too. */
void finish_back(struct work *w)
{
    struct rotation *r = w->r;
    bool returned = w->facts->target.kind == TARGET_CA && text_equal(w->facts->target.ca, r->old);

    for (size_t i = 0; i < r->bundle.count; i++) {
        const struct rotation_ca *ca = signing_ca(w, r, r->bundle.roots[i]);

        if (ca && !text_equal(ca->anchor, anchor_of(w, r->old)))
            retire_ca(w, ca->id);
    }
    r->rejected = returned ? "" : r->digest;
    r->at = (struct position){ DIRECTION_BACK, PHASE_OLD, PROGRESS_DONE };
    r->pending = "";
    condition(w, NULL, R24_ROLLED_BACK, r->id, text_of_ca(w, r->old));
}
