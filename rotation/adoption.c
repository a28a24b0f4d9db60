/* rotation/adoption.c - clusters that ran with a root of their own before weft came: they change
 * to ours without an outage, or wait.  Pure: no clock, no files, no keys.
 *
 * The old key is not ours, so the first step (both roots trusted, the old one signs) is its
 * operator's.  Then weft signs under our root, keeps both in the bundle, and drops the old root
 * when its leaves are gone.  Clusters that share an old root go together, for they talk to each
 * other. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

static bool is_foreign(const struct work *w, const struct rotation_member_input *mesh)
{
    const char *root = mesh->evidence.foreign_root;

    if (rotation_running(w->r) && bundle_has(&w->r->bundle, root))
        return false; /* it left in this very rotation */
    return !text_empty(root) && text_empty(mesh->ca)
           && !text_equal(root, anchor_of(w, w->r->deployed));
}

/* The root of its own that a member trusts, or did when it was listed; NULL: none any more. */
static const char *own_root(const struct work *w, const struct member *member)
{
    const char *first = member_wanted(member)->bundle.roots[0];

    return text_equal(first, anchor_of(w, w->r->deployed)) ? NULL : first;
}

/* Its operator has made it ready, and weft has not given it anything yet. */
static bool is_candidate(const struct work *w, const struct member *member)
{
    return !text_equal(member_wanted(member)->signer, anchor_of(w, w->r->deployed));
}

/* Another cluster of the same old root that does not trust ours yet; NULL: none. */
static const struct rotation_member_input *laggard(const struct work *w, const char *root)
{
    for (size_t i = 0; i < w->facts->mesh_count; i++) {
        const struct rotation_member_input *mesh = &w->facts->meshes[i];

        if (is_foreign(w, mesh) && text_equal(mesh->evidence.foreign_root, root)
            && !mesh->evidence.foreign_ready)
            return mesh;
    }
    return NULL;
}

/* --- waiting --- */

static bool accept_outage(struct work *w, const struct rotation_member_input *mesh)
{
    if (is_foreign(w, mesh))
        add_note(w, false, mesh->mesh,
                 "cluster %s changes from %s root %.8s at once, as strategy NONE asks: its "
                 "workloads refuse each other until all have new leaves, up to %s",
                 mesh->cluster, text_empty(mesh->evidence.foreign_owner) ? "its own" : "its former",
                 mesh->evidence.foreign_root,
                 clock_duration_text(w->facts->policy->leaf_ttl, w->arena));
    return false;
}

/* Its certificates are weft's own, from another virtual mesh, or from this one before it left. */
static void tell_owned(struct work *w, const struct rotation_member_input *mesh)
{
    const bool ours = text_equal(mesh->evidence.foreign_owner, w->facts->virtual_mesh);

    add_note(w, true, mesh->mesh,
             "cluster %s has certificates under root %.8s of %s%s: with another root at once its "
             "workloads would refuse each other until istiod and all of them are restarted; %s, or "
             "choose rotationStrategy NONE until it has joined and accept that outage there",
             mesh->cluster, mesh->evidence.foreign_root,
             ours ? "the time before it left" : "virtual mesh ",
             ours ? "" : mesh->evidence.foreign_owner,
             ours ? "let it join when they have expired" : "leave it in that virtual mesh");
}

static bool not_ready(struct work *w, const struct rotation_member_input *mesh)
{
    if (!text_empty(mesh->evidence.foreign_owner)) {
        tell_owned(w, mesh);
        return true;
    }
    add_note(w, true, mesh->mesh,
             "cluster %s trusts a root of its own (%.8s) whose key weft does not have: first put "
             "its root and the one of `weft trust root %s`, in this order, into root-cert.pem of "
             "its Secret cacerts, or choose rotationStrategy NONE and accept an outage there",
             mesh->cluster, mesh->evidence.foreign_root, w->facts->virtual_mesh);
    return true;
}

