/* rotation/rollback.c - the way back (rows 16 to 19): step by step, each as safe as a step forward.
 * Pure. */
#include "rotation/private.h"

#include "base/text.h"

static bool old_can_sign(const struct work *w)
{
    return signing_ca(w, anchor_of(w, w->r->old)) != NULL;
}

/* Whether somebody's signer is another one than the old root's. */
static bool signed_otherwise(const struct work *w)
{
    const char *old = anchor_of(w, w->r->old);

    for (size_t i = 0; i < w->r->member_count; i++)
        if (!text_equal(member_wanted(&w->r->members[i])->signer, old))
            return true;
    return false;
}

bool begin_back(struct work *w, const char *why)
{
    struct rotation *r = w->r;

    if (signed_otherwise(w) && !old_can_sign(w) && r->step != 3) {
        const char *error = "cannot roll back, old key unavailable: forward is the only way";

        add_note(w, true, "", "%s", error); /* row 18 */
        add_condition(w, r->state, error, "a way back was asked for: %s", why);
        return false;
    }
    r->back = true;
    r->state = ROTATION_ROLLING_BACK;
    add_condition(w, r->state, NULL, "rotation %s goes back from step %d: %s", r->id, r->step, why);
    return true;
}

/* Row 19 without the old key: the old root is trusted again, and there it ends. */
static bool stop_here(struct work *w)
{
    struct rotation *r = w->r;

    if (r->step != 2 || old_can_sign(w))
        return false;
    r->back = false;
    r->state = ROTATION_PROPAGATING_NEW_INTERMEDIATE;
    r->hold = "the way back ends here, for the old root's key is gone; weft rotation resume goes "
              "forward again";
    add_condition(w, r->state, r->hold, "rotation %s stays in step 2", r->id);
    return true;
}

static bool all_at(const struct work *w, int step)
{
    for (size_t i = 0; i < w->r->member_count; i++) {
        const struct material *now = member_wanted(&w->r->members[i]);
        const struct material there = step_material(w, step, now->signer);

        if (!material_equal(now, &there))
            return false;
    }
    return true;
}

/* As far back as is safe now: what has to die first decides about the rest. */
bool back_next(struct work *w)
{
    struct rotation *r = w->r;

    if (stop_here(w))
        return true;
    for (int step = 0; step < 3 && step <= r->step; step++) {
        bool there = all_at(w, step);

        if (there && step == r->step && r->state != ROTATION_ROLLING_BACK)
            return false; /* out->gate says what the step before waits for */
        if (step < 2 && signed_otherwise(w) && !old_can_sign(w))
            continue;
        if (commit_step(w, step, false,
                        arena_printf(w->arena, "rotation %s: back to step %d", r->id, step)))
            return true;
    }
    return false;
}

/* Everybody holds step 0 again. */
void finish_back(struct work *w)
{
    struct rotation *r = w->r;
    bool returned = w->facts->target.kind == TARGET_CA && text_equal(w->facts->target.ca, r->old);

    for (size_t i = 0; i < r->bundle.count; i++) {
        const struct rotation_ca *ca = signing_ca(w, r->bundle.roots[i]);

        if (ca && !text_equal(ca->anchor, anchor_of(w, r->old)))
            retire_ca(w, ca->id);
    }
    r->rejected = returned ? "" : r->digest;
    r->state = ROTATION_FINISHED;
    r->back = false;
    r->pending = "";
    add_condition(w, r->state, NULL, "rotation %s was rolled back: root %s is trusted alone again",
                  r->id, ca_words(w, r->old));
}
