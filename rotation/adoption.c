/* rotation/adoption.c - clusters that ran with a root of their own before weft came: they change to
 * ours without an outage.  Pure: no clock, no files, no keys.
 *
 * An adoption is a rotation of one group of clusters, those that share an old root, whose key weft
 * does not have.  So its first phase, both roots trusted and the old one signing, is made by the
 * clusters' operators; weft then signs under our root while both are trusted, and drops the old
 * root when its leaves are gone.  The invariant is the one of gate.h within the group: a cluster
 * moves only when its next material fits every material that is alive in any cluster of that root.
 * Clusters of the group that weft gave nothing yet count, too, for they call each other: one
 * that is not prepared holds all of them.  Between groups nothing has to hold before weft's own
 * leaves are there, since they never accepted each other. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/text.h"

const char *own_root(const struct work *w, const struct member *member)
{
    const char *first = member_wanted(member)->bundle.roots[0];

    return text_equal(first, anchor_of(w, w->r->deployed)) ? NULL : first;
}

bool is_candidate(const struct work *w, const struct member *member)
{
    return !text_equal(member_wanted(member)->signer, anchor_of(w, w->r->deployed));
}

/* What is not known keeps its place, and goes no further. */
static bool still_ready(const struct work *w, const struct rotation_member_input *mesh)
{
    const struct evidence *evidence = &mesh->evidence;

    if (w->facts->strategy == STRATEGY_NONE)
        return false;
    return evidence->foreign_unknown || (text_empty(evidence->foreign_root) && evidence->since == 0)
           || (is_foreign(w, mesh) && evidence->foreign_ready);
}

static bool stays(const struct work *w, const struct member *member)
{
    const struct rotation_member_input *mesh = find_mesh(w, member->mesh);

    return mesh && (!is_candidate(w, member) || still_ready(w, mesh));
}

static bool is_at_rest(const struct work *w)
{
    return position_equal(w->r->at, position_at_rest());
}

/* --- what happened since the last pass --- */

bool branch_was_reset_at_rest(const struct work *w, struct obstacle *left)
{
    (void)left;
    return w->facts->reverted && !text_empty(w->r->deployed);
}

void note_reset_at_rest(struct work *w) { note(w, false, "", R62_BRANCH_RESET_AT_REST); }

bool candidate_left(const struct work *w, struct obstacle *left)
{
    (void)left;
    for (size_t i = 0; is_at_rest(w) && i < w->r->member_count; i++)
        if (!stays(w, &w->r->members[i]))
            return true;
    return false;
}

void candidates_drop(struct work *w)
{
    struct rotation *r = w->r;
    size_t kept = 0;

    for (size_t i = 0; i < r->member_count; i++)
        if (stays(w, &r->members[i]))
            r->members[kept++] = r->members[i];
    r->member_count = kept;
}

/* Members that weft signs for; after FINISHED, members are those of the rotation that is over. */
static bool any_adopted(const struct work *w)
{
    for (size_t i = 0; is_at_rest(w) && i < w->r->member_count; i++)
        if (!is_candidate(w, &w->r->members[i]))
            return true;
    return false;
}

bool adoption_was_reset(const struct work *w, struct obstacle *left)
{
    (void)left;
    return w->facts->reverted && any_adopted(w);
}

void adoptions_push_again(struct work *w)
{
    struct rotation *r = w->r;

    for (size_t i = 0; i < r->member_count; i++)
        if (!is_candidate(w, &r->members[i]))
            member_resurrect(&r->members[i]);
    r->published = false;
}

bool adoption_evidence_counts(const struct work *w, struct obstacle *left)
{
    (void)left;
    return w->r->published && any_adopted(w);
}

static void look_at(struct work *w, struct member *member)
{
    const struct rotation_member_input *mesh = find_mesh(w, member->mesh);

    if (text_empty(mesh->ca))
        member->committed = w->clock.now; /* could not be issued yet */
    else
        member_see(w, member, &mesh->evidence);
}

void adoptions_see(struct work *w)
{
    for (size_t i = 0; i < w->r->member_count; i++)
        if (!is_candidate(w, &w->r->members[i]))
            look_at(w, &w->r->members[i]);
}

/* --- what can move --- */

/* Every cluster that came with this root is so far that next and all its leaves accept each other.
 */
