/* rotation/adoption_join.c - clusters whose operators prepared them for our root.  Pure: no clock,
 * no files, no keys.
 *
 * Such a cluster becomes a member that holds two materials of its own root: the bundle of before,
 * whose leaves live until they expire, and the prepared bundle with our root at its end, which is
 * where the member starts from.  Both are signed by the cluster's own root, so it is a candidate
 * (is_candidate) until weft commits a material of ours.  Its waits begin in this pass, however long
 * the operator had prepared it before: weft saw it now. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"
#include "base/text.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Leaves from before its operator made it ready are alive, so the waits begin now. */
static void list_candidate(struct work *w, const struct rotation_member_input *mesh)
{
    struct rotation *r = w->r;
    const char *root = mesh->evidence.foreign_root;
    struct member *member = &r->members[r->member_count++];

    *member = (struct member){ .mesh = mesh->mesh,
                               .cluster = mesh->cluster,
                               .held_count = 2,
                               .committed = w->clock.now,
                               .proven = w->clock.now };
    member->held[0] = member->held[1] = (struct material){ root, bundle_of(root) };
    bundle_append(&member->held[1].bundle, anchor_of(w, r->deployed));
    assert(bundle_change_allowed(&member->held[0].bundle, &member->held[1].bundle));
    *ARENA_PUSH(w->arena, w->out->adoptions, w->out->adoption_count) =
        (struct rotation_adoption){ root, mesh->evidence.foreign_pem };
}

static void note_candidates(struct work *w)
{
    const struct evidence_policy *policy = w->facts->policy;

    for (size_t i = 0; i < w->r->member_count; i++)
        if (is_candidate(w, &w->r->members[i]))
            note(w, false, w->r->members[i].mesh, R87_PREPARED, w->r->members[i].cluster,
                 own_root(w, &w->r->members[i]),
                 clock_duration_text(policy->leaf_ttl + policy->skew, w->arena));
}

static int by_mesh(const void *a, const void *b)
{
    const struct member *left = a, *right = b;

    return strcmp(left->mesh, right->mesh);
}

static bool join(struct work *w, const struct rotation_member_input *mesh)
{
    const struct member *member = rotation_member(w->r, mesh->mesh);

    if (member)
        return is_candidate(w, member);
    if (adoption_waits(w, mesh))
        return true;
    if (!is_foreign(w, mesh) || w->facts->strategy == STRATEGY_NONE)
        return false;
    list_candidate(w, mesh);
    return true;
}

/* Every other mesh has an intermediate and no root of its own, so nothing keeps it waiting. */
bool own_roots_concern(const struct work *w, struct obstacle *left)
{
    (void)left;
    if (text_empty(w->r->deployed))
        return false;
    for (size_t i = 0; i < w->facts->mesh_count; i++)
        if (text_empty(w->facts->meshes[i].ca))
            return true;
    return w->r->member_count > 0;
}

void adoptions_join(struct work *w)
{
    struct rotation *r = w->r;
    struct member *room;

    w->waits = ARENA_NEW(w->arena, bool, w->facts->mesh_count);
    room = ARENA_NEW(w->arena, struct member, r->member_count + w->facts->mesh_count);
    for (size_t i = 0; i < r->member_count; i++)
        room[i] = r->members[i];
    r->members = room;
    for (size_t i = 0; i < w->facts->mesh_count; i++)
        w->waits[i] = join(w, &w->facts->meshes[i]);
    if (r->member_count > 0)
        qsort(r->members, r->member_count, sizeof *r->members, by_mesh);
    if (position_equal(r->at, position_at_rest()))
        note_candidates(w);
}
