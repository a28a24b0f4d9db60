/* rotation/target.c - what the specs ask for while a rotation runs.  Pure: no clock, no files, no
 * keys.
 *
 * Only the newest target counts, and it changes the running rotation only where that is safe: the
 * former trust turns it around; another root is added to the bundle, which istiod takes, and then
 * all gates are waited for again.  What cannot be added any more - the old root is going, the
 * bundle is full, the root is in it - is queued, and looked at when this rotation is done. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/text.h"
#include <assert.h>

static bool is_returned(const struct work *w)
{
    const struct rotation_target *target = &w->facts->target;

    return target->kind == TARGET_CA && text_equal(target->ca, w->r->old);
}

static bool target_differs(const struct work *w)
{
    const struct rotation_target *target = &w->facts->target;

    return target->kind == TARGET_MAKE
           || (target->kind == TARGET_CA && !text_equal(target->ca, w->r->new));
}

static const char *target_text(const struct work *w)
{
    const struct rotation_target *target = &w->facts->target;

    return target->kind == TARGET_CA ? text_of_ca(w, target->ca)
                                     : "a generated root that does not exist yet";
}

static bool is_queued(const struct work *w) { return text_equal(w->r->pending, target_text(w)); }

void queue_target(struct work *w)
{
    w->r->pending = target_text(w);
    condition(w, NULL, R36_QUEUED, w->r->id, w->r->pending);
}

/* --- on the way back --- */

bool queued_on_way_back(const struct work *w, struct obstacle *left)
{
    (void)left;
    return target_differs(w) && !is_returned(w) && !is_queued(w);
}

/* --- on the way forward --- */

/* A rollback that was requested and cannot begin is answered first. */
static bool target_counts(const struct work *w) { return !w->rollback || w->r->immediate; }

bool target_is_bad(const struct work *w, struct obstacle *left)
{
    (void)left;
    return target_counts(w) && w->facts->target.kind == TARGET_BAD;
}

void note_bad_target(struct work *w) { note(w, true, "", R30_UNUSABLE_WHY, w->facts->target.why); }

bool target_agrees(const struct work *w, struct obstacle *left)
{
    (void)left;
    return target_counts(w) && w->facts->target.kind == TARGET_CA && !target_differs(w)
           && !text_empty(w->r->pending);
}

void forget_pending(struct work *w) { w->r->pending = ""; }

static bool wants_return(const struct work *w)
{
    return target_counts(w) && target_differs(w) && is_returned(w) && !w->r->immediate;
}

bool target_returned(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_return(w) && can_turn_back(w);
}

static const char returned[] = "the spec requests the old root again";

void turn_back_returned(struct work *w) { turn_back(w, returned); }

bool target_returned_in_vain(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_return(w) && !can_turn_back(w);
}

void refuse_returned(struct work *w) { refuse_back(w, returned); }

/* --- another root --- */

static bool wants_another(const struct work *w)
{
    return target_counts(w) && target_differs(w) && !wants_return(w);
}

static bool cannot_supersede(const struct work *w)
{
    const struct rotation *r = w->r;
    const struct rotation_target *target = &w->facts->target;

    return r->immediate || r->at.phase == PHASE_NEW || r->bundle.count == BUNDLE_MAX
           || (target->kind == TARGET_CA && bundle_has(&r->bundle, anchor_of(w, target->ca)));
}

bool target_must_queue(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_another(w) && cannot_supersede(w) && !is_queued(w);
}

bool next_root_missing(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_another(w) && !cannot_supersede(w) && w->facts->target.kind == TARGET_MAKE;
}

void make_target_root(struct work *w) { make_root(w, w->facts->target.why); }

static bool wants_superseding(const struct work *w)
{
    return wants_another(w) && !cannot_supersede(w) && w->facts->target.kind == TARGET_CA;
}

static const char *target_unfit(const struct work *w)
{
    return candidate_unfit(w, find_ca(w->facts, w->facts->target.ca));
}

bool next_root_unfit(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_superseding(w) && target_unfit(w);
}

void note_target_unfit(struct work *w) { note_unusable(w, target_unfit(w)); }

/* One root more, and every member's signer as it is. */
static struct rotation superseded(const struct work *w)
{
    const struct rotation_ca *ca = find_ca(w->facts, w->facts->target.ca);
    struct rotation next = *w->r;

    bundle_append(&next.bundle, ca->anchor);
    name_rotation(w, &next, ca);
    return next;
}

bool can_supersede(const struct work *w, struct obstacle *left)
{
    struct rotation next;

    if (!wants_superseding(w) || target_unfit(w))
        return false;
    next = superseded(w);
    return commit_fits(w, &next, PHASE_BOTH, false, left);
}

void supersede(struct work *w)
{
    *w->r = superseded(w);
    /* istiod takes the change only when the new root comes last */
    assert(text_equal(w->r->bundle.roots[w->r->bundle.count - 1], anchor_of(w, w->r->new)));
    commit_phase(w, PHASE_BOTH, false, R37_SUPERSEDED, w->r->id, text_of_ca(w, w->r->new));
}
