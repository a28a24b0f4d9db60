/* rotation/candidate.c - whether a CA may become the new one of a rotation.  Pure: no clock, no
 * files, no keys.
 *
 * It has to be able to sign, to be valid now, and to live long enough for a whole rotation and one
 * intermediate after it.  Its name must differ from those in use: stores and CRLs look certificates
 * up by name, so two roots of one name hide each other. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/clock.h"
#include "base/text.h"

void note_unusable(struct work *w, const char *why)
{
    note(w, true, "", R30_UNUSABLE_WHY, why);
    condition(w, why, R30_UNUSABLE);
}

void make_root(struct work *w, const char *why)
{
    w->out->make_root = true;
    w->out->make_why = why;
}

static int64_t intermediate_life(const struct work *w, const struct rotation_ca *ca)
{
    int64_t most = (ca->not_after - ca->not_before) / 2;

    return w->facts->intermediate_ttl < most ? w->facts->intermediate_ttl : most;
}

static bool name_taken(const struct work *w, const struct rotation_ca *ca)
{
    for (size_t i = 0; i < w->facts->ca_count; i++) {
        const struct rotation_ca *other = &w->facts->cas[i];
        bool live = text_equal(other->id, w->r->deployed)
                    || (rotation_running(w->r) && bundle_has(&w->r->bundle, other->anchor));

        if (live && !text_equal(other->anchor, ca->anchor)
            && text_equal(other->subject, ca->subject))
            return true;
    }
    return false;
}

/* Why a CA cannot even sign; NULL: it can. */
static const char *cannot_sign(const struct work *w, const struct rotation_ca *ca)
{
    if (!ca->key)
        return arena_printf(w->arena, R41_CA_WITHOUT_KEY, ca->id);
    if (w->facts->time.local < ca->not_before)
        return arena_printf(w->arena, R41_CA_NOT_YET_VALID, ca->id,
                            clock_text(ca->not_before, w->arena));
    if (w->facts->time.local >= ca->not_after)
        return arena_printf(w->arena, R41_CA_EXPIRED, ca->id, clock_text(ca->not_after, w->arena));
    return NULL;
}

const char *candidate_unfit(const struct work *w, const struct rotation_ca *ca)
{
    const char *why = ca ? cannot_sign(w, ca) : R41_CA_UNKNOWN;
    int64_t least;

    if (why)
        return why;
    least = renewal_root_least(intermediate_life(w, ca), w->facts->policy);
    if (ca->not_after - w->facts->time.local <= least)
        return arena_printf(w->arena, R41_CA_ENDS_TOO_SOON, ca->id,
                            clock_text(ca->not_after, w->arena),
                            clock_duration_text(least, w->arena));
    if (name_taken(w, ca))
        return arena_printf(w->arena, R41_CA_NAME_TAKEN, ca->id, ca->subject);
    return NULL;
}

/* The first CA has nothing to rotate from, so it only has to be able to sign. */
const char *candidate_unusable_first(const struct work *w, const struct rotation_ca *ca)
{
    if (ca && ca->key && ca->not_after > w->facts->time.local)
        return NULL;
    return ca ? cannot_sign(w, ca) : R41_CA_UNKNOWN;
}

void name_rotation(const struct work *w, struct rotation *r, const struct rotation_ca *ca)
{
    r->count++;
    r->id = arena_printf(w->arena, "r%u-%.8s", r->count, ca->id);
    r->new = ca->id;
    r->trust = w->facts->trust;
    r->digest = w->facts->target.digest;
    for (size_t i = 0; i < PHASES; i++)
        r->approval[i] = (struct rotation_approval){ false, false };
    r->force = "";
    r->pending = "";
    r->pause = "";
}
