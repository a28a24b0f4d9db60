/* rotation/window.c - steps and renewals beside rotation.windows and freeze.  Pure: no clock, no
 * files, no keys.
 *
 * A step concerns every cluster of the virtual mesh, so it goes out when all of them are open.  It
 * stays proved while it waits: its gate is looked at again in the pass that commits it.  What makes
 * clusters whole again is never held: a rollback, an emergency, a gate that was forced open, a
 * cluster that joins.
 *
 * A wait ends by itself where it would break trust.  A rotation away from a root that expires needs
 * a certain time (renewal_root_least), and an intermediate needs twice the reserve that its leaves
 * live from (rotation/action.c); from then on the calendar does not count, and a note says so.  The
 * timeline asks the same function, window_opens, for times to come. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"

static struct calendar_subject subject_of(const struct rotation_facts *facts, struct arena *arena)
{
    const char **clusters = ARENA_NEW(arena, const char *, facts->mesh_count + 1);

    for (size_t i = 0; i < facts->mesh_count; i++)
        clusters[i] = facts->meshes[i].cluster;
    return (struct calendar_subject){ facts->virtual_mesh, clusters, facts->mesh_count };
}

/* The root that clusters are to leave. */
static const struct rotation_ca *old_ca(const struct rotation *r,
                                        const struct rotation_facts *facts)
{
    return find_ca(facts, rotation_running(r) ? r->old : r->deployed);
}

/* From then on a step cannot wait. */
static int64_t urgent_from(const struct rotation *r, const struct rotation_facts *facts)
{
    const struct rotation_ca *old = old_ca(r, facts);

    return old ? old->not_after - renewal_root_least(facts->intermediate_ttl, facts->policy)
               : CALENDAR_NEVER;
}

int64_t window_opens(const struct rotation *r, const struct rotation_facts *facts, int64_t at,
                     struct arena *arena)
{
    const struct calendar_subject subject = subject_of(facts, arena);
    const int64_t opens = calendar_opens(facts->policy->calendar, &subject, at);
    const int64_t urgent = urgent_from(r, facts);

    if (opens <= urgent)
        return opens;
    return urgent > at ? urgent : at;
}

/* --- steps --- */

static bool is_closed(const struct work *w)
{
    return window_opens(w->r, w->facts, w->facts->time.local, w->arena) > w->facts->time.local;
}

/* The calendar closes, and the step goes out all the same. */
static bool is_urgent(const struct work *w)
{
    const struct calendar_subject subject = subject_of(w->facts, w->arena);

    return !calendar_is_open(w->facts->policy->calendar, &subject, w->facts->time.local)
           && !is_closed(w);
}

static bool would_start(const struct work *w, struct obstacle *left)
{
    return can_start(w, left) || (!w->start_compromised && can_start_at_once(w, left));
}

bool window_holds_start(const struct work *w, struct obstacle *left)
{
    return is_closed(w) && would_start(w, left);
}

bool window_yields_to_start(const struct work *w, struct obstacle *left)
{
    return is_urgent(w) && would_start(w, left);
}

bool window_holds_followers(const struct work *w, struct obstacle *left)
{
    return is_closed(w) && !w->r->approval[w->r->at.phase].forced && followers_can_follow(w, left);
}

static bool would_step(const struct work *w, struct obstacle *left)
{
    return !w->r->approval[w->r->at.phase].forced && next_phase_fits(w, left);
}

bool window_holds_step(const struct work *w, struct obstacle *left)
{
    return is_closed(w) && would_step(w, left);
}

bool window_yields_to_step(const struct work *w, struct obstacle *left)
{
    return is_urgent(w) && would_step(w, left);
}

void window_note(struct work *w)
{
    const struct calendar_subject subject = subject_of(w->facts, w->arena);
    const struct calendar *calendar = w->facts->policy->calendar;
    const int64_t now = w->facts->time.local;
    const char *reason = calendar_reason(calendar, &subject, now);
    const char *colon = *reason ? ": " : "";

    if (calendar_opens(calendar, &subject, now) == CALENDAR_NEVER)
        note(w, true, "", R77_NO_WINDOW, colon, reason);
    else
        note(w, false, "", R76_WAITS_FOR_WINDOW,
             clock_text(window_opens(w->r, w->facts, now, w->arena), w->arena), colon, reason);
}

void window_note_urgent(struct work *w)
{
    const struct rotation_ca *old = old_ca(w->r, w->facts);

    if (old)
        note(w, false, "", R78_CANNOT_WAIT, old->id, clock_text(old->not_after, w->arena));
}

/* --- intermediates --- */

int64_t window_opens_for(const struct work *w, const struct rotation_member_input *mesh)
{
    const struct calendar_subject subject = { w->facts->virtual_mesh, &mesh->cluster, 1 };

    return calendar_opens(w->facts->policy->calendar, &subject, w->facts->time.local);
}
