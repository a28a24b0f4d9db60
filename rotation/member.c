/* rotation/member.c - who takes part in a rotation, what is known of each, and the one place
 * that commits a step.  Pure. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

const struct rotation_member_input *find_mesh(const struct work *w, const char *mesh)
{
    size_t low = 0, high = w->facts->mesh_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(w->facts->meshes[middle].mesh, mesh);

        if (order == 0)
            return &w->facts->meshes[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct member *find_member(const struct rotation *r, const char *mesh)
{
    for (size_t i = 0; i < r->member_count; i++)
        if (text_equal(r->members[i].mesh, mesh))
            return &r->members[i];
    return NULL;
}

void members_list(struct work *w)
{
    struct rotation *r = w->r;
    const struct material rest = step_material(w, 0, "");

    r->members = ARENA_NEW(w->arena, struct member, w->facts->mesh_count);
    r->member_count = 0;
    for (size_t i = 0; i < w->facts->mesh_count; i++) {
        const struct rotation_member_input *mesh = &w->facts->meshes[i];

        if (text_empty(mesh->ca))
            continue; /* has nothing yet: it joins */
        r->members[r->member_count++] = (struct member){
            .mesh = mesh->mesh, .cluster = mesh->cluster, .held = { rest }, .held_count = 1
        };
    }
}

static void drop_departed(struct work *w)
{
    struct rotation *r = w->r;
    size_t kept = 0;

    for (size_t i = 0; i < r->member_count; i++) {
        if (find_mesh(w, r->members[i].mesh)) {
            r->members[kept++] = r->members[i];
            continue;
        }
        add_condition(w, r->state, NULL,
                      "cluster %s left during rotation %s; it keeps a CA key under the shared root "
                      "until a later rotation takes its power away",
                      r->members[i].cluster, r->id);
    }
    r->member_count = kept;
}

static void set_proven(struct member *member, int64_t since, bool assumed)
{
    member->proven = since;
    member->assumed = assumed;
}

/* Row 9: a cluster went back.  What it holds may hand out leaves again, so every wait begins anew.
 */
static void drifted(struct work *w, struct member *member)
{
    struct rotation *r = w->r;

    add_condition(
        w, r->state, NULL, "cluster %s no longer holds %s; all waits begin anew", member->cluster,
        rotation_running(r) ? arena_printf(w->arena, "step %d of rotation %s", r->step, r->id)
                            : "what it was given");
    set_proven(member, 0, false);
    member->turned = false;
    member->committed = w->clock.now; /* it has all its time again */
    for (size_t i = 0; i < r->member_count; i++)
        if (r->members[i].proven != 0) {
            r->members[i].proven = w->clock.now;
            r->members[i].turned = false;
        }
}

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

/* Nobody looks into this cluster: then the time that a sync takes at most speaks.  Not before it
 * was delivered, and from the last time on that somebody looked and did not see it. */
static void assume(struct work *w, struct member *member, int64_t since)
{
    int64_t loaded = since + w->facts->policy->sync_allowance;

    if (member->proven == 0 && member->committed != 0 && w->clock.now >= loaded)
        set_proven(member, loaded, true);
}

/* That a commit was applied is no proof that its secrets could be opened: time has to go by on top
 * (docs/rotation.md 3). */
static void see_synced(struct work *w, struct member *member, const struct evidence *evidence)
{
    if (evidence->level < EVIDENCE_SYNCED) {
        member->synced = 0;
        if (member->proven != 0)
            drifted(w, member);
        return;
    }
    if (member->synced == 0)
        member->synced = w->clock.now;
    assume(w, member, member->synced);
}

static void see_loaded(struct work *w, struct member *member, const struct evidence *evidence)
{
    bool loaded = evidence->level >= EVIDENCE_LOADED;

    if (loaded && (member->proven == 0 || member->assumed))
        set_proven(member, w->clock.now, false);
    if (!loaded && member->proven != 0)
        drifted(w, member);
    member->turned = evidence->level == EVIDENCE_TURNED;
}

void member_see(struct work *w, struct member *member, const struct evidence *evidence)
{
    member->silent = evidence->unknown;
    member->leaf_ttl = later(member->leaf_ttl, evidence->leaf_ttl);
    if (evidence->best == EVIDENCE_NONE)
        assume(w, member, later(member->committed, member->doubted));
    else if (evidence->unknown)
        ; /* what was seen before stays seen */
    else if (evidence->best == EVIDENCE_SYNCED)
        see_synced(w, member, evidence);
    else
        see_loaded(w, member, evidence);
    if (evidence->best != EVIDENCE_NONE && member->proven == 0)
        member->doubted = w->clock.now;
}

/* Forced, and too much is alive: the oldest is forgotten. */
static void forget_oldest(struct member *member)
{
    member->held_count--;
    member->dead_count -= member->dead_count > 0;
    for (size_t i = 0; i < member->held_count; i++)
        member->held[i] = member->held[i + 1];
}

void member_resurrect(struct member *member)
{
    set_proven(member, 0, false);
    member->turned = false;
    member->dead_count = 0;
    member->committed = member->synced = member->doubted = 0;
}

/* An intent that was not pushed when the branch was reset: it was proved against what was alive
 * before. */
static void withdraw(struct work *w)
{
    struct rotation *r = w->r;

    r->step += r->back ? 1 : -1;
    r->state = ROTATION_VERIFYING;
    w->out->moved = true;
    for (size_t i = 0; i < r->member_count; i++) {
        struct member *member = &r->members[i];
        struct material before;

        if (member->held_count < 2)
            continue; /* joined just now */
        before = member->held[member->held_count - 2];
        while (!member_commit(member, &before, w->clock))
            forget_oldest(member);
    }
}

