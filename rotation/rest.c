/* rotation/rest.c - what the specs ask for while no rotation runs: the first certificates, a root
 * that nears its end, another root.  Pure: no clock, no files, no keys.
 *
 * At rest there is one deployed CA, and the rows ask in this order: is a former rotation to be
 * dropped, are there no certificates at all yet, does the deployed root near its end, do the
 * specs want another one.  Only the last two can begin a rotation, and a target that an operator
 * rolled back begins none until it changes or is retried. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"
#include "base/text.h"

/* --- after a rotation --- */

bool is_finished(const struct work *w, struct obstacle *left)
{
    (void)left;
    return !position_equal(w->r->at, position_at_rest());
}

void settle(struct work *w)
{
    w->r->at = position_at_rest();
    w->r->member_count = 0;
}

bool rejected_is_retried(const struct work *w, struct obstacle *left)
{
    (void)left;
    return w->retry && !text_empty(w->r->rejected);
}

void forget_rejected(struct work *w) { w->r->rejected = ""; }

/* --- the first certificates --- */

static bool is_first(const struct work *w, enum target_kind kind)
{
    return text_empty(w->r->deployed) && w->facts->mesh_count > 0 && w->facts->target.kind == kind;
}

static const struct rotation_ca *target_ca(const struct work *w)
{
    return find_ca(w->facts, w->facts->target.ca);
}

bool first_is_bad(const struct work *w, struct obstacle *left)
{
    (void)left;
    return is_first(w, TARGET_BAD);
}

bool first_root_missing(const struct work *w, struct obstacle *left)
{
    (void)left;
    return is_first(w, TARGET_MAKE);
}

void make_first_root(struct work *w) { make_root(w, "the virtual mesh has no root yet"); }

bool first_is_unfit(const struct work *w, struct obstacle *left)
{
    (void)left;
    return is_first(w, TARGET_CA) && candidate_unusable_first(w, target_ca(w));
}

void note_first_unfit(struct work *w)
{
    note(w, true, "", R30_UNUSABLE_WHY, candidate_unusable_first(w, target_ca(w)));
}

bool first_is_fit(const struct work *w, struct obstacle *left)
{
    (void)left;
    return is_first(w, TARGET_CA) && !candidate_unusable_first(w, target_ca(w));
}

/* The state FINISHED is gone through at once: nothing has to be waited for. */
void deploy_first(struct work *w)
{
    struct rotation *r = w->r;

    r->deployed = target_ca(w)->id;
    r->deployed_trust = w->facts->trust;
    r->digest = w->facts->target.digest;
    condition_of(w, ROTATION_FINISHED, NULL, R31_FIRST, text_of_ca(w, r->deployed));
}

/* --- the deployed root stays --- */

static bool is_deployed(const struct work *w) { return !text_empty(w->r->deployed); }

bool rest_target_is_bad(const struct work *w, struct obstacle *left)
{
    (void)left;
    return is_deployed(w) && w->facts->target.kind == TARGET_BAD;
}

void note_rest_target_bad(struct work *w) { note_unusable(w, w->facts->target.why); }

static bool keeps_root(const struct work *w)
{
    return is_deployed(w) && w->facts->target.kind == TARGET_CA
           && text_equal(w->facts->target.ca, w->r->deployed);
}

static const struct rotation_ca *deployed_ca(const struct work *w)
{
    return find_ca(w->facts, w->r->deployed);
}

bool emergency_needs_root(const struct work *w, struct obstacle *left)
{
    (void)left;
    return keeps_root(w) && w->start_compromised && deployed_ca(w) && deployed_ca(w)->generated;
}

void make_emergency_root(struct work *w)
{
    make_root(w, "an operator declared the deployed root compromised");
}

bool emergency_needs_specs(const struct work *w, struct obstacle *left)
{
    return keeps_root(w) && w->start_compromised && !emergency_needs_root(w, left);
}

void note_emergency_needs_specs(struct work *w) { note(w, true, "", R40_GIVEN_ROOT_COMPROMISED); }

static int64_t intermediate_life(const struct work *w, const struct rotation_ca *ca)
{
    int64_t most = (ca->not_after - ca->not_before) / 2;

    return w->facts->intermediate_ttl < most ? w->facts->intermediate_ttl : most;
}

/* Early enough for a whole rotation before the root ends. */
static bool root_ends(const struct work *w, bool generated)
{
    const struct rotation_ca *ca = deployed_ca(w);
    struct lifetime life;

    if (!keeps_root(w) || !ca || ca->generated != generated)
        return false;
    life = (struct lifetime){ ca->not_before, ca->not_after, w->facts->root_ratio };
    return w->facts->time.local >= ca->not_after
                                       - renewal_root_window(life, intermediate_life(w, ca),
                                                             w->facts->intermediate_ratio,
                                                             w->facts->policy);
}

static bool is_rejected(const struct work *w)
{
    return text_equal(w->r->rejected, w->facts->target.digest);
}

static const char *deployed_until(const struct work *w)
{
    return clock_text(deployed_ca(w)->not_after, w->arena);
}

bool renewal_was_rolled_back(const struct work *w, struct obstacle *left)
{
    (void)left;
    return root_ends(w, true) && is_rejected(w);
}

void note_renewal_rolled_back(struct work *w)
{
    note(w, true, "", R38_RENEWAL_ROLLED_BACK, w->r->deployed, deployed_until(w));
}

bool root_renewal_due(const struct work *w, struct obstacle *left)
{
    (void)left;
    return root_ends(w, true) && !is_rejected(w);
}

void make_renewed_root(struct work *w)
{
    make_root(w,
              arena_printf(w->arena, "root %.8s expires at %s", w->r->deployed, deployed_until(w)));
}

bool given_root_ends(const struct work *w, struct obstacle *left)
{
    (void)left;
    return root_ends(w, false);
}

void note_given_root_ends(struct work *w)
{
    note(w, true, "", R39_GIVEN_ROOT_ENDS, w->r->deployed, deployed_until(w));
}

/* --- another root --- */

static bool wants_another(const struct work *w)
{
    return is_deployed(w) && w->facts->target.kind != TARGET_BAD && !keeps_root(w);
}

bool rest_is_unpublished(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_another(w) && !w->r->published;
}

bool target_was_rejected(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_another(w) && is_rejected(w) && !w->start_compromised;
}

void note_rejected(struct work *w) { note(w, true, "", R35_WAS_ROLLED_BACK); }

bool target_is_to_be_made(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_another(w) && w->facts->target.kind == TARGET_MAKE;
}
