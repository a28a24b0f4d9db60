/* rotation/start.c - the first commit of a rotation.  Pure: no clock, no files, no keys.
 *
 * A rotation starts from rest, with every cluster that has an intermediate as a member.  With
 * strategy NONE, or in an emergency, its first commit is its last phase: traffic breaks until every
 * cluster has loaded it. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"
#include "base/text.h"
#include <assert.h>

static const struct rotation_ca *new_ca(const struct work *w)
{
    const struct rotation_target *target = &w->facts->target;

    return target->kind == TARGET_CA ? find_ca(w->facts, target->ca) : NULL;
}

static bool wants_start(const struct work *w)
{
    return !text_empty(w->r->deployed) && w->facts->target.kind == TARGET_CA
           && !text_equal(w->facts->target.ca, w->r->deployed);
}

static bool is_at_once(const struct work *w)
{
    return w->start_compromised || w->facts->strategy == STRATEGY_NONE;
}

bool start_is_unfit(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_start(w) && candidate_unfit(w, new_ca(w));
}

/* --- another CA under the same root --- */

bool start_keeps_root(const struct work *w, struct obstacle *left)
{
    const struct rotation_ca *ca = new_ca(w);

    (void)left;
    return wants_start(w) && ca && text_equal(ca->anchor, anchor_of(w, w->r->deployed));
}

/* The bundle does not change, so intermediates follow one by one. */
void change_ca(struct work *w)
{
    struct rotation *r = w->r;

    retire_ca(w, r->deployed);
    r->deployed = w->facts->target.ca;
    r->deployed_trust = w->facts->trust;
    r->digest = w->facts->target.digest;
    condition(w, NULL, R32_SAME_ROOT, text_of_ca(w, r->deployed));
}

/* --- what has to come first --- */

/* The bundle of a cluster that is being adopted could not take the new root without a restart. */
bool start_waits_for_adoptions(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_start(w) && !is_at_once(w) && *text_of_clusters(w, adoption_under_way);
}

void note_waits_for_adoptions(struct work *w)
{
    note(w, false, "", R33_WAITS_FOR_ADOPTIONS, text_of_clusters(w, adoption_under_way));
}

/* A cluster whose istiod would drop each change of the bundle until it is restarted; NULL: none. */
static const char *single_root_cluster(const struct work *w)
{
    for (size_t i = 0; i < w->facts->mesh_count; i++)
        if (w->facts->meshes[i].evidence.single_root && !text_empty(w->facts->meshes[i].ca))
            return w->facts->meshes[i].cluster;
    return NULL;
}

bool start_meets_single_root(const struct work *w, struct obstacle *left)
{
    (void)left;
    return wants_start(w) && !is_at_once(w) && !w->facts->policy->restart_acknowledged
           && single_root_cluster(w);
}

void note_single_root(struct work *w)
{
    note_unusable(w, arena_printf(w->arena, R34_SINGLE_ROOT, single_root_cluster(w)));
}

/* --- the first commit --- */

/* Every cluster at rest; one that has nothing yet joins later. */
static void list_members(const struct work *w, struct rotation *next)
{
    const struct material rest = phase_material(w, next, PHASE_OLD, "");

    next->members = ARENA_NEW(w->arena, struct member, w->facts->mesh_count);
    next->member_count = 0;
    for (size_t i = 0; i < w->facts->mesh_count; i++) {
        const struct rotation_member_input *mesh = &w->facts->meshes[i];

        if (!text_empty(mesh->ca))
            next->members[next->member_count++] = (struct member){
                .mesh = mesh->mesh, .cluster = mesh->cluster, .held = { rest }, .held_count = 1
            };
    }
}

static struct rotation started(const struct work *w)
{
    const struct rotation_ca *ca = new_ca(w);
    struct rotation next = *w->r;

    assert(ca); /* "root unfit" is tried before every start */
    if (!ca)
        return next;
    next.bundle = bundle_of(anchor_of(w, next.deployed));
    bundle_append(&next.bundle, ca->anchor);
    next.old = next.deployed;
    name_rotation(w, &next, ca);
    next.rejected = "";
    next.immediate = is_at_once(w);
    next.at = (struct position){ DIRECTION_FORWARD, PHASE_OLD, PROGRESS_VERIFIED };
    list_members(w, &next);
    return next;
}

static bool start_fits(const struct work *w, enum phase phase, struct obstacle *left)
{
    struct rotation next;

    if (!wants_start(w))
        return false;
    next = started(w);
    return commit_fits(w, &next, phase, next.immediate, left);
}

bool can_start_at_once(const struct work *w, struct obstacle *left)
{
    return is_at_once(w) && start_fits(w, PHASE_NEW, left);
}

void start_at_once(struct work *w)
{
    const struct evidence_policy *policy = w->facts->policy;
    struct rotation *r = w->r;

    *r = started(w);
    commit_phase(w, PHASE_NEW, true, R11_STARTED_AT_ONCE, r->id, text_of_ca(w, r->new),
                 text_of_ca(w, r->old),
                 clock_duration_text(policy->sync_allowance + policy->leaf_ttl, w->arena));
}

bool can_start(const struct work *w, struct obstacle *left)
{
    return !is_at_once(w) && start_fits(w, PHASE_BOTH, left);
}

void start(struct work *w)
{
    struct rotation *r = w->r;

    *r = started(w);
    commit_phase(w, PHASE_BOTH, false, R11_STARTED, r->id, text_of_ca(w, r->new),
                 text_of_ca(w, r->old));
}
