/* app/loading.c - since when a mesh works with its material.
 * A rotation counts by a clock of its own, which never runs faster than the machine's (rotation/
 * clock.h), so a time of it becomes a date by going back from the last pass: too late at worst.  A
 * rotation with gates ends only when nothing from before is alive.  Without gates, and with the
 * first certificates of a cluster, only time tells. */
#include "app/loading.h"

#include "pki/rotation_record.h"
#include "pki/transfer.h"
#include "rotation/ca.h"

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t date_of(const struct rotation_clock *clock, int64_t time)
{
    return time && clock->local ? clock->local - (clock->gate - time) : 0;
}

static void add_rotation(struct loading *out, const struct rotation *rotation, const char *mesh)
{
    const struct member *member = rotation_member(rotation, mesh);

    out->rotation = rotation->id;
    out->step = (int)rotation->at.phase;
    out->replaced = rotation->immediate;
    if (!member)
        return;
    out->since = date_of(&rotation->clock, member->proven);
    out->assumed = member->assumed;
    out->turned = member->turned;
}

static void add_rest(struct loading *out, const struct ledger *ledger,
                     const struct rotation *rotation, const struct ledger_intermediate *row)
{
    const struct mesh_identity place = { .cluster = row->cluster, .namespace = row->namespace };
    const int64_t ended =
        rotation && rotation->immediate ? date_of(&rotation->clock, rotation->entered) : 0;

    out->replaced = !transfer_former(ledger, &place, 0, row) || ended;
    out->issued = later(ended, row->created);
}

struct loading loading_of(const struct ledger *ledger, const struct observation *observation,
                          const struct evidence_policy *policy, int64_t now)
{
    const struct rotation *rotation = rotation_record_find(ledger, observation->virtual_mesh);
    const struct ledger_intermediate *row =
        ledger_active_intermediate(ledger, observation->virtual_mesh, observation->mesh);
    struct loading out = { .rotation = "" };

    if (!row)
        return out;
    if (rotation && rotation_running(rotation)) {
        add_rotation(&out, rotation, observation->mesh);
        out.issued = later(date_of(&rotation->clock, rotation->entered), row->created);
        return out;
    }
    add_rest(&out, ledger, rotation, row);
    out.settled = !out.replaced
                  || now >= out.issued + policy->sync_allowance + policy->leaf_ttl + policy->skew;
    return out;
}
