/* pki/expiry.c - when certificates end and when they are renewed.  Pure: the ledger in, times and
 * remarks out.
 *
 * The times that a status announces are computed by the functions that decide a renewal
 * (rotation/renewal.h), so they cannot promise another time than the one that comes. Remarks are
 * about trust that is in use and that no pass will renew: of a virtual mesh that cannot be used,
 * and of one that asks for no trust any more. Those are the ones that would run out unnoticed,
 * since nothing else of them changes until workloads refuse each other. */
#include "pki/expiry.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/text.h"
#include "pki/messages.h"
#include "rotation/renewal.h"

/* The share of a life that is left when a status says that it ends; that of the API for a renewal.
 */
static const double told_ratio = 0.10;

/* --- times --- */

/* What the times of a virtual mesh depend on; zeros mean the defaults. */
struct trust {
    double root_ratio, ratio;
    int64_t ttl; /* of the longest intermediate in use */
};

struct listing {
    const struct ledger *ledger;
    const struct evidence_policy *policy;
    struct arena *arena;
    struct map *trusts; /* struct trust by virtual mesh */
    struct expiry *list;
    size_t count;
};

static struct trust *trust_new(const struct ledger_rotation *row, struct arena *arena)
{
    struct trust *trust = ARENA_NEW(arena, struct trust, 1);

    if (row->deployed) {
        trust->root_ratio = row->deployed->generated.grace_ratio;
        trust->ratio = row->deployed->intermediate.grace_ratio;
    }
    return trust;
}

static void list_trusts(struct listing *listing)
{
    const struct ledger *ledger = listing->ledger;

    for (const struct ledger_rotation *row = ledger->rotations; row; row = row->next)
        map_put(listing->trusts, row->virtual_mesh, trust_new(row, listing->arena));
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next) {
        struct trust *trust = map_find(listing->trusts, row->virtual_mesh);

        if (trust && row->state == KEY_ACTIVE && row->not_after - row->not_before > trust->ttl)
            trust->ttl = row->not_after - row->not_before;
    }
}

static struct trust trust_of(const struct listing *listing, const char *virtual_mesh)
{
    const struct trust *trust = map_find(listing->trusts, virtual_mesh);

    return trust ? *trust : (struct trust){ 0 };
}

static void add_root(struct listing *listing, const struct ledger_root *row)
{
    const struct trust trust = trust_of(listing, row->virtual_mesh);
    const struct lifetime life = { row->not_before, row->not_after, trust.root_ratio };

    *ARENA_PUSH(listing->arena, listing->list, listing->count) = (struct expiry){
        .virtual_mesh = row->virtual_mesh,
        .mesh = "",
        .fingerprint = row->id,
        .not_after = row->not_after,
        .renewal =
            row->not_after - renewal_root_window(life, trust.ttl, trust.ratio, listing->policy),
    };
}

static void add_intermediate(struct listing *listing, const struct ledger_intermediate *row)
{
    const struct lifetime life = { row->not_before, row->not_after,
                                   trust_of(listing, row->virtual_mesh).ratio };

    *ARENA_PUSH(listing->arena, listing->list, listing->count) = (struct expiry){
        .virtual_mesh = row->virtual_mesh,
        .mesh = row->mesh,
        .fingerprint = row->id,
        .not_after = row->not_after,
        .renewal = renewal_time(life, listing->policy, row->mesh),
    };
}

bool expiry_watched(const struct ledger *ledger, const char *virtual_mesh)
{
    const struct ledger_status *row = ledger_find_status(ledger, virtual_mesh);

    return row && !row->gone;
}

size_t expiry_list(struct expiry **out, const struct ledger *ledger,
                   const struct evidence_policy *policy, struct arena *arena)
{
    struct listing listing = {
        .ledger = ledger, .policy = policy, .arena = arena, .trusts = map_new(arena)
    };

    list_trusts(&listing);
    for (const struct ledger_root *row = ledger->roots; row; row = row->next)
        if ((row->state == KEY_ACTIVE || row->state == KEY_NEXT)
            && expiry_watched(ledger, row->virtual_mesh))
            add_root(&listing, row);
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && expiry_watched(ledger, row->virtual_mesh))
            add_intermediate(&listing, row);
    *out = listing.list;
    return listing.count;
}

/* --- remarks --- */

static bool ends_soon(int64_t not_before, int64_t not_after, const struct evidence_policy *policy,
                      int64_t now)
{
    const struct lifetime life = { not_before, not_after, told_ratio };

    return now >= not_after - renewal_window(life, policy);
}

static void remark_end(struct findings *remarks, struct object_ref virtual_mesh, const char *what,
                       int64_t end)
{
    TRUST_REMARK(remarks, finding_of_virtual_mesh(virtual_mesh, SEVERITY_ERROR), T10_ENDS_UNUSABLE,
                 what, clock_text(end, remarks->arena));
}

static bool in_use(const struct ledger_intermediate *row, const char *virtual_mesh)
{
    return row->state == KEY_ACTIVE && text_equal(row->virtual_mesh, virtual_mesh);
}

void expiry_remark_unusable(struct findings *remarks, const struct ledger *ledger,
                            struct object_ref virtual_mesh, const struct evidence_policy *policy,
                            int64_t now)
{
    const char *name = object_ref_text(virtual_mesh, remarks->arena);
    const struct ledger_rotation *rotation = ledger_find_rotation(ledger, name);
    const struct ledger_root *root =
        rotation ? ledger_find_root(ledger, rotation->deployed_root) : NULL;

    if (root && ends_soon(root->not_before, root->not_after, policy, now))
        remark_end(remarks, virtual_mesh, arena_printf(remarks->arena, "root %.8s", root->id),
                   root->not_after);
    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (in_use(row, name) && ends_soon(row->not_before, row->not_after, policy, now))
            remark_end(remarks, virtual_mesh,
                       arena_printf(remarks->arena, "the intermediate of cluster %s", row->cluster),
                       row->not_after);
}

void expiry_remark_unmanaged(struct findings *remarks, const struct ledger *ledger,
                             struct object_ref virtual_mesh, int64_t now)
{
    const char *name = object_ref_text(virtual_mesh, remarks->arena);
    int64_t first = INT64_MAX;

    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (in_use(row, name) && row->not_after > now && row->not_after < first)
            first = row->not_after;
    if (first != INT64_MAX)
        TRUST_REMARK(remarks, finding_of_virtual_mesh(virtual_mesh, SEVERITY_WARNING),
                     T11_ENDS_UNMANAGED, clock_text(first, remarks->arena));
}