/* Row 29. */
static void reverted(struct work *w)
{
    struct rotation *r = w->r;
    bool intent = !r->published;

    for (size_t i = 0; i < r->member_count; i++)
        member_resurrect(&r->members[i]);
    if (intent && !r->at_once && w->facts->branch_step != r->step && r->state == step_state(r->step)
        && gate_wanted_fit(r->members, r->member_count, w->clock).reason != GATE_OPEN)
        withdraw(w);
    r->published = false;
    add_condition(w, r->state, NULL,
                  "the output branch does not hold what was pushed last; step %d is pushed again, "
                  "and all waits begin anew (a revert of that branch is no way back: use weft "
                  "rotation rollback)",
                  r->step);
}

static void commit_all(struct work *w, const struct material *next)
{
    struct rotation *r = w->r;

    for (size_t i = 0; i < r->member_count; i++) {
        if (material_equal(member_wanted(&r->members[i]), &next[i]))
            continue;
        while (!member_commit(&r->members[i], &next[i], w->clock))
            forget_oldest(&r->members[i]);
        w->out->moved = true;
    }
}

/* The branch is further: this record is of an older backup.  The newer one had proved that step, so
 * it is taken, and what clusters may hold of it is alive from now on.  Only where nothing is signed
 * anew: certificates that this state does not know are found before (app/pass/stale_state.c). */
static bool catch_up(struct work *w)
{
    struct rotation *r = w->r;
    const int step = w->facts->branch_step;
    struct material *next = ARENA_NEW(w->arena, struct material, r->member_count);

    if (r->back || step <= r->step || step != 3)
        return false;
    for (size_t i = 0; i < r->member_count; i++) {
        const struct material *now = member_wanted(&r->members[i]);

        next[i] = step_material(w, step, now->signer);
        if (!text_equal(next[i].signer, now->signer))
            return false;
    }
    commit_all(w, next);
    w->out->forced = true; /* it is out already, whatever could be proved here */
    r->step = step;
    r->state = step_state(step);
    r->published = false;
    add_condition(w, r->state, NULL,
                  "the output branch says that step %d of rotation %s is out, so this state is an "
                  "older one: it goes on from there, and all waits begin anew",
                  step, r->id);
    return true;
}

void members_update(struct work *w)
{
    struct rotation *r = w->r;

    drop_departed(w);
    if (!catch_up(w) && w->facts->reverted)
        reverted(w);
    if (!r->published)
        return;
    for (size_t i = 0; i < r->member_count; i++)
        member_see(w, &r->members[i], &find_mesh(w, r->members[i].mesh)->evidence);
}

static bool is_canary(const struct work *w, const struct member *member)
{
    return text_equal(member->mesh, w->facts->canary);
}

/* The canary goes first: the others follow when it has loaded step 2. */
static bool waits_for_canary(const struct work *w, int step, const struct member *member)
{
    const struct member *canary = w->facts->canary ? find_member(w->r, w->facts->canary) : NULL;
    const struct material next = step_material(w, step, "");

    if (step != 2 || w->r->back || !canary || is_canary(w, member))
        return false;
    return canary->proven == 0 || !material_equal(member_wanted(canary), &next);
}

static struct material material_at(const struct work *w, int step, const struct member *member)
{
    const struct material *now = member_wanted(member);

    if (waits_for_canary(w, step, member))
        return *now;
    return step_material(w, step, now->signer);
}

bool member_at_step(const struct work *w, const struct member *member)
{
    const struct material *now = member_wanted(member);
    const struct material there = step_material(w, w->r->step, now->signer);

    return material_equal(now, &there);
}

/* The signers of a step, and not their absence, decide whether it can be had. */
static bool keys_at_hand(struct work *w, const struct material *next)
{
    for (size_t i = 0; i < w->r->member_count; i++) {
        const struct rotation_member_input *mesh = find_mesh(w, w->r->members[i].mesh);
        const struct material *now = member_wanted(&w->r->members[i]);

        if (text_equal(now->signer, next[i].signer) && !text_empty(mesh->ca))
            continue; /* keeps its intermediate */
        if (signing_ca(w, next[i].signer))
            continue;
        add_note(w, true, "",
                 "the key of root %.8s is not at hand, so nothing can be signed under it",
                 next[i].signer);
        return false;
    }
    return true;
}

bool commit_step(struct work *w, int step, bool force, const char *message)
{
    struct rotation *r = w->r;
    struct material *next = ARENA_NEW(w->arena, struct material, r->member_count);

    for (size_t i = 0; i < r->member_count; i++)
        next[i] = material_at(w, step, &r->members[i]);
    if (!keys_at_hand(w, next))
        return false;
    w->out->gate = gate_fits(r->members, next, r->member_count, w->clock);
    if (w->out->gate.reason != GATE_OPEN && !force)
        return false;
    w->out->forced = w->out->gate.reason != GATE_OPEN;
    w->out->gate = (struct gate){ .reason = GATE_OPEN };
    commit_all(w, next);
    r->step = step;
    r->state = step_state(step);
    r->published = !w->out->moved && r->published;
    r->entered = w->clock.now;
    r->deadline = w->clock.now + w->facts->policy->sync_allowance;
    add_condition(w, r->state, NULL, "%s%s%s", message,
                  w->out->forced && *r->force ? "; its gate was FORCED OPEN: " : "",
                  w->out->forced ? r->force : "");
    return true;
}
