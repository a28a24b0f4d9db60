/* rotation/waiting.c - a step that was committed and is not published yet: a proposal that waits to
 * be merged, or a push that failed.  Pure: no clock, no files, no keys.
 *
 * A step is proved when it is committed.  While it waits, clusters go on: one of them may load an
 * older Secret again, an istiod may begin to issue leaves that live longer, the new root may come
 * near its end.  So each pass proves the step again, against what is published and by the evidence
 * of that pass.  member.former is what the record keeps for this: since when a member is known to
 * have the material before the last loaded.  A member that lost it may have leaves of everything
 * that weft ever remembers of it, until it has that material again and the longest life of a leaf
 * has passed since.  A member that shows the step itself has lost nothing: weft wrote it to the
 * cluster before the push failed, or the pass that pushed it was killed before it noted that.
 *
 * A closed gate changes no material and issues nothing: the step stays committed, and only its
 * files are not published.  So the same certificates go out when the gate is open again, and where
 * a person publishes them all the same the record already counts them as alive.  An answer that is
 * missing closes nothing, for what was proved stays proved, but it is said. */
#include "rotation/waiting.h"

#include "base/clock.h"
#include "base/text.h"
#include "rotation/ca.h"
#include "rotation/private.h"

static bool waits(const struct member *member)
{
    return member->former != 0 && member->committed == 0;
}

static bool any_former(const struct rotation *r)
{
    for (size_t i = 0; i < r->member_count; i++)
        if (r->members[i].former != 0)
            return true;
    return false;
}

bool waiting_is_asked(const struct rotation *rotation)
{
    return rotation_running(rotation) && !rotation->published && any_former(rotation);
}

void waiting_forget(struct rotation *r)
{
    for (size_t i = 0; i < r->member_count; i++)
        r->members[i].former = 0;
}

static const struct evidence *evidence_of(const struct work *w, const struct member *member)
{
    return &find_mesh(w, member->mesh)->former;
}

static bool has_step(const struct work *w, const struct member *member)
{
    const struct evidence *evidence = &find_mesh(w, member->mesh)->evidence;

    return !evidence->unknown && evidence->level >= EVIDENCE_LOADED;
}

/* --- what is known of the materials that are published --- */

bool former_counts(const struct work *w, struct obstacle *left)
{
    (void)left;
    return !w->r->published && !w->formers_seen;
}

static void lose(struct work *w, struct member *member)
{
    if (member->former == FORMER_LOST)
        return;
    condition(w, NULL, R66_FORMER_LOST, member->cluster, (int)w->r->at.phase, w->r->id);
    member->former = FORMER_LOST;
    member->dead_count = 0;
}

/* It has it again, or the step, or time says so where no source can. */
static void find_again(const struct work *w, struct member *member, const struct evidence *evidence)
{
    if (evidence->unknown)
        return;
    member->former = w->clock.now;
    if (evidence->best < EVIDENCE_LOADED)
        member->former += w->facts->policy->sync_allowance;
}

/* Whether a leaf of what it had before that may be alive still.  A longer one than weft knew of
 * when the step was committed brings back the material that died last, the one right before it. */
static void bury(const struct work *w, struct member *member)
{
    const struct member before = { .proven = member->former, .leaf_ttl = member->leaf_ttl };
    const bool dead = w->clock.now >= member_turnover(&before, w->facts->policy);
    const size_t older = member->held_count > 2 ? member->held_count - 2 : 0;

    if (dead)
        member->dead_count = older;
    else if (member->dead_count == older)
        member->dead_count = 0;
}

static void see(struct work *w, struct member *member)
{
    const struct evidence *former = evidence_of(w, member);
    const struct evidence *evidence =
        has_step(w, member) ? &find_mesh(w, member->mesh)->evidence : former;

    if (former->leaf_ttl > member->leaf_ttl)
        member->leaf_ttl = former->leaf_ttl;
    if (evidence_is_against(evidence))
        lose(w, member);
    else if (member->former == FORMER_LOST)
        find_again(w, member, evidence);
    else if (member->former != FORMER_TURNED)
        bury(w, member);
}

/* Of those that were given nothing new the usual evidence counts: with a canary, all but one. */
void formers_see(struct work *w)
{
    struct rotation *r = w->r;

    w->formers_seen = true;
    for (size_t i = 0; i < r->member_count; i++)
        if (waits(&r->members[i]))
            see(w, &r->members[i]);
        else if (r->members[i].committed != 0)
            member_see(w, &r->members[i], &find_mesh(w, r->members[i].mesh)->evidence);
}

/* --- published all the same --- */

bool published_closed(const struct work *w, struct obstacle *left)
{
    const struct rotation *r = w->r;

    (void)left;
    return r->published && any_former(r)
           && gate_waiting(r->members, r->member_count, w->clock).reason != GATE_OPEN;
}

/* What was lost counts as alive until every member has loaded this step, and longer: nothing was
 * buried (member.dead_count). */
void name_published_closed(struct work *w)
{
    struct rotation *r = w->r;
    const struct gate gate = gate_waiting(r->members, r->member_count, w->clock);
    const char *why = gate_text(&gate, r->members, w->clock, w->arena);

    condition(w, why, R67_PUBLISHED_CLOSED, (int)r->at.phase, r->id, why);
    waiting_forget(r);
}

/* --- the answer of this pass --- */

/* The step adds a root, or signs under one, that will not live long enough for leaves. */
static const struct rotation_ca *ending_root(const struct work *w)
{
    const struct rotation *r = w->r;
    const struct rotation_ca *ca = find_ca(w->facts, r->new);

    if (r->at.direction == DIRECTION_BACK || r->at.phase == PHASE_NEW || !ca
        || ca->not_after - w->facts->time.local >= renewal_reserve(w->facts->policy))
        return NULL;
    return ca;
}

static const char *closed_why(const struct work *w)
{
    const struct rotation *r = w->r;
    const struct gate gate = gate_waiting(r->members, r->member_count, w->clock);
    const struct rotation_ca *ca = ending_root(w);

    if (gate.reason != GATE_OPEN)
        return gate_text(&gate, r->members, w->clock, w->arena);
    return ca ? arena_printf(w->arena, R64_NEW_ROOT_ENDS, ca->id,
                             clock_text(ca->not_after, w->arena))
              : NULL;
}

/* Members that left are dropped by then, but not where the clock jumped. */
static bool is_silent(const struct work *w, const struct member *member)
{
    const struct rotation_member_input *mesh = find_mesh(w, member->mesh);

    return waits(member) ? mesh && mesh->former.unknown : member->committed != 0 && member->silent;
}

static void answer(struct work *w, enum step_check check, const char *why)
{
    w->out->check = check;
    w->out->check_why = why;
}

void step_check(struct work *w)
{
    const struct rotation *r = w->r;
    const char *why, *silent;

    answer(w, STEP_NOT_ASKED, "");
    if (!waiting_is_asked(r))
        return;
    why = closed_why(w);
    silent = text_of_clusters(w, is_silent);
    if (why) {
        answer(w, STEP_CLOSED, why);
        note(w, false, "", R63_STEP_CLOSED, (int)r->at.phase, r->id, why);
    } else if (*silent) {
        answer(w, STEP_UNCONFIRMED, arena_printf(w->arena, "no answer from: %s", silent));
        note(w, false, "", R65_STEP_UNCONFIRMED, (int)r->at.phase, r->id, silent);
    } else {
        answer(w, STEP_OPEN, "");
    }
}