/* Ready, but something else has to come first. */
static bool not_yet(struct work *w, const struct rotation_member_input *mesh)
{
    const struct evidence *evidence = &mesh->evidence;
    const struct rotation_member_input *other = laggard(w, evidence->foreign_root);

    if (text_empty(evidence->foreign_pem))
        add_note(w, true, mesh->mesh,
                 "cluster %s trusts a root of its own (%.8s) whose certificate weft could not "
                 "read, so it cannot keep it in the bundle until its leaves are gone",
                 mesh->cluster, evidence->foreign_root);
    else if (other)
        add_note(
            w, false, mesh->mesh,
            "cluster %s waits for cluster %s, which trusts the same root %.8s and not ours yet",
            mesh->cluster, other->cluster, evidence->foreign_root);
    else if (w->r->state != ROTATION_NOT_ROTATING)
        add_note(w, false, mesh->mesh,
                 "cluster %s, which came with a root of its own (%.8s), joins when rotation %s is "
                 "done",
                 mesh->cluster, evidence->foreign_root, w->r->id);
    else
        return false;
    return true;
}

bool adoption_waits(struct work *w, const struct rotation_member_input *mesh)
{
    if (!text_empty(mesh->ca))
        return false;
    if (w->facts->strategy == STRATEGY_NONE)
        return accept_outage(w, mesh);
    if (mesh->evidence.foreign_unknown) {
        add_note(w, true, mesh->mesh,
                 "cluster %s could not be asked which roots it trusts; it gets certificates when "
                 "it answers, for another root would break what runs there",
                 mesh->cluster);
        return true;
    }
    if (!is_foreign(w, mesh))
        return false;
    return mesh->evidence.foreign_ready ? not_yet(w, mesh) : not_ready(w, mesh);
}

/* --- beginning --- */

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
    *ARENA_PUSH(w->arena, w->out->adoptions, w->out->adoption_count) =
        (struct rotation_adoption){ root, mesh->evidence.foreign_pem };
}

static void note_candidates(struct work *w)
{
    const struct evidence_policy *policy = w->facts->policy;

    for (size_t i = 0; i < w->r->member_count; i++)
        if (is_candidate(w, &w->r->members[i]))
            add_note(w, false, w->r->members[i].mesh,
                     "cluster %s trusts our root beside its own (%.8s) now; weft signs for it when "
                     "the leaves from before that are gone in all clusters of that root, after %s",
                     w->r->members[i].cluster, own_root(w, &w->r->members[i]),
                     clock_duration_text(policy->leaf_ttl + policy->skew, w->arena));
}

static int by_mesh(const void *a, const void *b)
{
    const struct member *left = a, *right = b;

    return strcmp(left->mesh, right->mesh);
}

static bool join(struct work *w, const struct rotation_member_input *mesh)
{
    const struct member *member = find_member(w->r, mesh->mesh);

    if (member)
        return is_candidate(w, member);
    if (adoption_waits(w, mesh))
        return true;
    if (!is_foreign(w, mesh) || w->facts->strategy == STRATEGY_NONE)
        return false;
    list_candidate(w, mesh);
    return true;
}

void adoptions_join(struct work *w)
{
    struct rotation *r = w->r;
    struct member *room;

    if (text_empty(r->deployed))
        return;
    w->waits = ARENA_NEW(w->arena, bool, w->facts->mesh_count);
    room = ARENA_NEW(w->arena, struct member, r->member_count + w->facts->mesh_count);
    for (size_t i = 0; i < r->member_count; i++)
        room[i] = r->members[i];
    r->members = room;
    for (size_t i = 0; i < w->facts->mesh_count; i++)
        w->waits[i] = join(w, &w->facts->meshes[i]);
    if (r->member_count > 0)
        qsort(r->members, r->member_count, sizeof *r->members, by_mesh);
    if (r->state == ROTATION_NOT_ROTATING)
        note_candidates(w);
}

/* --- on the way --- */

/* What is not known keeps its place, and goes no further. */
static bool still_ready(const struct work *w, const struct rotation_member_input *mesh)
{
    const struct evidence *evidence = &mesh->evidence;

    if (w->facts->strategy == STRATEGY_NONE)
        return false;
    return evidence->foreign_unknown || (text_empty(evidence->foreign_root) && evidence->since == 0)
           || (is_foreign(w, mesh) && evidence->foreign_ready);
}

