/* pki/publication.c - what happens to the records of rotations between two passes: a push, and
 * time.
 *
 * Between two passes only two things happen to a rotation: its commit arrives on the branch, and
 * time passes. Both are noted here, and nothing is decided.
 *
 * A member counts as committed when its delivery was in the tree that was pushed, not when the
 * pass decided so; files of a virtual mesh that were held back do not count, whatever was pushed
 * for others. A pass may be skipped as idle only when no rotation could do anything in it:
 * publication_next_due answers "now" for a rotation under way, for requests, for anything
 * unpublished, for a cluster that does not hold what it is to hold, and for a record that cannot
 * be read. A later answer is the earliest of all renewals and disposals of keys, so sleeping until
 * then misses none. */
#include "pki/publication.h"
#include "base/text.h"
#include "pki/cacerts_owner.h"
#include "pki/desired.h"
#include "pki/receipts.h"
#include "pki/rotation_input.h"
#include "pki/rotation_record.h"
#include "pki/trust.h"
#include "rotation/ca.h"
#include "state/ledger.h"
#include <string.h>

struct outgoing {
    const struct trust_delivered *delivered; /* NULL: everything is out */
    const char *virtual_mesh;
};

static bool is_out(void *context, const char *mesh)
{
    const struct outgoing *outgoing = context;

    return !outgoing->delivered
           || outgoing->delivered->is_out(outgoing->delivered->context, outgoing->virtual_mesh,
                                          mesh);
}

/* Nothing of a virtual mesh whose files were held back is out, whatever was pushed for others. */
static bool any_out(const struct ledger *ledger, struct outgoing *outgoing)
{
    bool any = false, out = false;

    for (const struct ledger_intermediate *row = ledger->intermediates; row && !out;
         row = row->next)
        if (row->state == KEY_ACTIVE && text_equal(row->virtual_mesh, outgoing->virtual_mesh)) {
            any = true;
            out = is_out(outgoing, row->mesh);
        }
    return out || !any;
}

static bool all_out(const struct rotation *rotation)
{
    for (size_t i = 0; i < rotation->member_count; i++)
        if (rotation->members[i].committed == 0)
            return false;
    return rotation->published;
}

int publication_done(struct ledger *ledger, int64_t now, const struct trust_delivered *delivered,
                     struct err *err)
{
    for (struct ledger_rotation *row = ledger->rotations; row; row = row->next) {
        struct outgoing outgoing = { delivered, row->virtual_mesh };
        const struct rotation_delivered members = { is_out, &outgoing };
        struct rotation rotation;

        if (rotation_record_load(&rotation, row, ledger->arena, err) < 0)
            return -1;
        if (all_out(&rotation) || !any_out(ledger, &outgoing))
            continue;
        rotation_published(&rotation, now, &members);
        rotation_record_save(row, &rotation, ledger->arena);
    }
    return 0;
}

bool publication_is_behind(const struct ledger *ledger, const struct trust_branch *branch)
{
    const struct rotation *rotation = rotation_record_find(ledger, branch->virtual_mesh);

    return rotation && rotation_running(rotation) && rotation->at.direction == DIRECTION_FORWARD
           && rotation_input_branch_step(rotation, branch) > (int)rotation->at.phase;
}

bool publication_is_immediate(const struct ledger *ledger, const char *virtual_mesh)
{
    const struct rotation *rotation = rotation_record_find(ledger, virtual_mesh);

    return rotation && rotation_running(rotation) && rotation->immediate;
}

bool publication_is_current(const struct ledger *ledger, const char *virtual_mesh)
{
    const struct rotation *rotation = rotation_record_find(ledger, virtual_mesh);

    return rotation && rotation->published;
}

static int64_t earlier(int64_t a, int64_t b) { return a < b ? a : b; }

/* Ratios are those of the trust that is deployed. */
static int64_t renewals_wake(const struct ledger *ledger, const struct ledger_rotation *rotation,
                             const struct evidence_policy *policy)
{
    const struct shared_trust *trust = rotation->deployed;
    const double root_ratio = trust ? trust->generated.grace_ratio : 0,
                 ratio = trust ? trust->intermediate.grace_ratio : 0;
    int64_t wakes = INT64_MAX;

    for (const struct ledger_root *row = ledger->roots; row; row = row->next) {
        struct lifetime life = { row->not_before, row->not_after, root_ratio };

        if (text_equal(row->id, rotation->deployed_root))
            wakes = earlier(wakes, row->not_after
                                       - renewal_root_window(life, row->not_after - row->not_before,
                                                             0.10, policy));
    }
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next) {
        struct lifetime life = { row->not_before, row->not_after, ratio };

        if (row->state == KEY_ACTIVE && text_equal(row->virtual_mesh, rotation->virtual_mesh))
            wakes = earlier(wakes, renewal_time(life, policy, row->mesh));
    }
    return wakes;
}

/* When a retired root's key may be destroyed. */
static int64_t disposal_wake(const struct ledger *ledger, const struct rotation_retired *retired,
                             const struct evidence_policy *policy)
{
    int64_t wakes = retired->since + policy->retention;

    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (row->not_after > wakes && text_equal(row->root, retired->ca))
            wakes = row->not_after;
    return wakes;
}

/* Every cluster of direct delivery has what it is to hold.  One that could not be reached is
 * tried again in the next pass. */
static bool all_written(const struct ledger *ledger, const char *virtual_mesh,
                        const struct evidence_policy *policy, struct arena *arena)
{
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next) {
        const struct mesh_identity mesh = { .cluster = row->cluster, .namespace = row->namespace };
        const struct ledger_delivery *receipt;

        if (row->state != KEY_ACTIVE || !text_equal(row->virtual_mesh, virtual_mesh)
            || evidence_receipt_level(policy, row->cluster) == EVIDENCE_NONE)
            continue;
        receipt = ledger_find_delivery(ledger, receipts_path(&mesh, arena));
        if (!receipt || text_empty(receipt->digest)
            || !text_equal(receipt->mark, desired_material(ledger, virtual_mesh, row->mesh, arena)))
            return false;
    }
    return true;
}

int64_t publication_next_due(const struct ledger *ledger, const struct evidence_policy *policy,
                             int64_t now)
{
    const struct evidence_policy *used = policy ? policy : &evidence_policy_default;
    int64_t wakes = INT64_MAX;

    if (used->calendar)
        return now; /* what waits for a window is in no record */
    for (struct ledger_rotation *row = ledger->rotations; row; row = row->next) {
        const struct rotation *rotation = rotation_record_peek(row, ledger->arena);

        if (!rotation || rotation_shown(rotation) != ROTATION_NOT_ROTATING || !rotation->published
            || rotation->request_count > 0 || rotation->member_count > 0 || rotation->more)
            return now;
        if (!all_written(ledger, row->virtual_mesh, used, ledger->arena))
            return now;
        wakes = earlier(wakes, renewals_wake(ledger, row, used));
        for (size_t i = 0; i < rotation->retired_count; i++)
            wakes = earlier(wakes, disposal_wake(ledger, &rotation->retired[i], used));
    }
    return wakes;
}