static bool group_fits(const struct work *w, const char *root, const struct material *next)
{
    const struct rotation *r = w->r;

    for (size_t i = 0; i < r->member_count; i++)
        for (size_t k = 0; k < r->members[i].held_count; k++)
            if (member_alive(&r->members[i], k, w->clock)
                && bundle_has(&r->members[i].held[k].bundle, root)
                && !material_fits(&r->members[i].held[k], next))
                return false;
    for (size_t i = 0; i < w->facts->mesh_count; i++)
        if (is_foreign(w, &w->facts->meshes[i])
            && text_equal(w->facts->meshes[i].evidence.foreign_root, root)
            && !rotation_member(r, w->facts->meshes[i].mesh))
            return false;
    return true;
}

/* Without multi-root its istiod would drop the change until it is restarted. */
static bool keeps_single_root(const struct work *w, const struct member *member)
{
    return !is_candidate(w, member) && own_root(w, member)
           && find_mesh(w, member->mesh)->evidence.single_root
           && !w->facts->policy->restart_acknowledged;
}

bool own_root_is_kept(const struct work *w, struct obstacle *left)
{
    (void)left;
    for (size_t i = 0; w->r->published && i < w->r->member_count; i++)
        if (keeps_single_root(w, &w->r->members[i]))
            return true;
    return false;
}

void note_own_root_kept(struct work *w)
{
    for (size_t i = 0; i < w->r->member_count; i++) {
        const struct member *member = &w->r->members[i];

        if (keeps_single_root(w, member))
            note(w, false, member->mesh, R90_OWN_ROOT_KEPT, member->cluster, own_root(w, member));
    }
}

/* Its next material; false: it has to wait. */
static bool next_material(struct material *next, const struct work *w, const struct member *member)
{
    const struct rotation_member_input *mesh = find_mesh(w, member->mesh);
    const char *root = own_root(w, member);
    struct member after = *member;

    if (!root)
        return false;
    if (is_candidate(w, member)) {
        *next = (struct material){ anchor_of(w, w->r->deployed), member_wanted(member)->bundle };
        if (!is_foreign(w, mesh) || !mesh->evidence.foreign_ready)
            return false;
    } else {
        *next = phase_material(w, w->r, PHASE_OLD, "");
        if (keeps_single_root(w, member))
            return false;
    }
    return group_fits(w, root, next)
           && gate_fits_one(member, 1, 0, next, w->clock).reason == GATE_OPEN
           && member_commit(&after, next, w->clock);
}

static void move(struct work *w, struct member *member)
{
    const char *root = own_root(w, member);
    const bool candidate = is_candidate(w, member);
    struct material next;

    if (!next_material(&next, w, member))
        return;
    member_set_committed(member, &next, w->clock);
    w->r->published = false;
    w->out->moved = true;
    if (candidate)
        condition(w, NULL, R88_TAKEN_OVER, member->cluster, text_of_ca(w, w->r->deployed), root);
    else
        condition(w, NULL, R89_OWN_ROOT_DROPPED, root, member->cluster);
}

bool adoption_under_way(const struct work *w, const struct member *member)
{
    return !is_candidate(w, member);
}

bool adoption_can_move(const struct work *w, struct obstacle *left)
{
    struct material next;

    (void)left;
    for (size_t i = 0; w->r->published && i < w->r->member_count; i++)
        if (next_material(&next, w, &w->r->members[i]))
            return true;
    return false;
}

void adoptions_move(struct work *w)
{
    for (size_t i = 0; i < w->r->member_count; i++)
        move(w, &w->r->members[i]);
}

/* --- the end --- */

static bool is_done(const struct work *w, const struct member *member)
{
    return !own_root(w, member) && member->proven != 0;
}

bool adoption_is_over(const struct work *w, struct obstacle *left)
{
    (void)left;
    for (size_t i = 0; w->r->published && i < w->r->member_count; i++)
        if (is_done(w, &w->r->members[i]))
            return true;
    return false;
}

void adoptions_end(struct work *w)
{
    struct rotation *r = w->r;
    size_t kept = 0;

    for (size_t i = 0; i < r->member_count; i++)
        if (!is_done(w, &r->members[i]))
            r->members[kept++] = r->members[i];
    r->member_count = kept;
}
