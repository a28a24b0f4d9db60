/* rotation/retention.c - CAs that no longer sign: their keys are kept for a while, then destroyed.
 * Pure: no clock, no files, no keys.
 *
 * A key is destroyed when three things hold: its retention is over by the clock of gates, which
 * counts no time that may not have gone by; nothing that it signed is valid any more by the local
 * clock; and neither a mesh nor a rotation uses the CA, as it does again after a rollback.  The
 * certificate stays: clusters may trust it for longer. */
#include "rotation/ca.h"
#include "rotation/private.h"

#include "base/text.h"

void retire_ca(struct work *w, const char *ca)
{
    struct rotation *r = w->r;
    struct rotation_retired *grown;

    for (size_t i = 0; i < r->retired_count; i++)
        if (text_equal(r->retired[i].ca, ca)) { /* it was in use again */
            r->retired[i].since = w->clock.now;
            *ARENA_PUSH(w->arena, w->out->retire, w->out->retire_count) = ca;
            return;
        }
    grown = ARENA_NEW(w->arena, struct rotation_retired, r->retired_count + 1);
    for (size_t i = 0; i < r->retired_count; i++)
        grown[i] = r->retired[i];
    grown[r->retired_count++] = (struct rotation_retired){ ca, w->clock.now };
    r->retired = grown;
    *ARENA_PUSH(w->arena, w->out->retire, w->out->retire_count) = ca;
}

static bool in_use(const struct work *w, const char *ca)
{
    const struct rotation *r = w->r;

    for (size_t i = 0; i < w->facts->mesh_count; i++)
        if (text_equal(w->facts->meshes[i].ca, ca))
            return true;
    return text_equal(r->deployed, ca)
           || (rotation_running(r) && (text_equal(r->old, ca) || text_equal(r->new, ca)));
}

/* Not before its retention is over, nor before everything that it signed has expired. */
static bool disposable(const struct work *w, const struct rotation_retired *retired)
{
    const struct rotation_ca *ca = find_ca(w->facts, retired->ca);

    return w->clock.now >= retired->since + w->facts->policy->retention && !in_use(w, retired->ca)
           && (!ca || w->facts->time.local >= ca->signed_until);
}

bool retention_is_over(const struct work *w, struct obstacle *left)
{
    (void)left;
    for (size_t i = 0; i < w->r->retired_count; i++)
        if (disposable(w, &w->r->retired[i]))
            return true;
    return false;
}

void keys_destroy(struct work *w)
{
    struct rotation *r = w->r;
    size_t kept = 0;

    for (size_t i = 0; i < r->retired_count; i++) {
        if (disposable(w, &r->retired[i]))
            *ARENA_PUSH(w->arena, w->out->destroy, w->out->destroy_count) = r->retired[i].ca;
        else
            r->retired[kept++] = r->retired[i];
    }
    r->retired_count = kept;
}