static void drop_departed(struct work *w)
{
    struct rotation *r = w->r;
    size_t kept = 0;

    for (size_t i = 0; i < r->member_count; i++) {
        const struct rotation_member_input *mesh = find_mesh(w, r->members[i].mesh);

        if (mesh && (!is_candidate(w, &r->members[i]) || still_ready(w, mesh)))
            r->members[kept++] = r->members[i];
    }
    r->member_count = kept;
}

static void look_at(struct work *w, struct member *member)
{
    const struct rotation_member_input *mesh = find_mesh(w, member->mesh);

    if (text_empty(mesh->ca))
        member->committed = w->clock.now; /* could not be issued yet */
    else
        member_see(w, member, &mesh->evidence);
}

/* After FINISHED, members are those of the rotation that is over. */
void adoptions_update(struct work *w)
{
    struct rotation *r = w->r;

    if (w->facts->reverted && !text_empty(r->deployed))
        add_note(w, false, "",
                 "the output branch does not hold what was pushed last: certificates are pushed "
                 "again; clusters that loaded others meanwhile may have been refused");

    if (r->state != ROTATION_NOT_ROTATING)
        return;
    drop_departed(w);
    for (size_t i = 0; i < r->member_count; i++) {
        if (is_candidate(w, &r->members[i]))
            continue;
        if (w->facts->reverted) {
            member_resurrect(&r->members[i]);
            r->published = false;
        }
    }
    for (size_t i = 0; r->published && i < r->member_count; i++)
        if (!is_candidate(w, &r->members[i]))
            look_at(w, &r->members[i]);
}

/* Everybody who came with this root has come so far that next and all his leaves accept each other.
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
            && !find_member(r, w->facts->meshes[i].mesh))
            return false;
    return true;
}

/* Without multi-root its istiod would drop the change until somebody restarts it. */
static bool takes_no_change(struct work *w, const struct member *member, const char *root)
{
    if (!find_mesh(w, member->mesh)->evidence.single_root || w->facts->policy->restart_acknowledged)
        return false;
    add_note(w, false, member->mesh,
             "cluster %s goes on trusting its own root %.8s: its istiod runs without "
             "ISTIO_MULTIROOT_MESH=true and would not drop it until it is restarted; set it, or "
             "acknowledge the restarts",
             member->cluster, root);
    return true;
}

static bool commit(struct work *w, struct member *member, const struct material *next)
{
    if (!group_fits(w, own_root(w, member), next)
        || gate_fits_one(member, 1, 0, next, w->clock).reason != GATE_OPEN
        || !member_commit(member, next, w->clock))
        return false;
    w->r->published = false;
    w->out->moved = true;
    return true;
}

static void take_over(struct work *w, struct member *member)
{
    const struct material next = { anchor_of(w, w->r->deployed), member_wanted(member)->bundle };
    const struct rotation_member_input *mesh = find_mesh(w, member->mesh);
    const char *root = own_root(w, member);

    if (is_foreign(w, mesh) && mesh->evidence.foreign_ready && commit(w, member, &next))
        add_condition(w, w->r->state, NULL,
                      "cluster %s signs under root %s from now on; it trusts its own root %.8s, "
                      "too, until the leaves under that are gone",
                      member->cluster, ca_words(w, w->r->deployed), root);
}

static void drop_own_root(struct work *w, struct member *member)
{
    const struct material next = step_material(w, 0, "");
    const char *root = own_root(w, member);

    if (root && !takes_no_change(w, member, root) && commit(w, member, &next))
        add_condition(w, w->r->state, NULL, "no leaf under root %.8s is left: cluster %s drops it",
                      root, member->cluster);
}

static bool is_done(const struct work *w, const struct member *member)
{
    return !own_root(w, member) && member->proven != 0;
}

bool adoption_under_way(const struct work *w, const struct member *member)
{
    return !is_candidate(w, member);
}

bool adoptions_next(struct work *w)
{
    struct rotation *r = w->r;
    size_t kept = 0;

    if (!r->published)
        return false;
    for (size_t i = 0; i < r->member_count; i++)
        if (is_candidate(w, &r->members[i]))
            take_over(w, &r->members[i]);
        else
            drop_own_root(w, &r->members[i]);
    for (size_t i = 0; i < r->member_count; i++)
        if (!is_done(w, &r->members[i]))
            r->members[kept++] = r->members[i];
    r->member_count = kept;
    return w->out->moved;
}
