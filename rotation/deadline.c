/* rotation/deadline.c - members that do not load what was committed for them.  Pure: no clock, no
 * files, no keys.
 *
 * After evidence.syncAllowance a member is late, which is said, and which turns the rotation around
 * where the policy wants that.  After evidence.failAfter it is lost, and the rotation FAILED: that
 * takes nothing away from what is deployed, and ends by itself when the member has loaded it. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"
#include "base/text.h"

static bool is_past(const struct work *w, const struct member *member, int64_t wait)
{
    return member->proven == 0 && member->committed != 0 && w->clock.now > member->committed + wait;
}

static bool is_late(const struct work *w, const struct member *member)
{
    return is_past(w, member, w->facts->policy->sync_allowance);
}

static bool is_lost(const struct work *w, const struct member *member)
{
    return is_past(w, member, w->facts->policy->fail_after);
}

/* The rotation waits for members to load its phase, and no operator forced it on. */
static bool waits_for_members(const struct work *w, struct obstacle *left)
{
    const struct rotation *r = w->r;

    obstacle_judge(left, gate_loaded(r->members, r->member_count));
    return left->gate.reason != GATE_OPEN && !r->approval[r->at.phase].forced;
}

static bool any(const struct work *w, bool (*which)(const struct work *, const struct member *))
{
    for (size_t i = 0; i < w->r->member_count; i++)
        if (which(w, &w->r->members[i]))
            return true;
    return false;
}

bool some_are_late(const struct work *w, struct obstacle *left)
{
    return waits_for_members(w, left) && any(w, is_late);
}

void name_late(struct work *w)
{
    note(w, false, "", R4_LATE, (int)w->r->at.phase, w->r->id, text_of_clusters(w, is_late));
}

static bool deadline_wants_back(const struct work *w, struct obstacle *left)
{
    const struct rotation *r = w->r;

    return w->facts->policy->rollback_on_deadline && r->at.direction == DIRECTION_FORWARD
           && !r->immediate && r->at.phase < PHASE_NEW && some_are_late(w, left);
}

static const char *why_late(const struct work *w)
{
    return arena_printf(w->arena, "overdue in %s", text_of_clusters(w, is_late));
}

bool deadline_turns_back(const struct work *w, struct obstacle *left)
{
    return deadline_wants_back(w, left) && can_turn_back(w);
}

void turn_back_late(struct work *w) { turn_back(w, why_late(w)); }

bool deadline_cannot_turn_back(const struct work *w, struct obstacle *left)
{
    return deadline_wants_back(w, left) && !can_turn_back(w);
}

void refuse_back_late(struct work *w) { refuse_back(w, why_late(w)); }

/* A lost member is late as well, unless evidence.failAfter is shorter than evidence.syncAllowance.
 */
bool deadline_passed(const struct work *w, struct obstacle *left)
{
    return some_are_late(w, left) && any(w, is_lost);
}

void fail(struct work *w)
{
    w->r->failed = true;
    condition(w,
              arena_printf(w->arena, R5_FAILED_ERROR,
                           clock_duration_text(w->facts->policy->fail_after, w->arena),
                           text_of_clusters(w, is_lost)),
              R5_FAILED, w->r->id, (int)w->r->at.phase);
}

static bool all_hold_it(const struct work *w)
{
    return gate_loaded(w->r->members, w->r->member_count).reason == GATE_OPEN;
}

bool still_failed(const struct work *w, struct obstacle *left)
{
    (void)left;
    return !all_hold_it(w) && !w->retry;
}

void name_failed(struct work *w)
{
    note(w, true, "", R6_STILL_FAILED, w->r->id, (int)w->r->at.phase, text_of_clusters(w, is_lost));
}

bool can_recover(const struct work *w, struct obstacle *left)
{
    (void)left;
    return all_hold_it(w) || w->retry;
}

void recover(struct work *w)
{
    struct rotation *r = w->r;

    r->failed = false;
    for (size_t i = 0; w->retry && i < r->member_count; i++)
        if (r->members[i].proven == 0)
            r->members[i].committed = w->clock.now; /* a new deadline */
    condition(w, NULL, R7_RECOVERED, r->id, (int)r->at.phase);
}
