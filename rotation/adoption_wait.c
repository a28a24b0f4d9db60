/* rotation/adoption_wait.c - clusters that ran with a root of their own and cannot change to ours
 * yet, and why.  Pure: no clock, no files, no keys.
 *
 * The questions come in the order of their answers' weight: strategy NONE accepts the outage; a
 * cluster that could not be asked may have any root, so it waits; one without a root of its own has
 * nothing to wait for; of the rest, one that does not trust our root yet waits for its operator,
 * and one that does waits for the other clusters of its old root. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"
#include "base/text.h"

bool is_foreign(const struct work *w, const struct rotation_member_input *mesh)
{
    const char *root = mesh->evidence.foreign_root;

    if (rotation_running(w->r) && bundle_has(&w->r->bundle, root))
        return false; /* it left in this very rotation */
    return !text_empty(root) && text_empty(mesh->ca)
           && !text_equal(root, anchor_of(w, w->r->deployed));
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

static bool accept_outage(struct work *w, const struct rotation_member_input *mesh)
{
    if (is_foreign(w, mesh))
        note(w, false, mesh->mesh, R80_OUTAGE, mesh->cluster,
             text_empty(mesh->evidence.foreign_owner) ? "its own" : "its former",
             mesh->evidence.foreign_root,
             clock_duration_text(w->facts->policy->leaf_ttl, w->arena));
    return false;
}

/* Its certificates are weft's own, from another virtual mesh, or from this one before it left. */
static void tell_owned(struct work *w, const struct rotation_member_input *mesh)
{
    const bool ours = text_equal(mesh->evidence.foreign_owner, w->facts->virtual_mesh);

    note(w, true, mesh->mesh, R81_FORMER_MEMBER, mesh->cluster, mesh->evidence.foreign_root,
         ours ? "the time before it left" : "virtual mesh ",
         ours ? "" : mesh->evidence.foreign_owner,
         ours ? "let it join once they have expired" : "leave it in that virtual mesh");
}

static bool not_ready(struct work *w, const struct rotation_member_input *mesh)
{
    if (!text_empty(mesh->evidence.foreign_owner)) {
        tell_owned(w, mesh);
        return true;
    }
    note(w, true, mesh->mesh, R82_NOT_READY, mesh->cluster, mesh->evidence.foreign_root,
         w->facts->virtual_mesh);
    return true;
}

/* Ready, but something else has to come first. */
static bool not_yet(struct work *w, const struct rotation_member_input *mesh)
{
    const struct evidence *evidence = &mesh->evidence;
    const struct rotation_member_input *other = laggard(w, evidence->foreign_root);

    if (text_empty(evidence->foreign_pem))
        note(w, true, mesh->mesh, R83_ROOT_UNREADABLE, mesh->cluster, evidence->foreign_root);
    else if (other)
        note(w, false, mesh->mesh, R84_WAITS_FOR_CLUSTER, mesh->cluster, other->cluster,
             evidence->foreign_root);
    else if (!position_equal(w->r->at, position_at_rest()))
        note(w, false, mesh->mesh, R85_WAITS_FOR_ROTATION, mesh->cluster, evidence->foreign_root,
             w->r->id);
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
        note(w, true, mesh->mesh, R86_ROOTS_UNKNOWN, mesh->cluster);
        return true;
    }
    if (!is_foreign(w, mesh))
        return false;
    return mesh->evidence.foreign_ready ? not_yet(w, mesh) : not_ready(w, mesh);
}
