/* rotation/member.c - who takes part in a rotation, and what is known of each.  Pure: no clock, no
 * files, no keys.
 *
 * A member's evidence is read once in a pass and turned into three times: synced, proven, doubted.
 * proven is the only one that gates count from, and it is set in two ways: a source showed the
 * material, or time went by where no source looks (assumed).  A source that gives no answer changes
 * neither way; one that shows something else takes proven back, and then all members wait again,
 * because leaves of an older material may be signed again in that one cluster and every other
 * cluster meets them. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"
#include "base/text.h"
#include <assert.h>
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

bool member_left(const struct work *w, struct obstacle *left)
{
    (void)left;
    for (size_t i = 0; i < w->r->member_count; i++)
        if (!find_mesh(w, w->r->members[i].mesh))
            return true;
    return false;
}

void members_drop(struct work *w)
{
    struct rotation *r = w->r;
    size_t kept = 0;

    for (size_t i = 0; i < r->member_count; i++) {
        if (find_mesh(w, r->members[i].mesh))
            r->members[kept++] = r->members[i];
        else
            condition(w, NULL, R50_LEFT, r->members[i].cluster, r->id);
    }
    r->member_count = kept;
}

static void set_proven(struct member *member, int64_t since, bool assumed)
{
    member->proven = since;
    member->assumed = assumed;
}

/* A cluster no longer holds what it had loaded.  Its istiod may sign leaves of any older material
 * again, so every wait of every member starts again: gates are proved for the fleet as a whole. */
static void drifted(struct work *w, struct member *member)
{
    struct rotation *r = w->r;

    if (rotation_running(r))
        condition(w, NULL, R51_EVIDENCE_LOST, member->cluster, (int)r->at.phase, r->id);
    else
        condition(w, NULL, R51_EVIDENCE_LOST_AT_REST, member->cluster);
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

/* No source looks into this cluster: the longest time that a sync takes counts instead.  Not before
 * it was delivered, and only from the last time on that a source looked and did not show it. */
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
    if (member->committed != 0)
        member->former = 0;
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

bool evidence_is_against(const struct evidence *evidence)
{
    enum evidence_level needed =
        evidence->best == EVIDENCE_SYNCED ? EVIDENCE_SYNCED : EVIDENCE_LOADED;

    return evidence->best != EVIDENCE_NONE && !evidence->unknown && evidence->level < needed;
}

/* What was proven of it is proven no more. */
static bool has_regressed(const struct member *member, const struct evidence *evidence)
{
    return member->proven != 0 && evidence_is_against(evidence);
}

bool evidence_regressed(const struct work *w, struct obstacle *left)
{
    const struct rotation *r = w->r;

    (void)left;
    for (size_t i = 0; r->published && i < r->member_count; i++)
        if (has_regressed(&r->members[i], &find_mesh(w, r->members[i].mesh)->evidence))
            return true;
    return false;
}

bool evidence_counts(const struct work *w, struct obstacle *left)
{
    (void)left;
    return w->r->published && !w->members_seen;
}

void members_see(struct work *w)
{
    struct rotation *r = w->r;

    w->members_seen = true;
    for (size_t i = 0; i < r->member_count; i++)
        member_see(w, &r->members[i], &find_mesh(w, r->members[i].mesh)->evidence);
}

/* Forced, and too much is alive: the oldest is dropped. */
static void forget_oldest(struct member *member)
{
    assert(member->held_count > 0);
    member->held_count--;
    member->dead_count -= member->dead_count > 0;
    for (size_t i = 0; i < member->held_count; i++)
        member->held[i] = member->held[i + 1];
}

void member_set_committed(struct member *member, const struct material *next,
                          struct gate_clock clock)
{
    while (!member_commit(member, next, clock))
        forget_oldest(member);
}

void member_resurrect(struct member *member)
{
    set_proven(member, 0, false);
    member->turned = false;
    member->dead_count = 0;
    member->committed = member->synced = member->doubted = member->former = 0;
}
