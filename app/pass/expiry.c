/* app/pass/expiry.c - when certificates end and when they are renewed, for monitoring.  Reads the
 * ledger only, so that a pass that failed tells the same; decides nothing: rotation/rotation.c
 * does. */
#include "app/pass/expiry.h"
#include "base/map.h"
#include "rotation/renewal.h"
#include <string.h>

struct expiry {
    const struct ledger *ledger;
    const struct evidence_policy *policy;
    struct map *trusts; /* struct trust by virtual mesh */
    struct report_certificate *list;
    size_t count;
    struct arena *arena;
};

/* What times depend on; zeros stand for the defaults. */
struct trust {
    double root_ratio, ratio;
    int64_t ttl; /* of the longest intermediate in use */
};

static struct trust *deployed_trust(const struct ledger_rotation *row, struct arena *arena)
{
    struct trust *trust = ARENA_NEW(arena, struct trust, 1);

    if (row->deployed) {
        trust->root_ratio = row->deployed->generated.grace_ratio;
        trust->ratio = row->deployed->intermediate.grace_ratio;
    }
    return trust;
}

static void list_trusts(struct expiry *expiry)
{
    const struct ledger *ledger = expiry->ledger;

    for (const struct ledger_rotation *row = ledger->rotations; row; row = row->next)
        map_put(expiry->trusts, row->virtual_mesh, deployed_trust(row, expiry->arena));
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next) {
        struct trust *trust = map_find(expiry->trusts, row->virtual_mesh);

        if (trust && row->state == KEY_ACTIVE && row->not_after - row->not_before > trust->ttl)
            trust->ttl = row->not_after - row->not_before;
    }
}

static struct trust trust_of(const struct expiry *expiry, const char *virtual_mesh)
{
    const struct trust *trust = map_find(expiry->trusts, virtual_mesh);

    return trust ? *trust : (struct trust){ 0 };
}

static void add_root(struct expiry *expiry, const struct ledger_root *row)
{
    const struct trust trust = trust_of(expiry, row->virtual_mesh);
    const struct lifetime life = { row->not_before, row->not_after, trust.root_ratio };

    *ARENA_PUSH(expiry->arena, expiry->list, expiry->count) = (struct report_certificate){
        .virtual_mesh = row->virtual_mesh,
        .mesh = "",
        .fingerprint = row->id,
        .not_after = row->not_after,
        .renewal =
            row->not_after - renewal_root_window(life, trust.ttl, trust.ratio, expiry->policy),
    };
}

static void add_intermediate(struct expiry *expiry, const struct ledger_intermediate *row)
{
    const struct lifetime life = { row->not_before, row->not_after,
                                   trust_of(expiry, row->virtual_mesh).ratio };

    *ARENA_PUSH(expiry->arena, expiry->list, expiry->count) = (struct report_certificate){
        .virtual_mesh = row->virtual_mesh,
        .mesh = row->mesh,
        .fingerprint = row->id,
        .not_after = row->not_after,
        .renewal = renewal_time(life, expiry->policy, row->mesh),
    };
}

bool expiry_watched(const struct ledger *ledger, const char *virtual_mesh)
{
    const struct ledger_status *row = ledger_find_status(ledger, virtual_mesh);

    return row && !row->gone;
}

size_t expiry_list(struct report_certificate **out, const struct ledger *ledger,
                   const struct evidence_policy *policy, struct arena *arena)
{
    struct expiry expiry = {
        .ledger = ledger, .policy = policy, .trusts = map_new(arena), .arena = arena
    };

    list_trusts(&expiry);
    for (const struct ledger_root *row = ledger->roots; row; row = row->next)
        if ((row->state == KEY_ACTIVE || row->state == KEY_NEXT)
            && expiry_watched(ledger, row->virtual_mesh))
            add_root(&expiry, row);
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && expiry_watched(ledger, row->virtual_mesh))
            add_intermediate(&expiry, row);
    *out = expiry.list;
    return expiry.count;
}
