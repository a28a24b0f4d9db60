/* rotation/member_join.c - clusters that join a fleet, after all transitions.  Pure: no clock, no
 * files, no keys.
 *
 * A newcomer gets the phase that all members are asked for, never an older one, and passes the same
 * gate as a commit for all: its material must fit everything that is alive in any member, and what
 * weft gave it before it left once counts as alive there.  Where that does not hold yet it waits
 * outside, without certificates, and keeps no member from going on. */
#include "base/clock.h"
#include "base/text.h"
#include "rotation/ca.h"
#include "rotation/private.h"
#include <stdlib.h>
#include <string.h>

/* What weft gave it before it left is alive there. */
static void remember_former(struct member *member, const struct rotation_member_input *mesh)
{
    const char *root = mesh->evidence.foreign_root;

    if (text_empty(mesh->evidence.foreign_owner))
        return;
    member->held[member->held_count++] = (struct material){ root, bundle_of(root) };
}

/* It gets the phase that every other member is asked for: what fits next to the slowest of them. */
static bool join(struct work *w, const struct rotation_member_input *mesh)
{
    struct rotation *r = w->r;
    const char *signer =
        r->member_count ? member_wanted(&r->members[0])->signer : anchor_of(w, r->old);
    struct material first = phase_material(w, r, r->at.phase, signer);
    struct member *at = &r->members[r->member_count];

    *at = (struct member){ .mesh = mesh->mesh, .cluster = mesh->cluster };
    if (adoption_waits(w, mesh))
        return false;
    remember_former(at, mesh);
    if (!signing_ca(w, r, first.signer)) {
        note(w, true, mesh->mesh, R53_JOIN_WITHOUT_KEY, mesh->cluster, (int)r->at.phase, r->id,
             first.signer);
        return false;
    }
    if (gate_fits_one(r->members, r->member_count + 1, r->member_count, &first, w->clock).reason
        != GATE_OPEN) {
        note(w, false, mesh->mesh, R54_JOIN_LATER, mesh->cluster);
        return false;
    }
    if (!member_commit(at, &first, w->clock))
        return false;
    r->member_count++;
    r->published = false;
    w->out->moved = true;
    condition(w, NULL, R52_JOINED, mesh->cluster, (int)r->at.phase, r->id);
    return true;
}

static int by_mesh(const void *a, const void *b)
{
    const struct member *left = a, *right = b;

    return strcmp(left->mesh, right->mesh);
}

bool newcomers_wait(const struct work *w, struct obstacle *left)
{
    (void)left;
    return w->r->member_count < w->facts->mesh_count; /* every member is a mesh of the facts */
}

void members_join(struct work *w)
{
    struct rotation *r = w->r;
    struct member *room;
    bool joined = false;

    room = ARENA_NEW(w->arena, struct member, r->member_count + w->facts->mesh_count);
    for (size_t i = 0; i < r->member_count; i++)
        room[i] = r->members[i];
    r->members = room;
    for (size_t i = 0; i < w->facts->mesh_count; i++)
        if (!rotation_member(r, w->facts->meshes[i].mesh))
            joined |= join(w, &w->facts->meshes[i]);
    if (joined)
        qsort(r->members, r->member_count, sizeof *r->members, by_mesh);
}
