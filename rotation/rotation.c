/* rotation/rotation.c - when the trust of a virtual mesh may move on.  Pure: no clock, no files, no
 * keys, no randomness.
 *
 * One call is one decision: from the record as it was and the facts of this pass to the record as
 * it is to be. The former record is copied and never changed, so a pass that fails before its save
 * decides the same again. The order has reasons. Requests come before anything else, since a pause
 * must stop this pass. OBSERVE moves clocks and evidence forward also while a rotation stands
 * still; MOVE then takes at most what its rows allow; JOIN comes after it, because a mesh joins
 * the phase that counts from now on. What is to be issued is planned from the phase that was
 * reached, and only then can a rotation be closed.
 *
 * A clock that jumped stops all of it: waits that were measured with it would end at once, and
 * certificates that it dates could not be taken back. */
#include "rotation/rotation.h"
#include "rotation/ca.h"

#include "base/clock.h"
#include "base/text.h"
#include "rotation/private.h"

enum { PUSH_MAX = 86400 }; /* no pass takes longer: the clock jumped */

struct rotation rotation_none(void)
{
    return (struct rotation){ .id = "",
                              .at = { DIRECTION_FORWARD, PHASE_OLD, PROGRESS_DONE },
                              .deployed = "",
                              .deployed_trust = "",
                              .old = "",
                              .new = "",
                              .pending = "",
                              .trust = "",
                              .digest = "",
                              .rejected = "",
                              .pause = "",
                              .force = "",
                              .announce = "",
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

void rotation_announced(struct rotation *rotation) { rotation->announce = ""; }

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

    *out = (struct rotation_plan){ .next = *was, .check_why = "" };
    r->members = copy(arena, was->members, was->member_count, sizeof *was->members);
    r->retired = copy(arena, was->retired, was->retired_count, sizeof *was->retired);
    r->requests = copy(arena, was->requests, was->request_count, sizeof *was->requests);
    r->conditions = copy(arena, was->conditions, was->condition_count, sizeof *was->conditions);
    r->clock = rotation_clock_next(&was->clock, &facts->time, &behind);
    w.clock = (struct gate_clock){ .now = r->clock.gate,
                                   .shown = facts->time.local - r->clock.gate,
                                   .gain = rotation_clock_gain(&facts->time, facts->policy->period),
                                   .policy = facts->policy };
    if (behind)
        note(&w, true, "", R1_CLOCK_BEHIND, CLOCK_UNCONFIRMED / 60);
    return w;
}

/* Nothing that is written by such a clock could be taken back: the record stays as it is, the clock
 * of the last pass with it, and no certificate is issued.  A step that was held back stays so. */
static bool clock_jumped(struct work *w, const struct rotation *was)
{
    enum clock_doubt doubt = rotation_clock_doubt(&was->clock, &w->facts->time);

    if (doubt == CLOCK_PLAUSIBLE)
        return false;
    w->out->next = *was;
    w->clock.now = was->clock.gate;
    note(w, true, "", R2_CLOCK_JUMPED,
         w->facts->time.second != 0
             ? (doubt == CLOCK_AHEAD ? "more than a day ahead of a server's"
                                     : "more than a day behind a server's")
             : (doubt == CLOCK_AHEAD ? "more than a year later than the last pass and the newest "
                                       "commit of the output branch"
                                     : "more than a day earlier than the last pass"));
    w->out->summary = "waits until the local clock is corrected";
    step_check(w);
    return true;
}

void rotation_next(struct rotation_plan *out, const struct rotation *was,
                   const struct rotation_facts *facts, struct arena *arena)
{
    struct work w = begin(out, was, facts, arena);

    if (clock_jumped(&w, was))
        return;
    requests_take(&w);
    transition_run(&w, TRANSITION_OBSERVE);
    w.paused = rotation_running(w.r) && !text_empty(w.r->pause);
    w.standstill = stands_still(w.r);
    transition_run(&w, TRANSITION_MOVE);
    transition_run(&w, TRANSITION_JOIN);
    requests_drop(&w);
    plan_issues(&w);
    transition_run(&w, TRANSITION_CLOSE);
    plan_warnings(&w);
    step_check(&w);
    describe(&w);
}
