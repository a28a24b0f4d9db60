/* pki/unmerged.c - which waits in a pull request end in an outage.  Pure: the ledger and a record
 * in, remarks out.
 *
 * The ledger has what is to be held, so a renewal that was issued and not merged looks done there.
 * What clusters have is what the record on the output branch names: a certificate there that is
 * not the one in use has a successor that waits.  Two times matter for each.  Until the reserve of
 * the leaves begins (rotation/renewal.h) nothing is lost; from the end of the certificate on istiod
 * issues no leaf.  A rotation has such a time as well: what its remaining steps need before the old
 * root ends. */
#include "pki/unmerged.h"
#include "base/clock.h"
#include "base/text.h"
#include "pki/messages.h"
#include "pki/rotation_record.h"
#include "rotation/ca.h"
#include "rotation/renewal.h"
#include "rotation/rotation.h"

static const double ratio = 0.10; /* of the API, for a renewal */

struct published {
    const char *mesh, *cluster, *fingerprint;
    struct lifetime life;
};

static const char *get(const struct node *node, const char *key)
{
    const char *text = node_get(node, key, NULL);

    return text ? text : "";
}

static bool read_published(struct published *out, const struct node *node)
{
    *out = (struct published){
        get(node, "mesh"), get(node, "cluster"), get(node, "fingerprint"), { 0, 0, ratio }
    };
    return clock_parse(get(node, "notBefore"), &out->life.not_before)
           && clock_parse(get(node, "notAfter"), &out->life.not_after);
}

/* Another one is in use: the ledger has issued what replaces it. */
static bool is_replaced(const struct unmerged *in, const struct published *published)
{
    const char *name = object_ref_text(in->virtual_mesh, in->ledger->arena);
    const struct ledger_intermediate *active =
        ledger_active_intermediate(in->ledger, name, published->mesh);

    return active && !text_equal(active->id, published->fingerprint);
}

static void remark_intermediate(struct findings *remarks, const struct unmerged *in,
                                const struct published *published)
{
    struct arena *arena = remarks->arena;
    const int64_t end = published->life.not_after, least = end - renewal_reserve(in->policy);

    TRUST_REMARK(remarks,
                 finding_of_virtual_mesh(in->virtual_mesh,
                                         in->now < least ? SEVERITY_WARNING : SEVERITY_ERROR),
                 T13_INTERMEDIATE_UNMERGED, published->cluster, clock_text(end, arena), in->where,
                 clock_text(in->since, arena), clock_text(least, arena), clock_text(end, arena));
}

static void remark_intermediates(struct findings *remarks, const struct unmerged *in)
{
    const struct node *trust = in->published ? in->published->trust : NULL;
    const struct node *list = trust ? node_find(trust, "intermediates") : NULL;

    for (const struct node *node = list ? list->first : NULL; node; node = node->next) {
        struct published published;

        if (read_published(&published, node) && is_replaced(in, &published)
            && in->now >= published.life.not_after - renewal_window(published.life, in->policy))
            remark_intermediate(remarks, in, &published);
    }
}

/* The longest intermediate that is in use. */
static int64_t intermediate_life(const struct ledger *ledger, const char *virtual_mesh)
{
    int64_t life = 0;

    for (const struct ledger_intermediate *row = ledger->intermediates; row; row = row->next)
        if (row->state == KEY_ACTIVE && text_equal(row->virtual_mesh, virtual_mesh)
            && row->not_after - row->not_before > life)
            life = row->not_after - row->not_before;
    return life;
}

static void remark_step(struct findings *remarks, const struct unmerged *in)
{
    const char *name = object_ref_text(in->virtual_mesh, remarks->arena);
    const struct rotation *rotation = rotation_record_find(in->ledger, name);
    const struct ledger_root *old = rotation ? ledger_find_root(in->ledger, rotation->old) : NULL;
    struct arena *arena = remarks->arena;
    int64_t least;

    if (!old || !rotation_running(rotation) || rotation->published)
        return;
    least = old->not_after - renewal_root_least(intermediate_life(in->ledger, name), in->policy);
    if (in->now < least && in->now - in->since <= in->policy->fail_after)
        return;
    TRUST_REMARK(remarks,
                 finding_of_virtual_mesh(in->virtual_mesh,
                                         in->now < least ? SEVERITY_WARNING : SEVERITY_ERROR),
                 T14_STEP_UNMERGED, (int)rotation->at.phase, rotation->id, in->where,
                 clock_text(in->since, arena), old->id, clock_text(old->not_after, arena),
                 clock_text(least, arena));
}

void unmerged_remark(struct findings *remarks, const struct unmerged *in)
{
    remark_intermediates(remarks, in);
    remark_step(remarks, in);
}
