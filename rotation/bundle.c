/* rotation/bundle.c - bundles as lists of roots.  Pure: no clock, no files, no keys.
 *
 * A bundle is a list, not a set: istiod compares the bytes of root-cert.pem, so the order of the
 * roots is part of what a cluster holds.  Two invariants keep that order usable: a root is in a
 * bundle at most once, and a root is only ever added at the end.  A bundle that grew and one that
 * lost its first root are then the two changes that istiod takes without a restart. */
#include "rotation/bundle.h"

#include "base/text.h"
#include <assert.h>

struct bundle bundle_of(const char *root)
{
    struct bundle bundle = { .count = 0 };

    if (!text_empty(root))
        bundle.roots[bundle.count++] = root;
    return bundle;
}

bool bundle_has(const struct bundle *bundle, const char *root)
{
    for (size_t i = 0; i < bundle->count; i++)
        if (text_equal(bundle->roots[i], root))
            return true;
    return false;
}

/* The part of whole that starts at from is the whole of part. */
static bool part_at(const struct bundle *whole, size_t from, const struct bundle *part)
{
    assert(from + part->count <= whole->count);
    for (size_t i = 0; i < part->count; i++)
        if (!text_equal(whole->roots[from + i], part->roots[i]))
            return false;
    return true;
}

bool bundle_equal(const struct bundle *a, const struct bundle *b)
{
    return a->count == b->count && part_at(a, 0, b);
}

bool bundle_append(struct bundle *bundle, const char *root)
{
    if (bundle->count == BUNDLE_MAX || bundle_has(bundle, root))
        return false;
    bundle->roots[bundle->count++] = root;
    assert(bundle->count <= BUNDLE_MAX);
    return true;
}

/* The order of the file decides: istiod compares the bytes of two bundles, so a root may be added
 * or dropped at either end, and never in the middle. */
bool bundle_change_allowed(const struct bundle *applied, const struct bundle *next)
{
    const struct bundle *longer = applied->count >= next->count ? applied : next;
    const struct bundle *shorter = longer == applied ? next : applied;

    assert(applied->count <= BUNDLE_MAX && next->count <= BUNDLE_MAX);
    if (applied->count == 0)
        return true; /* nothing was there: the first delivery */
    return shorter->count > 0
           && (part_at(longer, 0, shorter)
               || part_at(longer, longer->count - shorter->count, shorter));
}

bool material_equal(const struct material *a, const struct material *b)
{
    return text_equal(a->signer, b->signer) && bundle_equal(&a->bundle, &b->bundle);
}

bool material_fits(const struct material *a, const struct material *b)
{
    return bundle_has(&a->bundle, b->signer) && bundle_has(&b->bundle, a->signer);
}
