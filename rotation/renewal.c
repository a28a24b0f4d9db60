/* rotation/renewal.c - renewal arithmetic.  Pure: no clock, no files, no keys.
 *
 * A certificate is renewed when no more is left of it than the larger of its grace share and the
 * reserve: the longest leaf, two passes with their syncs (the first one may fail), and the skew of
 * clocks.  Two thirds of its life are the limit, so that a short one is not renewed in every pass.
 * Names spread renewals over a quarter of the window: a fleet that was issued in one pass must not
 * be renewed in one. */
#include "rotation/renewal.h"

#include <stddef.h>

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

int64_t renewal_reserve(const struct evidence_policy *policy)
{
    return policy->leaf_ttl + 2 * (policy->period + policy->sync_allowance) + policy->skew;
}

static int64_t share(struct lifetime life)
{
    double ratio = life.grace_ratio > 0 && life.grace_ratio < 1 ? life.grace_ratio : 0.10;

    return (int64_t)(ratio * (double)(life.not_after - life.not_before));
}

int64_t renewal_window(struct lifetime life, const struct evidence_policy *policy)
{
    int64_t most = (life.not_after - life.not_before) / 3 * 2;
    int64_t wanted = larger(share(life), renewal_reserve(policy));

    return wanted < most ? wanted
                         : most; /* a life shorter than the reserve must not renew in every pass */
}

/* FNV-1a, 64 bits: spreads names, nothing more. */
static uint64_t spread(const char *name)
{
    uint64_t hash = 14695981039346656037u;

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211u;
    return hash ^ (hash >> 32);
}

int64_t renewal_time(struct lifetime life, const struct evidence_policy *policy, const char *name)
{
    int64_t window = renewal_window(life, policy);
    int64_t early = window / 4 * (int64_t)(spread(name) % 1024) / 1024;

    return life.not_after - window - early;
}

int64_t renewal_root_window(struct lifetime life, int64_t intermediate_ttl,
                            double intermediate_ratio, const struct evidence_policy *policy)
{
    struct lifetime intermediate = { 0, intermediate_ttl, intermediate_ratio };
    int64_t gates = 3 * (policy->leaf_ttl + policy->period + policy->sync_allowance + policy->skew);
    int64_t most = (life.not_after - life.not_before) / 3 * 2;
    int64_t wanted = larger(share(life), gates + renewal_window(intermediate, policy));

    return wanted < most ? wanted : most;
}

int64_t renewal_root_least(int64_t intermediate_ttl, const struct evidence_policy *policy)
{
    return 3 * (policy->leaf_ttl + policy->sync_allowance + policy->skew) + intermediate_ttl;
}
